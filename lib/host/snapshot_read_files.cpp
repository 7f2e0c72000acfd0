
#include "lib/base/format.h"
#include "lib/host/snapshot_format.h"
#include "lib/host/snapshot_read.h"

namespace doctor {

namespace {

std::optional<std::string> read_content(const TomlTable& entry) {
  if (!entry.has("base64")) return entry.text("text");
  if (entry.has("text")) entry.mistake_at("base64", "give either `text` or `base64`, not both");
  return read_base64(*entry.get("base64"), fmt::format("`base64` in [{}]", entry.name()),
                     entry.mistakes());
}

FileKind read_kind(const TomlTable& entry) {
  if (entry.has("link")) {
    if (entry.has("kind")) entry.mistake_at("kind", "`link` alone says what kind of file it is");
    return FileKind::link;
  }
  const auto text = entry.text("kind");
  if (!text) return FileKind::file;
  const auto kind = file_kind(*text);
  if (!kind) {
    entry.mistake_at("kind", fmt::format("\"{}\" is no kind of file: write file, directory, link, "
                                         "socket, fifo, device or other",
                                         *text));
  }
  return kind.value_or(FileKind::file);
}

// Any of these says what lstat(2) tells; content alone does not.
bool says_what_it_is(const TomlTable& entry) {
  for (const auto* key : {"kind", "link", "mode", "owner", "group", "size", "modified"}) {
    if (entry.has(key)) return true;
  }
  return false;
}

FileInfo read_info(const TomlTable& entry, const std::optional<std::string>& content) {
  FileInfo info;
  info.kind = read_kind(entry);
  info.target = entry.text("link").value_or("");
  info.mode = entry.file_mode("mode").value_or(default_mode(info.kind));
  info.uid = entry.whole32("owner").value_or(0);
  info.gid = entry.whole32("group").value_or(info.uid);
  const bool is_file = info.kind == FileKind::file && content;
  info.size = entry.whole("size").value_or(is_file ? content->size() : info.target.size());
  info.modified = entry.moment("modified").value_or(0);
  return info;
}

SnapshotFile read_file_entry(const TomlTable& entry) {
  entry.allow_only({"text", "base64", "link", "kind", "mode", "owner", "group", "size", "modified",
                    "error", "read-error"});
  SnapshotFile file;
  file.text = read_content(entry);
  file.error = read_error_at(entry, "error");
  file.read_error = read_error_at(entry, "read-error");
  if (says_what_it_is(entry)) file.info = read_info(entry, file.text);
  if (entry.raw().empty()) {
    entry.mistake(
        fmt::format("[{}] says nothing: give it text, link, kind or error", entry.name()));
  }
  if (file.error && file.info) {
    entry.mistake_at("error",
                     "with `error` nothing can be known of the file: take the rest out, "
                     "or write `read-error`");
  }
  if (file.text && file.read_error) {
    entry.mistake_at("read-error", "a file with content can be read: take one of the two out");
  }
  return file;
}

}  // namespace

std::map<std::string, SnapshotFile> read_files(const TomlTable& files) {
  std::map<std::string, SnapshotFile> result;
  for (const auto& [path, node] : files.raw()) {
    if (const auto* text = node.as_string()) {
      result[decode_bytes(path.str())].text = decode_bytes(text->get());
    } else if (const auto entry = files.table(path.str())) {
      result[decode_bytes(path.str())] = read_file_entry(*entry);
    }
  }
  return result;
}

}  // namespace doctor
