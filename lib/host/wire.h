#pragma once

// What the program and its helper say to each other, as MessagePack. Paths, names and contents are
// binary values there, for they may hold any bytes.

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/host/host.h"
#include "lib/host/link_walk.h"

namespace doctor::wire {

using Json = nlohmann::json;

// The first message to a helper: which mount of which table it is to look at.
struct Greeting {
  std::string mountinfo;
  std::size_t mount = 0;
};

struct Question {
  std::string name;
  Position position;
};

// An answer, or how far the way stays on the helper's mount.
template <class Value>
using Reply = std::variant<Answer<Value>, Position>;

Json to_json(const Greeting& greeting);
Json to_json(const Question& question);
Json to_json(const Position& position);
Json to_json(const HostError& error);
Json to_json(const std::string& text);
Json to_json(const std::vector<std::string>& texts);
Json to_json(const FileInfo& info);
Json to_json(const FileSystemInfo& info);
Json to_json(const LibrarySymbols& symbols);
Json to_json(const FileCost& cost);
Json to_json(const FutureFiles& files);
Json to_json(const LookupCost& cost);

// These throw Json::exception for what is not of that shape: to be called by `parse` alone.
void from_json(const Json& json, Greeting& greeting);
void from_json(const Json& json, Question& question);
void from_json(const Json& json, Position& position);
void from_json(const Json& json, HostError& error);
void from_json(const Json& json, std::string& text);
void from_json(const Json& json, std::vector<std::string>& texts);
void from_json(const Json& json, FileInfo& info);
void from_json(const Json& json, FileSystemInfo& info);
void from_json(const Json& json, LibrarySymbols& symbols);
void from_json(const Json& json, FileCost& cost);
void from_json(const Json& json, FutureFiles& files);
void from_json(const Json& json, LookupCost& cost);

std::string pack(const Json& json);

template <class Value>
std::string pack_answer(const Answer<Value>& answer) {
  return answer ? pack({{"value", to_json(*answer)}}) : pack({{"error", to_json(answer.error())}});
}

template <class Value>
void from_json(const Json& json, Reply<Value>& reply) {
  if (json.contains("elsewhere")) {
    from_json(json["elsewhere"], reply.template emplace<Position>());
  } else if (json.contains("error")) {
    HostError error;
    from_json(json["error"], error);
    reply = Answer<Value>(unexpected(std::move(error)));
  } else {
    Value value;
    from_json(json.at("value"), value);
    reply = Answer<Value>(std::move(value));
  }
}

template <class Value>
std::optional<Value> parse(std::string_view bytes) {
  try {
    Value value;
    from_json(Json::from_msgpack(bytes.begin(), bytes.end()), value);
    return value;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace doctor::wire
