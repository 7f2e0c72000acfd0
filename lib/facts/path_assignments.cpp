#include "lib/facts/path_assignments.h"

#include <algorithm>

#include "lib/base/format.h"
#include "lib/base/text.h"

namespace doctor {

namespace {

// What stands in a word for something that the shell would expand.
constexpr char path_of_before = '\1';
constexpr char something_else = '\2';

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

bool ends_word(char c) {
  return std::string_view(" \t\r;&|()<>").find(c) != std::string_view::npos;
}

struct Reader {
  std::string_view line;
  std::string_view home;
  std::size_t at = 0;

  bool done() const { return at >= line.size(); }
  char here() const { return line[at]; }

  // A `$`: what it stands for, or a mark for that.
  std::string expansion() {
    ++at;
    if (done()) return "$";
    std::string_view name;
    if (here() == '{') {
      const std::size_t end = std::min(line.find('}', at), line.size());
      name = line.substr(at + 1, end - at - 1);
      at = std::min(end + 1, line.size());
    } else if (here() == '(') {
      at = std::min(line.find(')', at), line.size() - 1) + 1;
    } else {
      const std::size_t begin = at;
      while (!done() && is_name(here())) ++at;
      if (at == begin) return "$";
      name = line.substr(begin, at - begin);
    }
    if (name == "HOME" && !home.empty()) return std::string(home);
    return {name == "PATH" || name == "path" ? path_of_before : something_else};
  }

  char backquoted() {
    at = std::min(line.find('`', at + 1), line.size() - 1) + 1;
    return something_else;
  }

  void single_quoted(std::string& word) {
    const std::size_t end = std::min(line.find('\'', at + 1), line.size());
    word += line.substr(at + 1, end - at - 1);
    at = std::min(end + 1, line.size());
  }

  // One word, quotes and backslashes undone.
  std::string word() {
    std::string text;
    bool quoted = false;
    while (!done()) {
      const char c = here();
      if (!quoted && ends_word(c)) break;
      if (c == '\'' && !quoted) {
        single_quoted(text);
      } else if (c == '"') {
        quoted = !quoted;
        ++at;
      } else if (c == '$') {
        text += expansion();
      } else if (c == '`') {
        text += backquoted();
      } else if (c == '~' && !quoted && (text.empty() || text.back() == ':')) {
        text += home.empty() ? "~" : home;
        ++at;
      } else if (c == '\\' && at + 1 < line.size()) {
        text += line[at + 1];
        at += 2;
      } else {
        text += is_control(c) ? something_else : c;
        ++at;
      }
    }
    return text;
  }

  void skip_blanks() {
    while (!done() && (here() == ' ' || here() == '\t')) ++at;
  }

