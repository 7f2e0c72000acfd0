// wsl.conf and .wslconfig: parse, lint, mend and edit whatever bytes come.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "lib/facts/wsl_config_lint.h"

using namespace doctor;

namespace {

void must(bool holds) {
  if (!holds) std::abort();
}

void read_everything(std::string_view text, WslConfigKind kind) {
  const WslConfig config = parse_wsl_config(text, kind);
  for (const WslConfigEntry& entry : config.entries) {
    must(entry.begin <= entry.end && entry.end <= text.size());
    wsl_bool(entry.value);
    wsl_int(entry.value);
    wsl_memory_size(entry.value);
  }
  WslConfigFacts facts;
  facts.wsl_version = Version{{2, 6, 1}};
  facts.windows_build = 19045;
  for (const WslConfigMistake& mistake : lint_wsl_config(config, text, facts).mistakes) {
    must(!mistake.message.empty() && mistake.line > 0);
  }
  const MendedWslConfig mended = mend_wsl_config(text, kind, facts);
  must(apply_edit(text, edit_between(text, mended.bytes)) == mended.bytes);
  if (const auto edit = set_wsl_config(text, kind, "boot", "systemd", "true")) {
    const std::string after = apply_edit(text, *edit);
    const WslConfig read = parse_wsl_config(after, kind);
    const WslConfigEntry* entry = find_entry(read, "boot.systemd");
    must(entry != nullptr && entry->value == "true");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_everything(text, WslConfigKind::wsl_conf);
  read_everything(text, WslConfigKind::wslconfig);
  return 0;
}
