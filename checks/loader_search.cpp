#include "checks/loader_search.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "lib/base/text.h"
#include "lib/host/paths.h"

namespace doctor {
namespace {

struct Abi {
  std::string machine;  // as LibrarySymbols names it, "" when any will do
  std::string triplet;  // Debian's name for its folder, "" when unknown
};

Abi abi_of(std::string_view architecture) {
  if (architecture == "x86_64") return {"x86_64", "x86_64-linux-gnu"};
  if (architecture == "aarch64") return {"aarch64", "aarch64-linux-gnu"};
  if (architecture.starts_with("armv")) return {"arm", "arm-linux-gnueabihf"};
  if (architecture.size() == 4 && architecture.ends_with("86")) return {"i386", "i386-linux-gnu"};
  return {"", architecture.empty() ? "" : std::string(architecture) + "-linux-gnu"};
}

std::vector<std::string> default_folders(const Abi& abi) {
  std::vector<std::string> folders;
  if (!abi.triplet.empty()) folders = {"/lib/" + abi.triplet, "/usr/lib/" + abi.triplet};
  folders.insert(folders.end(), {"/lib64", "/usr/lib64", "/lib", "/usr/lib"});
  return folders;
}

// The loader takes `:` and `;` alike. Relative folders depend on where a program is started, and
// $ORIGIN on which one, so neither says anything here.
std::vector<std::string> preferred_folders(const Host& host) {
  const std::string list = host.variable("LD_LIBRARY_PATH").value_or("");
  std::vector<std::string> folders;
  for (const std::string& folder : split(replace_all(list, ";", ":"), ':')) {
    const bool usable = folder.starts_with('/') && folder.find('$') == std::string::npos;
    if (usable) folders.push_back(normalise(folder));
  }
  return folders;
}

// Where `path` itself lies: its folder's links followed, its own not.
std::string place_of(const Host& host, const std::string& path) {
  const auto slash = path.rfind('/');
  const auto folder = resolve(host, slash == 0 ? "/" : path.substr(0, slash));
  if (!folder) return path;
  return (*folder == "/" ? "" : *folder) + path.substr(slash);
}

std::vector<std::string> chain_from(const Host& host, std::string path) {
  std::vector<std::string> chain{path};
  std::set<std::string> seen{path};
  for (;;) {
    const auto info = host.lstat(path);
    if (!info || info->kind != FileKind::link) return chain;
    const std::string folder = path.substr(0, path.rfind('/') + 1);
    path = place_of(host, normalise(absolute(info->target, folder)));
    chain.push_back(path);
    if (!seen.insert(path).second) return chain;
  }
}

class Search {
 public:
  Search(const Host& host, std::string machine) : host_(host), machine_(std::move(machine)) {}

  // The library at `path`, if one is there that this machine's programs can load.
  std::optional<FoundLibrary> look_at(const std::string& path, std::vector<LoopingLink>* loops) {
    const auto file = resolve(host_, path);
    if (!file) {
      if (file.error().kind == HostErrorKind::loop) {
        if (loops) add_loop(*loops, path);
      } else {
        note_obstacle(file.error());
      }
      return {};
    }
    if (!looked_at_.insert(*file).second) return {};
    auto symbols = host_.library(*file);
    if (!symbols) {
      const auto info = host_.lstat(*file);
      if (!info) {
        note_obstacle(info.error());
        return {};
      }
    }
    FoundLibrary found{path, place_of(host_, path), *file, std::move(symbols)};
    const bool foreign = found.symbols && !machine_.empty() && found.symbols->machine != machine_;
    if (!foreign) return found;
    if (!other_machine_) other_machine_ = std::move(found);
    return {};
  }

  void note_obstacle(const HostError& error) {
    const bool is_no =
        error.kind == HostErrorKind::missing || error.kind == HostErrorKind::unsupported;
    if (!is_no && !obstacle_) obstacle_ = error;
  }

  // A 64-bit kernel may carry a system of 32 bits, whose libraries are then the right ones.
  std::optional<FoundLibrary> take_other_machine() { return std::exchange(other_machine_, {}); }

  void forget_files() { looked_at_.clear(); }

  const std::optional<HostError>& obstacle() const { return obstacle_; }

 private:
  void add_loop(std::vector<LoopingLink>& loops, const std::string& path) {
    const std::string place = place_of(host_, path);
    const bool known = std::ranges::find(loops, place, &LoopingLink::link) != loops.end();
    if (!known) loops.push_back({place, chain_from(host_, place)});
  }

  const Host& host_;
  std::string machine_;
  std::set<std::string> looked_at_;
  std::optional<FoundLibrary> other_machine_;
  std::optional<HostError> obstacle_;
};

}  // namespace

LibrarySearch search_library(const Host& host, const std::string& soname) {
  const auto machine = host.machine();
  const Abi abi = abi_of(machine ? machine->architecture : "");
  Search search(host, abi.machine);
  LibrarySearch result;

  for (const std::string& folder : preferred_folders(host)) {
    result.preferred = search.look_at(folder + "/" + soname, nullptr);
    if (result.preferred) break;
  }
  search.take_other_machine();
  search.forget_files();

  std::vector<std::string> paths;
  if (auto cached = host.loader_cache(soname)) {
    paths = *std::move(cached);
  } else {
    search.note_obstacle(cached.error());
  }
  for (const std::string& folder : default_folders(abi)) paths.push_back(folder + "/" + soname);
  for (const std::string& path : paths) {
    result.system = search.look_at(path, &result.loops);
    if (result.system) break;
  }
  if (!result.system) result.system = search.take_other_machine();
  if (!result.system) result.obstacle = search.obstacle();
  return result;
}

}  // namespace doctor
