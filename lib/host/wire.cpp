#include "lib/host/wire.h"

#include <cstdint>

namespace doctor::wire {
namespace {

template <class Value>
Value read(const Json& json, const char* key) {
  Value value;
  from_json(json.at(key), value);
  return value;
}

template <class Value>
void take(const Json& json, const char* key, Value& value) {
  json.at(key).get_to(value);
}

}  // namespace

std::string pack(const Json& json) {
  std::string bytes;
  Json::to_msgpack(json, bytes);
  return bytes;
}

Json to_json(const std::string& text) {
  return Json::binary(std::vector<std::uint8_t>(text.begin(), text.end()));
}

void from_json(const Json& json, std::string& text) {
  const auto& bytes = json.get_binary();
  text.assign(bytes.begin(), bytes.end());
}

Json to_json(const std::vector<std::string>& texts) {
  Json json = Json::array();
  for (const std::string& text : texts) json.push_back(to_json(text));
  return json;
}

void from_json(const Json& json, std::vector<std::string>& texts) {
  texts.clear();
  for (const Json& entry : json.get_ref<const Json::array_t&>()) {
    from_json(entry, texts.emplace_back());
  }
}

Json to_json(const Greeting& greeting) {
  return {{"mountinfo", to_json(greeting.mountinfo)}, {"mount", greeting.mount}};
}

void from_json(const Json& json, Greeting& greeting) {
  greeting.mountinfo = read<std::string>(json, "mountinfo");
  take(json, "mount", greeting.mount);
}

Json to_json(const Position& position) {
  return {{"here", to_json(position.here)}, {"rest", to_json(position.rest)}};
}

void from_json(const Json& json, Position& position) {
  position.here = read<std::string>(json, "here");
  position.rest = read<std::string>(json, "rest");
}

Json to_json(const Question& question) {
  return {{"name", to_json(question.name)}, {"position", to_json(question.position)}};
}

void from_json(const Json& json, Question& question) {
  question.name = read<std::string>(json, "name");
  question.position = read<Position>(json, "position");
}

Json to_json(const HostError& error) {
  return {{"kind", std::string(to_string(error.kind))}, {"reason", to_json(error.reason)}};
}

void from_json(const Json& json, HostError& error) {
  error.kind = host_error_kind(json.at("kind").get<std::string>()).value_or(HostErrorKind::failed);
  error.reason = read<std::string>(json, "reason");
}

Json to_json(const FileInfo& info) {
  return {{"kind", std::string(to_string(info.kind))},
          {"mode", info.mode},
          {"uid", info.uid},
          {"gid", info.gid},
          {"size", info.size},
          {"modified", info.modified},
          {"target", to_json(info.target)}};
}

void from_json(const Json& json, FileInfo& info) {
  info.kind = file_kind(json.at("kind").get<std::string>()).value_or(FileKind::other);
  take(json, "mode", info.mode);
  take(json, "uid", info.uid);
  take(json, "gid", info.gid);
  take(json, "size", info.size);
  take(json, "modified", info.modified);
  info.target = read<std::string>(json, "target");
}

Json to_json(const FileSystemInfo& info) {
  return {{"magic", info.magic},           {"total_bytes", info.total_bytes},
          {"free_bytes", info.free_bytes}, {"total_files", info.total_files},
          {"free_files", info.free_files}, {"read_only", info.read_only},
          {"no_exec", info.no_exec}};
}

void from_json(const Json& json, FileSystemInfo& info) {
  take(json, "magic", info.magic);
  take(json, "total_bytes", info.total_bytes);
  take(json, "free_bytes", info.free_bytes);
  take(json, "total_files", info.total_files);
  take(json, "free_files", info.free_files);
  take(json, "read_only", info.read_only);
  take(json, "no_exec", info.no_exec);
}

Json to_json(const LibrarySymbols& symbols) {
  return {{"soname", to_json(symbols.soname)},
          {"machine", to_json(symbols.machine)},
          {"versions", to_json(symbols.versions)}};
}

void from_json(const Json& json, LibrarySymbols& symbols) {
  symbols.soname = read<std::string>(json, "soname");
  symbols.machine = read<std::string>(json, "machine");
  symbols.versions = read<std::vector<std::string>>(json, "versions");
}

Json to_json(const FileCost& cost) {
  return {{"rounds", cost.rounds}, {"median_seconds", cost.median_seconds}};
}

void from_json(const Json& json, FileCost& cost) {
  take(json, "rounds", cost.rounds);
  take(json, "median_seconds", cost.median_seconds);
}

Json to_json(const LookupCost& cost) {
  return {{"rounds", cost.rounds}, {"median_seconds", cost.median_seconds}};
}

void from_json(const Json& json, LookupCost& cost) {
  take(json, "rounds", cost.rounds);
  take(json, "median_seconds", cost.median_seconds);
}

Json to_json(const FutureFiles& files) {
  Json list = Json::array();
  for (const FutureFile& file : files.files) {
    list.push_back({{"path", to_json(file.path)}, {"seconds_ahead", file.seconds_ahead}});
  }
  return {{"examined", files.examined}, {"complete", files.complete}, {"files", std::move(list)}};
}

void from_json(const Json& json, FutureFiles& files) {
  take(json, "examined", files.examined);
  take(json, "complete", files.complete);
  files.files.clear();
  for (const Json& entry : json.at("files").get_ref<const Json::array_t&>()) {
    FutureFile& file = files.files.emplace_back();
    file.path = read<std::string>(entry, "path");
    take(entry, "seconds_ahead", file.seconds_ahead);
  }
}

}  // namespace doctor::wire
