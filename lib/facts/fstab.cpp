#include "lib/facts/fstab.h"

#include <algorithm>
#include <array>
#include <set>

#include "lib/base/text.h"
#include "lib/facts/octal_escapes.h"

namespace doctor {
namespace {

constexpr std::size_t most = 1000;  // of entries, and of problems
constexpr auto network_types = std::to_array<std::string_view>(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "sshfs", "fuse.sshfs", "davfs", "glusterfs", "ceph"});
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
constexpr std::string_view no_break_space = "\xc2\xa0";

bool is_blank(char byte) {
  return byte == ' ' || byte == '\t';
}

struct RawField {
  std::string_view text;
  std::size_t column;
};

// The first six: nothing behind them is looked at.
std::vector<RawField> first_fields(std::string_view line) {
  std::vector<RawField> fields;
  std::size_t next = 0;
  while (fields.size() < 6) {
    while (next < line.size() && is_blank(line[next])) ++next;
    if (next == line.size()) break;
    const std::size_t start = next;
    while (next < line.size() && !is_blank(line[next])) ++next;
    fields.push_back({line.substr(start, next - start), start + 1});
  }
  return fields;
}

bool is_number(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && text.size() < 10 &&
         std::ranges::all_of(text, [](char byte) { return byte >= '0' && byte <= '9'; });
}

// Advice for what people write instead of \040.
std::string_view quote_hint(const std::vector<RawField>& fields) {
  const bool quoted = std::ranges::any_of(
      fields, [](const RawField& field) { return field.text.find('"') != std::string_view::npos; });
  return quoted ? "; quotes mean nothing here, a blank in a name is written \\040" : "";
}

// No value: mount(8) accepts the line.
std::string why_ignored(const std::vector<RawField>& fields, std::size_t& column,
                        std::size_t line_length) {
  constexpr std::string_view expected[] = {"a mount point after the source",
                                           "a file system type after the mount point"};
  column = line_length + 1;
  if (fields.size() < 3) {
    return "expected " + std::string(expected[fields.size() - 1]) + std::string(quote_hint(fields));
  }
  for (std::size_t i = 4; i < fields.size(); ++i) {
    if (is_number(fields[i].text)) continue;
    column = fields[i].column;
    return std::string("expected a number as the ") + (i == 4 ? "fifth" : "sixth") +
           " field, not `" + without_passwords(fields[i].text) + "`" +
           (fields[i].text.starts_with('#') ? "; a comment needs a line of its own"
            : (fields.size() > 3 && fields[3].text.ends_with(','))
                ? "; there must be no blank between the options"
                : "") +
           std::string(quote_hint(fields));
  }
  return "";
}

class Reader {
 public:
  void line(std::string_view text, std::size_t number) {
    const auto fields = first_fields(text);
    if (fields.empty() || fields.front().text.starts_with('#')) return;
    strange_characters(fields, number);
    std::size_t column = 0;
    if (auto why = why_ignored(fields, column, text.size()); !why.empty()) {
      report({number, column, std::move(why), true});
      return;
    }
    if (fstab_.entries.size() == most) return;
    FstabEntry entry;
    entry.line = number;
    FstabField* targets[] = {&entry.source, &entry.mount_point, &entry.type, &entry.options};
    for (std::size_t i = 0; i < std::min<std::size_t>(fields.size(), 4); ++i) {
      *targets[i] = {decode_octal_escapes(fields[i].text), fields[i].column};
    }
    fstab_.entries.push_back(std::move(entry));
  }

  Fstab take() { return std::move(fstab_); }

 private:
  void report(FstabProblem problem) {
    if (fstab_.problems.size() < most) fstab_.problems.push_back(std::move(problem));
  }

