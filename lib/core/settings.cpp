#include "lib/core/settings.h"

#include <algorithm>
#include <utility>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/core/check.h"
#include "lib/core/registry.h"
#include "lib/core/server_name.h"
#include "lib/core/settings_toml.h"

namespace doctor {

namespace {

using Done = expected<void, SettingsError>;

// One file being read into settings.
struct Reading {
  Settings settings;
  const std::string& file;
  SettingsOrigin origin;
  std::span<const Check* const> checks;
};

Names check_ids(const Reading& reading) {
  Names ids;
  for (const Check* check : reading.checks) ids.emplace_back(check->id);
  return ids;
}

expected<const Check*, SettingsError> known_check(const Reading& reading, std::string_view id,
                                                  const toml::source_position& where) {
  if (const Check* check = find_check(reading.checks, id)) return check;
  return unexpected(settings_error(
      reading.file, where,
      fmt::format("there is no check {}{}", in_quotes(id), suggestion(id, check_ids(reading)))));
}

// Every element of an array of strings that are not empty.
Done read_strings(const Reading& reading, const toml::node& node, std::string_view key,
                  auto take_one) {
  const toml::array* array = node.as_array();
  if (array == nullptr) {
    return unexpected(wrong_type(reading.file, node, key, "an array of strings"));
  }
  for (const toml::node& element : *array) {
    const auto text = read_text(reading.file, element, fmt::format("each of {}", key));
    if (!text) return unexpected(text.error());
    if (Done done = take_one(*text, element.source().begin); !done) return done;
  }
  return {};
}

Done read_fail_on(Reading& reading, const toml::node& node) {
  const auto text = read_choice(reading.file, node, "fail-on", {"warning", "error", "never"});
  if (!text) return unexpected(text.error());
  reading.settings.fail_on = fail_on_from(*text);
  return {};
}

Done read_disabled(Reading& reading, const toml::node& node) {
  return read_strings(reading, node, "disabled",
                      [&](const std::string& id, const toml::source_position& where) -> Done {
                        const auto check = known_check(reading, id, where);
                        if (!check) return unexpected(check.error());
                        reading.settings.disabled.push_back(id);
                        return {};
                      });
}

Done read_ntp_servers(Reading& reading, const toml::node& node) {
  return read_strings(reading, node, "ntp-servers",
                      [&](const std::string& server, const toml::source_position& where) -> Done {
                        if (!is_ntp_server(server)) {
                          return unexpected(settings_error(
                              reading.file, where,
                              fmt::format("{} is no time server; write \"host\", \"host:port\" or "
                                          "\"[IPv6 address]:port\"",
                                          in_quotes(server))));
                        }
                        reading.settings.ntp_servers.push_back(server);
                        return {};
                      });
}

Done read_date_urls(Reading& reading, const toml::node& node) {
  if (reading.origin == SettingsOrigin::project) {
    return unexpected(settings_error(
        reading.file, node.source().begin,
        "`date-urls` may stand only in your own settings file (wsl-go-doctor/config.toml): what a "
        "project brings along must not decide which web addresses your machine asks"));
  }
  return read_strings(
      reading, node, "date-urls",
      [&](const std::string& url, const toml::source_position& where) -> Done {
        if (!is_https_url(url)) {
          return unexpected(settings_error(
              reading.file, where,
              fmt::format("{} must begin with https:// and a host name, and hold no password",
                          in_quotes(url))));
        }
        reading.settings.date_urls.push_back(url);
        return {};
      });
}

std::optional<double> number_in(const toml::node& node) {
  if (const auto* whole = node.as_integer()) return static_cast<double>(whole->get());
  if (const auto* real = node.as_floating_point()) return real->get();
  return std::nullopt;
}

Done read_threshold(Reading& reading, const toml::node& node, const Check& check,
                    const Threshold& threshold) {
  const auto value = number_in(node);
  if (!value) return unexpected(wrong_type(reading.file, node, threshold.name, "a number"));
  const bool within = *value >= threshold.least && *value <= threshold.most;  // false for NaN
  if (!within) {
    return unexpected(
        settings_error(reading.file, node.source().begin,
                       fmt::format("`{}` must be within {} and {}, not {}", threshold.name,
                                   threshold.least, threshold.most, *value)));
  }
  reading.settings.checks[std::string(check.id)].thresholds[std::string(threshold.name)] = *value;
  return {};
}

Done read_check(Reading& reading, const toml::node& node, const Check& check) {
  const toml::table* table = node.as_table();
  if (table == nullptr) {
    return unexpected(
        wrong_type(reading.file, node, fmt::format("checks.{}", check.id), "a table"));
  }
  Names known = {"severity"};
  for (const Threshold& threshold : check.thresholds) known.emplace_back(threshold.name);
  if (Done done = only_known_keys(reading.file, *table, known); !done) return done;

  if (const toml::node* severity = table->get("severity")) {
    const auto text = read_choice(reading.file, *severity, "severity", {"warning", "error"});
    if (!text) return unexpected(text.error());
    reading.settings.checks[std::string(check.id)].severity = status_from(*text);
  }
  for (const Threshold& threshold : check.thresholds) {
    const toml::node* value = table->get(threshold.name);
    if (value == nullptr) continue;
    if (Done done = read_threshold(reading, *value, check, threshold); !done) return done;
  }
  return {};
}

Done read_checks(Reading& reading, const toml::node& node) {
  const toml::table* table = node.as_table();
  if (table == nullptr) return unexpected(wrong_type(reading.file, node, "checks", "a table"));
  for (const auto& [id, settings] : *table) {
    const auto check = known_check(reading, id.str(), id.source().begin);
    if (!check) return unexpected(check.error());
    if (Done done = read_check(reading, settings, **check); !done) return done;
  }
  return {};
}

Done read_waiver(Reading& reading, const toml::node& node) {
  const toml::table* table = node.as_table();
  if (table == nullptr) {
    return unexpected(wrong_type(reading.file, node, "waivers", "a table headed [[waivers]]"));
  }
  if (Done done = only_known_keys(reading.file, *table, {"check", "finding", "reason", "expires"});
      !done) {
    return done;
  }
  const auto begin = node.source().begin;
  Waiver waiver;
  waiver.location = {reading.file, begin.line, begin.column};
  const auto take = [&](std::string_view key, std::string& into, auto read,
                        std::string_view why) -> Done {
    const toml::node* value = table->get(key);
    if (value == nullptr) {
      if (why.empty()) return {};
      return unexpected(settings_error(reading.file, begin,
                                       fmt::format("this waiver has no `{}`: {}", key, why)));
    }
    const auto text = read(reading.file, *value, key);
    if (!text) return unexpected(text.error());
    into = *text;
    return {};
  };
  if (Done done = take("check", waiver.check, read_text, "say which check it is for"); !done) {
    return done;
  }
  const auto check = known_check(reading, waiver.check, table->get("check")->source().begin);
  if (!check) return unexpected(check.error());
  if (Done done = take("finding", waiver.finding, read_text, ""); !done) return done;
  if (Done done = take("reason", waiver.reason, read_text, "say why it is accepted"); !done) {
    return done;
  }
  if (Done done = take("expires", waiver.expires, read_date,
                       "say on which day to look again, such as 2027-01-31");
      !done) {
    return done;
  }
  reading.settings.waivers.push_back(std::move(waiver));
  return {};
}

Done read_waivers(Reading& reading, const toml::node& node) {
  const toml::array* array = node.as_array();
  if (array == nullptr) {
    return unexpected(wrong_type(reading.file, node, "waivers", "tables headed [[waivers]]"));
  }
  for (const toml::node& waiver : *array) {
    if (Done done = read_waiver(reading, waiver); !done) return done;
  }
  return {};
}

struct Key {
  std::string_view name;
  Done (*read)(Reading& reading, const toml::node& node);
};

constexpr Key keys[] = {
    {"fail-on", read_fail_on},     {"disabled", read_disabled}, {"ntp-servers", read_ntp_servers},
    {"date-urls", read_date_urls}, {"checks", read_checks},     {"waivers", read_waivers},
};

}  // namespace

std::string_view to_string(FailOn fail_on) {
  switch (fail_on) {
    case FailOn::warning:
      return "warning";
    case FailOn::error:
      return "error";
    case FailOn::never:
      return "never";
  }
  return "error";
}

std::optional<FailOn> fail_on_from(std::string_view text) {
  for (const FailOn fail_on : {FailOn::warning, FailOn::error, FailOn::never}) {
    if (text == to_string(fail_on)) return fail_on;
  }
  return std::nullopt;
}

std::string describe(const SettingsError& error) {
  const auto& [file, line, column] = error.location;
  std::string where = printable(file);
  if (line > 0) where += fmt::format(":{}", line);
  if (line > 0 && column > 0) where += fmt::format(":{}", column);
  return fmt::format("{}: {}", where, error.message);
}

expected<void, SettingsError> read_settings(Settings& settings, std::string_view text,
                                            const std::string& file, SettingsOrigin origin,
                                            std::span<const Check* const> checks) {
  const auto table = parse_settings_text(text, file);
  if (!table) return unexpected(table.error());
  Names known;
  for (const Key& key : keys) known.emplace_back(key.name);
  if (Done done = only_known_keys(file, *table, known); !done) return done;

  Reading reading{settings, file, origin, checks};
  for (const Key& key : keys) {
    const toml::node* node = table->get(key.name);
    if (node == nullptr) continue;
    if (Done done = key.read(reading, *node); !done) return done;
  }
  reading.settings.files.push_back(file);
  settings = std::move(reading.settings);
  return {};
}

}  // namespace doctor
