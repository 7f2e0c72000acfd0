#include "lib/facts/windows_answer.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>

#include <nlohmann/json.hpp>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/kernel.h"

namespace doctor {
namespace {

using Json = nlohmann::json;

constexpr int greatest_depth = 8;
constexpr unsigned flag_wsl2 = 8;  // LXSS_DISTRO_FLAGS_VM_MODE
constexpr std::int64_t filetime_of_unix_epoch = 116'444'736'000'000'000;

// Windows stamps processes and .NET Framework reads the time by the timer tick, at most 1/64 s old.
constexpr double tick = 1.0 / 64;

std::optional<double> unix_time(std::string_view filetime) {
  std::int64_t value = 0;
  const char* end = filetime.data() + filetime.size();
  const auto [rest, error] = std::from_chars(filetime.data(), end, value);
  if (error != std::errc{} || rest != end || value < 0) return std::nullopt;
  return static_cast<double>(value - filetime_of_unix_epoch) / 1e7;
}

struct Block {
  std::string facts;
  std::string started;
  std::string now;
};

std::optional<Block> find_block(std::string_view output, std::string_view nonce) {
  const std::string begin = fmt::format("<<<wsl-go-doctor:{}:", nonce);
  const std::string end = fmt::format(":{}>>>", nonce);
  // ASCII in UTF-16 is ASCII with NUL bytes, whichever byte order; line ends are wraps.
  std::string ascii;
  std::copy_if(output.begin(), output.end(), std::back_inserter(ascii),
               [](char c) { return c != '\0' && c != '\r' && c != '\n'; });
  const std::size_t from = ascii.find(begin);
  if (from == std::string::npos) return std::nullopt;
  const std::size_t content = from + begin.size();
  const std::size_t to = ascii.find(end, content);
  if (to == std::string::npos) return std::nullopt;
  const std::vector<std::string> fields = split(ascii.substr(content, to - content), ':');
  if (fields.size() != 3) return std::nullopt;
  return Block{fields[0], fields[1], fields[2]};
}

// Reads members by name and type. The first one of the wrong type is remembered, and nothing is
// read any more.
class Reader {
 public:
  const std::string& problem() const { return problem_; }

  const Json* member(const Json& object, const char* key, Json::value_t type) {
    return typed(find(object, key), key, type);
  }

  void read(const Json& object, const char* key, std::string& target) {
    if (const Json* value = member(object, key, Json::value_t::string)) {
      target = value->get_ref<const std::string&>();
    }
  }

  void read(const Json& object, const char* key, bool& target) {
    if (const Json* value = member(object, key, Json::value_t::boolean))
      target = value->get<bool>();
  }

  void read(const Json& object, const char* key, std::optional<bool>& target) {
    if (const Json* value = member(object, key, Json::value_t::boolean))
      target = value->get<bool>();
  }

  template <class Number = std::uint32_t>
  std::optional<Number> number(const Json& object, const char* key) {
    constexpr auto greatest = std::numeric_limits<Number>::max();
    const Json* value = find(object, key);
    if (value == nullptr) return std::nullopt;
    if (!value->is_number_unsigned() || value->get<std::uint64_t>() > greatest) {
      problem_ = fmt::format("'{}' is no whole number from 0 to {}", key, greatest);
      return std::nullopt;
    }
    return value->get<Number>();
  }

  // Calls `use` with every element of a list whose elements are all of `type`.
  template <class Use>
  void each(const Json& object, const char* key, Json::value_t type, Use use) {
    const Json* found = find(object, key);
    // Windows PowerShell 5.1 writes some arrays as {"value":[...],"Count":n}.
    if (found != nullptr && found->is_object() && found->contains("Count")) {
      found = find(*found, "value");
    }
    const Json* list = typed(found, key, Json::value_t::array);
    if (list == nullptr) return;
    for (const Json& element : *list) {
      if (typed(&element, key, type) == nullptr) return;
      use(element);
    }
  }