  // What looks right in an editor, and is not what it looks like.
  void strange_characters(const std::vector<RawField>& fields, std::size_t line) {
    for (const RawField& field : fields) {
      const auto at = [&](std::size_t offset) { return field.column + offset; };
      if (line == 1 && field.text.starts_with(byte_order_mark)) {
        report({line, field.column, "a byte order mark stands before the first field"});
      }
      const std::size_t space = field.text.find(no_break_space);
      if (space != std::string_view::npos) {
        report({line, at(space), "a no-break space, which separates no fields"});
      }
      const auto control = std::ranges::find_if(field.text, [](char byte) {
        return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f;
      });
      if (control != field.text.end()) {
        report({line, at(static_cast<std::size_t>(control - field.text.begin())),
                "a control character"});
      }
    }
  }

  Fstab fstab_;
};

}  // namespace

bool FstabEntry::has_option(std::string_view name) const {
  const auto all = split(options.text, ',');
  return std::ranges::any_of(
      all, [&](const std::string& option) { return option.substr(0, option.find('=')) == name; });
}

bool is_left_alone(const FstabEntry& entry) {
  const std::string& target = entry.mount_point.text;
  return target == "/" || target == "root" || target == "none" || target == "swap" ||
         entry.type.text == "swap" || entry.type.text == "ignore" || entry.has_option("noauto");
}

bool needs_network(const FstabEntry& entry) {
  const std::string& type = entry.type.text;
  if (std::ranges::find(network_types, type) != network_types.end()) return true;
  return type == "drvfs" && is_unc_path(entry.source.text);
}

bool needs_disk(const FstabEntry& entry) {
  constexpr auto prefixes = std::to_array<std::string_view>(
      {"LABEL=", "UUID=", "PARTLABEL=", "PARTUUID=", "ID=", "/dev/sd", "/dev/nvme", "/dev/disk/",
       "/mnt/wsl/"});
  return std::ranges::any_of(
      prefixes, [&](std::string_view prefix) { return entry.source.text.starts_with(prefix); });
}

Fstab parse_fstab(std::string_view text) {
  Reader reader;
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    reader.line(line, number);
  }
  return reader.take();
}

TextEdit comment_out_lines(std::string_view text, const std::vector<std::size_t>& lines) {
  TextEdit edit;
  if (lines.empty()) return edit;
  const std::set<std::size_t> wanted(lines.begin(), lines.end());
  const std::size_t first = *wanted.begin();
  const std::size_t last = *wanted.rbegin();
  std::size_t start = 0;
  for (std::size_t number = 1; number <= last && start <= text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    if (number == first) edit.offset = start;
    if (number >= first) {
      if (wanted.contains(number)) edit.text += "# ";
      edit.text += text.substr(start, number == last ? 0 : end + 1 - start);
      if (number == last) edit.length = start - edit.offset;
    }
    start = end + 1;
  }
  return edit;
}

std::string without_passwords(std::string_view text) {
  constexpr std::string_view hidden = "...";
  std::string shown;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find_first_of(", \t", start), text.size());
    const std::string_view word = text.substr(start, end - start);
    const std::size_t equals = word.find('=');
    const std::size_t slashes = word.find("//");
    const std::size_t at = word.rfind('@');
    if (to_lower(word.substr(0, 4)) == "pass" && equals != std::string_view::npos) {
      shown.append(word.substr(0, equals + 1)).append(hidden);
    } else if (slashes != std::string_view::npos && at != std::string_view::npos && at > slashes) {
      const std::size_t colon = word.find(':', slashes);
      shown += colon < at ? std::string(word.substr(0, colon + 1)).append(hidden) +
                                std::string(word.substr(at))
                          : std::string(word);
    } else {
      shown += word;
    }
    if (end < text.size()) shown += text[end];
    start = end + 1;
  }
  return shown;
}

bool is_windows_drive_path(std::string_view source) {
  if (source.size() < 2 || source[1] != ':') return false;
  const char letter = source[0];
  const bool is_letter = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
  return is_letter && (source.size() == 2 || source[2] == '\\' || source[2] == '/');
}

bool is_unc_path(std::string_view source) {
  return source.size() > 2 && (source.starts_with("//") || source.starts_with("\\\\"));
}

}  // namespace doctor
