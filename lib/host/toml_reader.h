#pragma once

// Typed reading of a TOML document that a stranger or a tired person wrote. Readers go on with
// default values after a mistake; the mistake nearest to the top of the file is what gets told.
// Include in .cpp files only: toml++ is large.

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/expected.h"
#include "lib/base/parse_error.h"
#include "lib/host/toml_library.h"

namespace doctor {

class TomlMistakes {
 public:
  void add(const toml::source_region& where, std::string message);
  const std::optional<ParseError>& first() const { return first_; }

 private:
  std::optional<ParseError> first_;
};

// Refuses what would make toml++ recurse or eat too much, before toml++ sees it.
expected<toml::table, ParseError> parse_toml(std::string_view text, std::size_t most_bytes);

// What a message calls a node: "text", "a whole number", "a list", ...
std::string_view type_name(const toml::node& node);

// One value; `name` is what messages call it. No value: it was wrong, and the mistake is noted.
std::optional<std::string> read_text(const toml::node& node, std::string_view name,
                                     TomlMistakes& mistakes);
// Text, or { base64 = "..." }.
std::optional<std::string> read_bytes(const toml::node& node, std::string_view name,
                                      TomlMistakes& mistakes);
std::optional<std::vector<std::string>> read_texts(const toml::node& node, std::string_view name,
                                                   TomlMistakes& mistakes);
std::optional<std::string> read_base64(const toml::node& node, std::string_view name,
                                       TomlMistakes& mistakes);

// One table; `name` is its path without the outer brackets, "" for the document itself. Getters
// answer no value for an absent key.
class TomlTable {
 public:
  TomlTable(const toml::table& table, std::string name, TomlMistakes& mistakes)
      : table_(&table), name_(std::move(name)), mistakes_(&mistakes) {}

  const toml::table& raw() const { return *table_; }
  const std::string& name() const { return name_; }
  TomlMistakes& mistakes() const { return *mistakes_; }
  bool has(std::string_view key) const { return table_->get(key) != nullptr; }
  const toml::node* get(std::string_view key) const { return table_->get(key); }

  std::optional<std::string> text(std::string_view key) const;
  std::optional<std::string> bytes(std::string_view key) const;
  std::optional<std::vector<std::string>> texts(std::string_view key) const;
  std::optional<bool> flag(std::string_view key) const;
  std::optional<double> number(std::string_view key) const;           // finite
  std::optional<double> positive_number(std::string_view key) const;  // finite and not below 0
  // Seconds since the Unix epoch: a number, or a date and time with its zone.
  std::optional<double> moment(std::string_view key) const;
  // Numbers past the largest of TOML's own are written in quotes.
  std::optional<std::uint64_t> whole(
      std::string_view key, std::uint64_t most = std::numeric_limits<std::uint64_t>::max()) const;
  std::optional<std::uint32_t> whole32(std::string_view key) const;
  std::optional<std::uint32_t> file_mode(std::string_view key) const;  // octal: 0o644
  std::optional<TomlTable> table(std::string_view key) const;
  std::vector<TomlTable> tables(std::string_view key) const;  // an array of tables

  // Text that must be there; "" and a noted mistake when it is not.
  std::string required_text(std::string_view key) const;

  // Notes every other key as a mistake, with the nearest of these.
  void allow_only(std::initializer_list<std::string_view> keys) const;

  void mistake(std::string message) const;  // at the table as a whole
  void mistake_at(std::string_view key, std::string message) const;

 private:
  std::string path_of(std::string_view key) const;
  std::string name_of(std::string_view key) const;

  const toml::table* table_;
  std::string name_;
  TomlMistakes* mistakes_;
};

}  // namespace doctor
