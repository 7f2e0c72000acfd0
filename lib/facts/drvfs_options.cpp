#include "lib/facts/drvfs_options.h"

#include <algorithm>
#include <array>

#include "lib/base/text.h"

namespace doctor {
namespace {

constexpr std::size_t most_problems = 20;
constexpr auto drvfs_names = std::to_array<std::string_view>(
    {"metadata", "case", "uid", "gid", "umask", "fmask", "dmask", "symlinkroot", "fallback"});
// mount(8)'s own flags and the options of 9p, which drvfs hands on (Documentation/filesystems/9p).
constexpr auto other_names = std::to_array<std::string_view>(
    {"defaults", "rw",         "ro",       "atime",    "noatime",     "relatime",   "norelatime",
     "exec",     "noexec",     "suid",     "nosuid",   "dev",         "nodev",      "sync",
     "async",    "dirsync",    "nofail",   "auto",     "noauto",      "user",       "users",
     "nouser",   "owner",      "group",    "_netdev",  "diratime",    "nodiratime", "strictatime",
     "lazytime", "nolazytime", "cache",    "msize",    "access",      "trans",      "debug",
     "dfltuid",  "dfltgid",    "posixacl", "cachetag", "locktimeout", "afid",       "mmap",
     "loose",    "fscache",    "comment",  "noextend", "nodevmap",    "silent",     "loud"});

bool is_one_of(std::string_view name, const auto& names) {
  return std::ranges::find(names, name) != names.end();
}

bool only(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

std::string without_zeros(std::string_view digits) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return std::string(digits);
}

bool is_mask(std::string_view value) {
  return only(value, "01234567") && without_zeros(value).size() <= 3;
}

struct Option {
  std::string name;
  std::string value;
  bool has_value = false;
};

Option parse_option(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return {std::string(text), "", false};
  return {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)), true};
}

std::string without_blanks_and_quotes(std::string_view text) {
  std::string bare;
  for (const char byte : text) {
    if (byte != ' ' && byte != '\t' && byte != '\'' && byte != '"') bare += byte;
  }
  return bare;
}

// WSL 2 looks at the beginning only and joins options with semicolons itself, so
// "umask=22;fmask=11" reaches Windows as if it had been written with a comma.
bool is_taken_with_semicolons(std::string_view text) {
  if (text.find(';') == std::string_view::npos ||
      text.find_first_of(" \t'\"") != std::string_view::npos)
    return false;
  const Option first = parse_option(text.substr(0, text.find(';')));
  return first.has_value && is_one_of(first.name, drvfs_names) && first.name != "metadata";
}

std::vector<std::string> without_empty(std::vector<std::string> parts) {
  std::erase_if(parts, [](const std::string& part) { return trim(part).empty(); });
  return parts;
}

class Review {
 public:
  explicit Review(bool wsl2) : wsl2_(wsl2) {}

  void option(const std::string& written) {
    if (wsl2_ && is_taken_with_semicolons(written)) {
      kept_.push_back(written);
      return;
    }
    if (written.find(';') != std::string::npos) {
      report(written, "has a semicolon in it; options are separated by commas");
      for (const std::string& part : without_empty(split(written, ';'))) bare(part, part);
      return;
    }
    const std::string text = without_blanks_and_quotes(written);
    if (text != written) {
      const bool quotes = written.find_first_of("'\"") != std::string::npos;
      report(written, quotes ? "has quotes in it that nobody takes off"
                             : "has blanks in it, so drvfs does not know it");
    }
    bare(written, text);
  }

  DrvfsOptionReview take() {
    review_.repaired = join(kept_, ",");
    return std::move(review_);
  }

 private:
  void report(const std::string& option, std::string message,
              DrvfsOptionEffect effect = DrvfsOptionEffect::lost) {
    const bool known = std::ranges::find(review_.problems, option, &DrvfsOptionProblem::option) !=
                       review_.problems.end();
    if (known || review_.problems.size() == most_problems) return;
    review_.problems.push_back({option, std::move(message), effect});
  }

