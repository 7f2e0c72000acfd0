#include "lib/fix/powershell.h"

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"
#include "lib/base/wrap.h"
#include "lib/fix/script.h"

namespace doctor {
namespace {

constexpr std::size_t comment_width = 68;  // the plan shows scripts indented, in 80 columns

std::string ascii(std::string_view text) {
  std::string line;
  for (std::string_view rest = text; !rest.empty();) {
    const auto point = first_code_point(rest);
    if (point && point->value < 0x80) {
      line += rest.front();
    } else {
      line += fmt::format("\\u{:04x}", point ? point->value : 0xfffd);
    }
    rest.remove_prefix(point ? point->length : 1);
  }
  return line;
}

std::string comments(const PowershellScript& script) {
  std::vector<std::string> texts{script.title};
  if (!script.about.empty()) texts.emplace_back();
  texts.insert(texts.end(), script.about.begin(), script.about.end());
  std::string block;
  for (const auto& text : texts) {
    if (text.empty()) {
      block += "#\n";
      continue;
    }
    for (const auto& line : wrap(text, comment_width)) {
      block += fmt::format("# {}\n", ascii(comment_text(line)));
    }
  }
  return block;
}

std::string indented(std::string_view statements) {
  std::string text;
  for (const auto& line : lines(statements)) {
    text += line.empty() ? "\n" : fmt::format("  {}\n", line);
  }
  return text;
}

}  // namespace

std::string powershell_script(const PowershellScript& script) {
  const bool administrator = script.needs == Privilege::windows_administrator;
  std::string text = "#Requires -Version 5.1\n";
  if (administrator) text += "#Requires -RunAsAdministrator\n";
  text += comments(script);
  text += fmt::format("#\n{} It stands alone. Run it in {}PowerShell window:\n", script_signature,
                      administrator ? "an administrator's " : "a ");
  text += "#   powershell -NoProfile -ExecutionPolicy Bypass -File THIS_FILE [-Undo]\n";
  text += "param([switch]$Undo)\n\n";
  text += "Set-StrictMode -Version 3\n$ErrorActionPreference = 'Stop'\n\n";
  text += "if (-not $Undo) {\n" + indented(script.apply) + "} else {\n";
  text +=
      indented(script.undo.empty() ? "Write-Output 'There is nothing to give back.'" : script.undo);
  return text + "}\n";
}

}  // namespace doctor
