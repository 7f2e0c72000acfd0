// 10,000 mutated files through everything that reads one: nothing may crash or hang, what is mended
// reads as promised, and mending twice changes nothing more.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>

#include "lib/base/text.h"
#include "lib/facts/wsl_keys.h"
#include "tests/facts/wsl_lint.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> seeds() {
  std::vector<std::filesystem::path> paths;
  const auto folder = std::filesystem::path(TEST_SOURCE_DIR) / "tests/fuzz/seeds/wsl_config";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::vector<std::string> texts;
  for (const auto& path : paths) texts.push_back(content_of(path));
  return texts;
}

using Random = std::minstd_rand;

std::size_t below(Random& random, std::size_t bound) {
  return bound == 0 ? 0 : static_cast<std::size_t>(random()) % bound;
}

const std::vector<std::string> pieces = {"[",
                                         "]",
                                         "\"",
                                         "\\",
                                         "\\\n",
                                         "\r\n",
                                         "\n",
                                         "\r",
                                         "#",
                                         ";",
                                         "=",
                                         " ",
                                         "\t",
                                         "[wsl2]\n",
                                         "[boot]\n",
                                         "[ wsl2 ]\n",
                                         "GB",
                                         "gb",
                                         "true",
                                         "yes",
                                         "\xC3\xB6",
                                         "\xFF\xFE",
                                         "\xEF\xBB\xBF",
                                         "C:\\t",
                                         "memory=4 gb\n",
                                         "systemd: 1\n",
                                         "x",
                                         std::string(1, '\0'),
                                         std::string(200, 'k')};

void mutate(std::string& text, Random& random) {
  const std::size_t at = below(random, text.size() + 1);
  switch (below(random, 5)) {
    case 0:
      text.insert(at, pieces[below(random, pieces.size())]);
      break;
    case 1:
      text.erase(at, below(random, 12));
      break;
    case 2:
      if (at < text.size()) text[at] = static_cast<char>(random() & 0xFFU);
      break;
    case 3:
      text.insert(at, text.substr(below(random, text.size() + 1), below(random, 40)));
      break;
    default:
      text.resize(at);
  }
}

using Settings = std::map<std::string, std::string>;

// What WSL takes of a text, by the one name of each key.
Settings settings_in(std::string_view text, WslConfigKind kind) {
  Settings settings;
  for (const WslConfigEntry& entry : parse_wsl_config(text, kind).entries) {
    const WslKey* key = find_wsl_key(kind, entry.name);
    if (key != nullptr) settings.emplace(to_lower(key->name), entry.value);
  }
  return settings;
}

// Is every setting that WSL took before taken as before, but for those that were mended by name?
bool keeps_the_rest(const std::string& text, const MendedWslConfig& mended, WslConfigKind kind) {
  const Settings after = settings_in(mended.bytes, kind);
  return std::ranges::all_of(settings_in(text, kind), [&](const auto& setting) {
    const auto found = after.find(setting.first);
    const bool same = found != after.end() && found->second == setting.second;
    const std::string key(key_of(setting.first));
    return same || std::ranges::any_of(
                       mended.done, [&](const std::string& id) { return id.ends_with("." + key); });
  });
}

}  // namespace

TEST_CASE("10,000 mutated files neither crash nor hang") {
  const auto texts = seeds();
  REQUIRE(texts.size() >= 10);
  Random random(20260301);
  std::size_t mended_files = 0;
  for (std::size_t i = 0; i < 10000; ++i) {
    std::string text = texts[i % texts.size()];
    for (std::size_t edits = 1 + below(random, 6); edits > 0; --edits) mutate(text, random);
    const WslConfigKind kind = i / texts.size() % 2 == 0 ? wslconfig : wsl_conf;
    const WslConfig config = parse_wsl_config(text, kind);
    for (const WslConfigMistake& mistake : lint_wsl_config(config, text, {}).mistakes) {
      if (mistake.message.empty() || mistake.line == 0) FAIL(text);
    }
    const auto once = mend_wsl_config(text, kind, {});
    if (apply_edit(text, edit_between(text, once.bytes)) != once.bytes) FAIL(text);
    if (once.bytes == text) continue;
    ++mended_files;
    if (!keeps_the_rest(text, once, kind)) FAIL(text);
    const auto twice = mend_wsl_config(once.bytes, kind, {});
    if (twice.bytes != once.bytes) FAIL(text);
  }
  CHECK(mended_files > 1000);
}