  std::vector<std::string> words() {
    std::vector<std::string> all;
    for (skip_blanks(); !done() && !ends_word(here()) && here() != '#'; skip_blanks()) {
      all.push_back(word());
    }
    return all;
  }
};

// `list` is one word of folders between colons, or a single one.
void add_folders(std::string_view list, bool& after_path, PathAssignment& found) {
  for (std::string& folder : split(list, ':')) {
    if (folder.find(path_of_before) != std::string::npos) after_path = true;
    if (!folder.starts_with('/') || std::ranges::any_of(folder, is_control)) continue;
    if (after_path) found.after.push_back(folder);
    found.folders.push_back(std::move(folder));
  }
}

void read_value(Reader& reader, bool appends, PathAssignment& found) {
  bool after_path = appends;
  const std::string list = reader.word();
  add_folders(list, after_path, found);
  // `PATH=/mnt/c/Program Files/Go/bin`: the blank ends it, and what follows is still a path.
  const bool ends_in_folder = list.substr(list.rfind(':') + 1).starts_with('/');
  if (!ends_in_folder || reader.done() || reader.here() != ' ') return;
  reader.skip_blanks();
  const std::string_view rest = reader.line.substr(reader.at);
  const std::string_view next = rest.substr(0, rest.find_first_of(" \t"));
  found.cut = next.find('/') != std::string_view::npos && next.find('=') == std::string_view::npos;
}

// `PATH=`, `PATH+=`, `path=(`, `path+=(` at the reader's place, which begins a word.
bool is_assignment(Reader& reader, PathAssignment& found) {
  for (const auto& [name, array] : {std::pair{std::string_view("PATH"), false}, {"path", true}}) {
    std::string_view rest = reader.line.substr(reader.at);
    if (!rest.starts_with(name)) continue;
    rest.remove_prefix(name.size());
    const bool appends = rest.starts_with("+=");
    rest.remove_prefix(appends ? 1 : 0);
    if (!rest.starts_with(array ? "=(" : "=")) continue;
    rest.remove_prefix(array ? 2 : 1);
    reader.at = reader.line.size() - rest.size();
    bool after_path = appends;
    if (!array) {
      read_value(reader, appends, found);
    } else {
      for (const std::string& word : reader.words()) add_folders(word, after_path, found);
    }
    return true;
  }
  return false;
}

// fish: `set -gx PATH $PATH /mnt/c/tools`, `fish_add_path -a /mnt/c/tools`.
void read_fish(std::string_view line, std::string_view home, PathAssignment& found) {
  const auto words = Reader{line, home}.words();
  if (words.empty() || (words[0] != "set" && words[0] != "fish_add_path")) return;
  auto word = words.begin() + 1;
  bool after_path = false;
  for (; word != words.end() && word->starts_with('-'); ++word) {
    after_path = after_path || *word == "-a" || *word == "--append";
  }
  if (words[0] == "set") {
    if (word == words.end() || (*word != "PATH" && *word != "fish_user_paths")) return;
    ++word;
  }
  for (; word != words.end(); ++word) add_folders(*word, after_path, found);
}

PathAssignment read_line(std::string_view line, std::string_view home) {
  PathAssignment found;
  found.text = trim(line);
  read_fish(found.text, home, found);
  char before = ' ';
  for (Reader reader{line, home}; !reader.done();) {
    const bool begins_word = std::string_view(" \t;&|({").find(before) != std::string_view::npos;
    if (begins_word && reader.here() == '#') break;
    if (begins_word && is_assignment(reader, found)) {
      before = ' ';
      continue;
    }
    before = reader.here();
    ++reader.at;
  }
  return found;
}

}  // namespace

std::vector<PathAssignment> path_assignments(std::string_view text, std::string_view home) {
  std::vector<PathAssignment> all;
  std::size_t number = 0;
  for (const std::string& line : lines(text)) {
    ++number;
    PathAssignment found = read_line(line, home);
    found.line = number;
    if (!found.folders.empty()) all.push_back(std::move(found));
  }
  return all;
}

std::optional<std::string> put_in_front(std::string_view line) {
  const std::string_view value = trim(line);
  const auto indent = static_cast<std::size_t>(value.data() - line.data());
  std::string_view rest = value;
  std::string kept(line.substr(0, indent));
  const auto take = [&](std::string_view start) {
    if (!rest.starts_with(start)) return false;
    kept += start;
    rest.remove_prefix(start.size());
    return true;
  };
  take("export ");
  if (!take("PATH=")) return std::nullopt;
  const bool quoted = take("\"");
  const std::string_view path = rest.starts_with("${PATH}:") ? "${PATH}" : "$PATH";
  if (!rest.starts_with(path) || !rest.substr(path.size()).starts_with(':')) return std::nullopt;
  rest.remove_prefix(path.size() + 1);
  if (quoted) {
    if (!rest.ends_with('"')) return std::nullopt;
    rest.remove_suffix(1);
  }
  // Folders and plain variables, nothing that a shell would take apart.
  constexpr std::string_view special = " \t\"'\\`;&|()<>#*?[]!";
  const bool plain = !rest.empty() && rest.find_first_of(special) == std::string_view::npos &&
                     rest.find("PATH") == std::string_view::npos;
  if (!plain) return std::nullopt;
  const std::string_view after = line.substr(indent + value.size());
  return fmt::format("{}{}:{}{}{}", kept, rest, path, quoted ? "\"" : "", after);
}

}  // namespace doctor