  void read(const Json& object, const char* key, std::vector<std::string>& target) {
    each(object, key, Json::value_t::string,
         [&](const Json& element) { target.push_back(element.get_ref<const std::string&>()); });
  }

 private:
  // Null where there is no such member, or it is null.
  const Json* find(const Json& object, const char* key) const {
    if (!problem_.empty()) return nullptr;
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? nullptr : &*found;
  }

  const Json* typed(const Json* value, const char* key, Json::value_t type) {
    if (value == nullptr || value->type() == type) return value;
    problem_ = fmt::format("'{}' is or holds a {} instead of a {}", key, value->type_name(),
                           Json(type).type_name());
    return nullptr;
  }

  std::string problem_;
};

DefenderFacts defender_facts(Reader& reader, const Json& json) {
  DefenderFacts facts;
  reader.read(json, "realTimeProtection", facts.real_time_protection);
  reader.read(json, "runningMode", facts.running_mode);
  reader.read(json, "tamperProtected", facts.tamper_protected);
  reader.read(json, "exclusionPaths", facts.exclusion_paths);
  reader.read(json, "exclusionProcesses", facts.exclusion_processes);
  reader.read(json, "exclusionExtensions", facts.exclusion_extensions);
  reader.read(json, "error", facts.error);
  return facts;
}

WslDistribution distribution(Reader& reader, const Json& json) {
  WslDistribution result;
  reader.read(json, "name", result.name);
  reader.read(json, "basePath", result.base_path);
  reader.read(json, "vhdFile", result.vhd_file);
  if (result.vhd_file.empty()) result.vhd_file = "ext4.vhdx";
  if (const auto flags = reader.number(json, "flags")) {
    result.version = (*flags & flag_wsl2) != 0 ? 2 : 1;
  }
  result.vhd_bytes = reader.number<std::uint64_t>(json, "vhdBytes");
  reader.read(json, "vhdSparse", result.vhd_sparse);
  return result;
}

InstalledWsl installed_wsl(Reader& reader, const Json& json) {
  InstalledWsl wsl;
  reader.read(json, "version", wsl.version);
  std::string head;
  reader.read(json, "kernelHead", head);
  wsl.kernel = bzimage_release(from_base64(head).value_or("")).value_or("");
  return wsl;
}

WindowsDrive drive(Reader& reader, const Json& json) {
  WindowsDrive result;
  reader.read(json, "name", result.name);
  result.total_bytes = reader.number<std::uint64_t>(json, "totalBytes").value_or(0);
  result.free_bytes = reader.number<std::uint64_t>(json, "freeBytes").value_or(0);
  return result;
}

WindowsAdapter adapter(Reader& reader, const Json& json) {
  WindowsAdapter result;
  reader.read(json, "name", result.name);
  reader.read(json, "description", result.description);
  reader.read(json, "type", result.type);
  result.mtu = reader.number(json, "mtu").value_or(0);
  return result;
}

WindowsProxy proxy(Reader& reader, const Json& json) {
  WindowsProxy result;
  reader.read(json, "enabled", result.enabled);
  reader.read(json, "server", result.server);
  reader.read(json, "autoConfigUrl", result.auto_config_url);
  return result;
}

void read_computer(Reader& reader, const Json& json, WindowsFacts& facts) {
  facts.memory_bytes = reader.number<std::uint64_t>(json, "memoryBytes").value_or(0);
  facts.processors = reader.number(json, "processors").value_or(0);
  reader.each(json, "drives", Json::value_t::object,
              [&](const Json& element) { facts.drives.push_back(drive(reader, element)); });
  reader.each(json, "adapters", Json::value_t::object,
              [&](const Json& element) { facts.adapters.push_back(adapter(reader, element)); });
  if (const Json* found = reader.member(json, "proxy", Json::value_t::object)) {
    facts.proxy = proxy(reader, *found);
  }
  if (const Json* found = reader.member(json, "wsl", Json::value_t::object)) {
    facts.wsl = installed_wsl(reader, *found);
  }
}

void read_wslconfig(Reader& reader, const Json& json, WindowsFacts& facts) {
  reader.read(json, "wslconfigError", facts.wslconfig_error);
  const Json* encoded = reader.member(json, "wslconfig", Json::value_t::string);
  if (encoded == nullptr) return;
  facts.wslconfig = from_base64(encoded->get_ref<const std::string&>());
  if (!facts.wslconfig) facts.wslconfig_error = "PowerShell's copy of it is damaged";
}

expected<WindowsFacts, std::string> windows_facts(const Json& json) {
  WindowsFacts facts;
  Reader reader;
  reader.read(json, "version", facts.version);
  reader.read(json, "userProfile", facts.user_profile);
  reader.read(json, "elevated", facts.elevated);
  reader.read(json, "interactive", facts.interactive);
  if (const Json* service = reader.member(json, "timeService", Json::value_t::object)) {
    facts.time_service.emplace();
    reader.read(*service, "status", facts.time_service->status);
    reader.read(*service, "startType", facts.time_service->start_type);
  }
  if (const Json* defender = reader.member(json, "defender", Json::value_t::object)) {
    facts.defender = defender_facts(reader, *defender);
  }
  reader.each(json, "antivirus", Json::value_t::object, [&](const Json& element) {
    AntivirusProduct product;
    reader.read(element, "name", product.name);
    product.state = reader.number(element, "state").value_or(0);
    facts.antivirus.push_back(std::move(product));
  });
  reader.each(json, "distributions", Json::value_t::object, [&](const Json& element) {
    facts.distributions.push_back(distribution(reader, element));
  });
  read_wslconfig(reader, json, facts);
  read_computer(reader, json, facts);
  if (!reader.problem().empty()) {
    return unexpected("PowerShell's answer is malformed: " + reader.problem());
  }
  return facts;
}

expected<Json, std::string> parse_json(const std::string& text) {
  bool too_deep = false;
  const auto limit_depth = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > greatest_depth;
    return !too_deep;
  };
  Json json = Json::parse(text, limit_depth, /*allow_exceptions=*/false);
  if (too_deep || !json.is_object()) {
    return unexpected(std::string("PowerShell's answer is malformed: it is no JSON object"));
  }
  return json;
}

}  // namespace

