#include "lib/report/words.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "lib/base/format.h"
#include "lib/base/text.h"

namespace doctor {

namespace {

std::string_view condition(Privilege privilege) {
  switch (privilege) {
    case Privilege::user:
      return "";
    case Privilege::root:
      return "Needs root.";
    case Privilege::windows_user:
      return "Runs in Windows PowerShell.";
    case Privilege::windows_administrator:
      return "Needs a Windows administrator.";
  }
  return "";
}

std::string consequence(const Fix& fix) {
  switch (fix.restart) {
    case Restart::nothing:
      return "";
    case Restart::new_shell:
      return "Then open a new terminal.";
    case Restart::distribution:
      return fmt::format("Then restart the distribution: {}", fix.restart_command);
    case Restart::wsl:
      return fmt::format("Then restart WSL: {}", fix.restart_command);
  }
  return "";
}

}  // namespace

StatusLook status_look(Status status) {
  switch (status) {
    case Status::ok:
      return {"✓", "+", "ok", Ink::green};
    case Status::skipped:
      return {"-", "-", "skipped", Ink::dim};
    case Status::unknown:
      return {"?", "?", "unknown", Ink::magenta};
    case Status::warning:
      return {"!", "!", "warning", Ink::yellow};
    case Status::error:
      return {"✗", "x", "error", Ink::red};
  }
  return {"?", "?", "unknown", Ink::magenta};
}

StatusLook waived_look() {
  return {"~", "~", "waived", Ink::cyan};
}

std::string status_mark(const Look& look, const StatusLook& status) {
  return fmt::format("{} {}", look.ascii ? status.ascii_symbol : status.symbol, status.word);
}

std::string format_number(double value) {
  if (!std::isfinite(value)) return "not a number";
  const double size = std::abs(value);
  if (size >= 1e15 || (size > 0 && size < 1e-9)) return fmt::format("{:g}", value);
  const int digits_before = size < 1e-9 ? 0 : static_cast<int>(std::floor(std::log10(size)));
  std::string text = fmt::format("{:.{}f}", value, std::max(0, 2 - digits_before));
  if (text.find('.') != std::string::npos) {
    text.resize(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

std::string format_measurement(const Measurement& measurement) {
  const auto& [name, value, unit] = measurement;
  if (unit == "ratio") return fmt::format("{} {} times", name, format_number(value));
  const bool is_short = unit == "s" && value != 0 && std::abs(value) < 0.1;
  if (is_short) return fmt::format("{} {} ms", name, format_number(value * 1000));
  return fmt::format("{} {}{}{}", name, format_number(value), unit.empty() ? "" : " ", unit);
}

std::string fix_conditions(const Fix& fix) {
  std::vector<std::string> sentences;
  if (const auto needs = condition(fix.needs); !needs.empty()) sentences.emplace_back(needs);
  if (!fix.automatic) sentences.emplace_back("Read it first: it is applied only when named.");
  if (auto then = consequence(fix); !then.empty()) sentences.push_back(std::move(then));
  return join(sentences, " ");
}

std::string as_sentence(std::string_view text) {
  text = trim(text);
  const bool ended =
      text.empty() || std::string_view(".!?:").find(text.back()) != std::string_view::npos;
  return std::string(text) + (ended ? "" : ".");
}

}  // namespace doctor
