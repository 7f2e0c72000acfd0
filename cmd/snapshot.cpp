#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <unistd.h>

#include "cmd/options.h"
#include "cmd/session.h"
#include "cmd/terminal.h"
#include "lib/base/format.h"

namespace doctor {

namespace {

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : "";
}

bool write_all(const std::string& path, const std::string& text) {
  std::FILE* file = path.empty() || path == "-" ? stdout : std::fopen(path.c_str(), "w");
  if (!file) return false;
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  return (file == stdout ? std::fflush(file) : std::fclose(file)) == 0 && written;
}

}  // namespace

int run_snapshot(const SnapshotFlags& flags) {
  const auto session = Session::open(flags.run, true);
  if (!session) {
    complain(session.error());
    return exit_usage;
  }
  (*session)->run((*session)->checks());
  Snapshot snapshot = (*session)->recorded();
  if (!flags.no_redact) snapshot = redact(snapshot, host_name());
  if (!write_all(flags.output, to_toml(snapshot))) {
    complain(fmt::format("{}: {}", flags.output, std::strerror(errno)));
    return exit_internal;
  }
  if (!flags.output.empty()) {
    fmt::print(stderr, "Wrote {}. {}\nDiagnose it anywhere: wsl-go-doctor check --from {}\n",
               flags.output,
               flags.no_redact ? "Names and tokens are in it."
                               : "Names and tokens were taken out; read it before you share it.",
               flags.output);
  }
  if (abandoned_checks() > 0) leave(exit_ok);
  return exit_ok;
}

}  // namespace doctor