expected<WindowsAnswer, std::string> parse_windows_answer(std::string_view output,
                                                          std::string_view nonce) {
  const auto block = find_block(output, nonce);
  if (!block) return unexpected(std::string("PowerShell printed no answer"));
  if (block->facts.starts_with('!')) {
    return unexpected("a policy keeps PowerShell in " + printable(block->facts.substr(1)) +
                      " mode, which cannot be asked");
  }
  const auto text = from_base64(block->facts);
  const auto now = unix_time(block->now);
  if (!text || !now) {
    return unexpected(std::string("PowerShell's answer is damaged: its encoding is wrong"));
  }
  const auto started = block->started == "0" ? std::nullopt : unix_time(block->started);
  return parse_json(*text).and_then(windows_facts).map([&](WindowsFacts facts) {
    return WindowsAnswer{std::move(facts), started, *now};
  });
}

std::optional<WindowsClock> windows_clock(const WindowsAnswer& answer, double before,
                                          double after) {
  const double least = answer.now - after;
  double greatest = answer.now + tick - before;
  if (greatest < least) return std::nullopt;
  if (answer.started) {
    // Above the least unless the Windows clock was set since; `now` alone tells the truth then.
    const double tighter = *answer.started + tick - before;
    if (tighter >= least) greatest = std::min(greatest, tighter);
  }
  return WindowsClock{(least + greatest) / 2, (greatest - least) / 2};
}

}  // namespace doctor