  void bare(const std::string& written, const std::string& text) {
    const std::string clean = without_blanks_and_quotes(text);
    const Option option = parse_option(clean);
    if (is_one_of(option.name, drvfs_names)) {
      value(written, clean, option);
    } else if (is_one_of(option.name, other_names) || option.name.starts_with("x-") ||
               option.name.starts_with("X-")) {
      kept_.push_back(clean);
    } else {
      unknown(written, option);
    }
  }

  void value(const std::string& written, const std::string& clean, const Option& option) {
    kept_.push_back(clean);
    if (option.name == "metadata") {
      if (!option.has_value) return;
      report(written, "has a value; `metadata` stands alone");
      kept_.back() = "metadata";
    } else if (option.name == "case") {
      if (option.value == "force" && wsl2_) {
        report(written, "is for WSL 1 only; WSL 2 uses case=dir instead",
               DrvfsOptionEffect::replaced);
        kept_.back() = "case=dir";
      } else if (option.value != "off" && option.value != "dir" && option.value != "force") {
        report(written, "is none of case=off, case=dir and case=force",
               DrvfsOptionEffect::not_documented);
      }
    } else if (option.name == "uid" || option.name == "gid") {
      if (!only(option.value, "0123456789"))
        report(written, "needs a number, as `id` prints it", DrvfsOptionEffect::not_documented);
    } else if (option.name.ends_with("mask") && !is_mask(option.value)) {
      report(written, "is no octal mask between 000 and 777", DrvfsOptionEffect::not_documented);
    }
  }

  void unknown(const std::string& written, const Option& option) {
    static const std::vector<std::string> names(drvfs_names.begin(), drvfs_names.end());
    const auto meant = did_you_mean(to_lower(option.name), names);
    if (!meant) {
      report(written, "is no option of drvfs");
      return;
    }
    report(written, "is no option of drvfs; `" + *meant + "` may be meant");
    review_.guessed = true;
    const std::string text =
        option.has_value && *meant != "metadata" ? *meant + "=" + option.value : *meant;
    value(written, text, parse_option(text));
  }

  bool wsl2_;
  DrvfsOptionReview review_;
  std::vector<std::string> kept_;
};

}  // namespace

DrvfsOptionReview review_drvfs_options(std::string_view value, bool wsl2) {
  Review review(wsl2);
  for (const std::string& option : without_empty(split(value, ','))) review.option(option);
  return review.take();
}

std::optional<std::vector<std::string>> drvfs_options_of(const Mount& mount) {
  if (storage_of(mount) != Storage::windows_drive) return std::nullopt;
  if (mount.type == "drvfs") return split(mount.super_options, ',');
  if (mount.type != "9p") return std::nullopt;
  for (const std::string& option : split(mount.super_options, ',')) {
    if (option.starts_with("aname=")) return split(option, ';');
  }
  return std::nullopt;
}

std::optional<std::string> last_option(const std::vector<std::string>& options,
                                       std::string_view key) {
  for (auto option = options.rbegin(); option != options.rend(); ++option) {
    const Option parsed = parse_option(*option);
    if (parsed.name == key) return parsed.value;
  }
  return std::nullopt;
}

std::vector<std::string> options_not_in_effect(std::string_view value,
                                               const std::vector<std::string>& options, bool wsl2) {
  std::vector<std::string> missing;
  const auto wanted = without_empty(split(replace_all(value, ";", ","), ','));
  for (const std::string_view name :
       {"metadata", "case", "uid", "gid", "umask", "fmask", "dmask"}) {
    auto asked = last_option(wanted, name);
    if (!asked) continue;
    auto has = last_option(options, name);
    if (name.ends_with("mask")) {
      if (!wsl2) continue;
      asked = without_zeros(*asked);
      has = without_zeros(has.value_or(""));
    }
    if (name == "case") {
      if (asked == "force" && wsl2) asked = "dir";
      has = has.value_or("off");
    }
    if (has != asked) {
      const auto written = last_option(wanted, name);
      missing.push_back(std::string(name) + (written->empty() ? "" : "=" + *written));
    }
  }
  return missing;
}

}  // namespace doctor
