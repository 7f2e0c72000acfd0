// The files that people write and the doctor reads: every parser gets whatever bytes come.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "lib/facts/drvfs_options.h"
#include "lib/facts/fstab.h"
#include "lib/facts/git_safe_directory.h"
#include "lib/facts/limits_conf.h"
#include "lib/facts/path_assignments.h"
#include "lib/facts/proxy_url.h"
#include "lib/facts/resolv_conf.h"
#include "lib/facts/shell_ulimit.h"
#include "lib/facts/systemd_limits.h"

using namespace doctor;

namespace {

void must(bool holds) {
  if (!holds) std::abort();
}

void must_fit(std::string_view text, const TextEdit& edit) {
  must(edit.offset <= text.size() && edit.length <= text.size() - edit.offset);
}

void read_fstab(std::string_view text) {
  const Fstab fstab = parse_fstab(text);
  std::vector<std::size_t> lines;
  for (const FstabEntry& entry : fstab.entries) {
    is_left_alone(entry);
    needs_network(entry);
    needs_disk(entry);
    lines.push_back(entry.line);
  }
  const TextEdit edit = comment_out_lines(text, lines);
  must_fit(text, edit);
  // What was commented out is not there any more.
  constexpr std::size_t most_entries = 1000;
  if (lines.size() < most_entries) {
    must(parse_fstab(apply_edit(text, edit)).entries.empty());
  }
  without_passwords(text);
}

void read_network_settings(std::string_view text) {
  for (const std::string& server : parse_resolv_conf(text).name_servers)
    must(is_ip_address(server));
  resolv_conf_author(text, "/etc/resolv.conf");
  if (const auto proxy = parse_proxy_url(text)) {
    host_and_port(*proxy);
    is_loopback(proxy->host);
  }
  bypasses_proxy(text, "example.org", 443);
}

void read_shell_and_git(std::string_view text) {
  path_assignments(text, "/home/me");
  if (const auto line = put_in_front(text)) must(put_in_front(*line) == std::nullopt);
  hard_open_files_commands(text);
  if (const auto edit = add_safe_directory(text, "/home/me/src/shop")) must_fit(text, *edit);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_fstab(text);
  read_network_settings(text);
  read_shell_and_git(text);
  parse_limits_conf(text, "/etc/security/limits.conf");
  parse_default_open_files(text);
  for (const bool wsl2 : {true, false}) {
    const DrvfsOptionReview review = review_drvfs_options(text, wsl2);
    // What is repaired is not repaired again.
    must(review_drvfs_options(review.repaired, wsl2).repaired == review.repaired);
  }
  return 0;
}
