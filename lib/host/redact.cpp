#include <algorithm>

#include "lib/base/text.h"
#include "lib/host/redact_text.h"
#include "lib/host/snapshot.h"

namespace doctor {

namespace {

std::vector<std::string> path_parts(std::string_view path) {
  return split(replace_all(path, "\\", "/"), '/');
}

class Redactor {
 public:
  Redactor(const Snapshot& snapshot, std::string_view host_name);

  Snapshot redact(Snapshot snapshot) const;

 private:
  void learn_user(std::string_view name);
  void learn_home(std::string_view path);
  void learn_words_to_keep(std::string_view name);

  std::string text(std::string_view text) const { return redact_text(names_, text); }
  std::string name_in(const std::string& folder, const std::string& name) const;
  void clean(std::string& value) const { value = text(value); }
  void clean(std::vector<std::string>& values) const {
    for (std::string& value : values) clean(value);
  }
  void clean(std::optional<std::string>& value) const {
    if (value) clean(*value);
  }
  void clean(HostError& error) const { clean(error.reason); }
  void clean(std::optional<HostError>& error) const {
    if (error) clean(*error);
  }
  void clean(Machine& machine) const;
  void clean(FileSystemInfo&) const {}
  void clean(FileCost&) const {}
  void clean(LookupCost&) const {}
  void clean(KernelClock&) const {}
  void clean(DnsReply&) const {}
  void clean(Connection&) const {}
  void clean(InotifyUse& use) const;
  void clean(LibrarySymbols&) const {}
  void clean(CommandResult& result) const;
  void clean(NtpReply& reply) const;
  void clean(HttpDate& date) const;
  void clean(FutureFiles& future) const;
  void clean(WindowsFacts& facts) const;
  template <class Value>
  void clean(Answer<Value>& answer) const;
  template <class Value>
  std::map<std::string, Value> clean_map(std::map<std::string, Value> entries) const;

  std::map<std::string, Answer<std::string>> variables(
      const std::map<std::string, Answer<std::string>>& entries) const;
  SnapshotFile file(const std::string& path, SnapshotFile entry) const;
  std::vector<std::string> listing(const std::string& folder,
                                   const std::vector<std::string>& names) const;
  SnapshotDns dns(const SnapshotDns& replies) const;

  PrivateNames names_;
};

Redactor::Redactor(const Snapshot& snapshot, std::string_view host_name) {
  names_.home_parents = {"home", "users"};
  if (snapshot.machine && *snapshot.machine) learn_user((*snapshot.machine)->user);
  const auto variable = [&](const char* name) {
    const auto found = snapshot.variables.find(name);
    return found != snapshot.variables.end() && found->second ? *found->second : std::string();
  };
  for (const auto* name : {"USER", "LOGNAME", "USERNAME", "SUDO_USER"}) learn_user(variable(name));
  for (const auto* name : {"HOME", "USERPROFILE"}) learn_home(variable(name));
  learn_words_to_keep(variable("WSL_DISTRO_NAME"));
  if (snapshot.windows && *snapshot.windows) {
    learn_home((*snapshot.windows)->user_profile);
    for (const WslDistribution& distribution : (*snapshot.windows)->distributions) {
      learn_words_to_keep(distribution.name);
    }
  }
  std::ranges::sort(names_.users, std::ranges::greater(), &std::string::size);

  // A full name "laptop.example.org" stands as "laptop" elsewhere.
  const std::string host = to_lower(host_name);
  names_.hosts = {host};
  if (host.find('.') != std::string::npos) names_.hosts.push_back(split(host, '.').front());
}

void Redactor::learn_user(std::string_view name) {
  const std::string lower = to_lower(name);
  if (lower.empty() || lower == "root" || lower == "user") return;
  // A Windows name may hold blanks, which /proc/mounts and URLs write in their own ways.
  for (const auto* blank : {" ", "\\040", "%20"}) {
    const std::string spelling = replace_all(lower, " ", blank);
    if (std::ranges::count(names_.users, spelling) == 0) names_.users.push_back(spelling);
  }
}

void Redactor::learn_home(std::string_view path) {
  auto parts = path_parts(path);
  std::erase(parts, "");
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::string parent = to_lower(parts[i - 1]);
    const bool is_last = i + 1 == parts.size();
    if (!is_last && !names_.home_parents.contains(parent)) continue;
    learn_user(parts[i]);
    if (!parent.ends_with(':')) names_.home_parents.insert(parent);
  }
}

void Redactor::learn_words_to_keep(std::string_view name) {
  const std::string lower = to_lower(name);
  names_.kept.insert(lower);
  for (const std::string& part : split(lower, '-')) names_.kept.insert(part);
}

// A short name is only taken out where the folder in front of it shows what it is.
std::string Redactor::name_in(const std::string& folder, const std::string& name) const {
  const std::string prefix = folder.ends_with('/') ? folder : folder + "/";
  const std::string clean_prefix = text(prefix);
  const std::string whole = text(prefix + name);
  return whole.starts_with(clean_prefix) ? whole.substr(clean_prefix.size()) : text(name);
}

void Redactor::clean(Machine& machine) const {
  if (!machine.user.empty() && machine.user != "root") machine.user = "user";
}

void Redactor::clean(CommandResult& result) const {
  clean(result.out);
  clean(result.err);
}

void Redactor::clean(NtpReply& reply) const {
  clean(reply.server);
  clean(reply.error);
}

void Redactor::clean(HttpDate& date) const {
  clean(date.url);
  clean(date.error);
}

void Redactor::clean(InotifyUse& use) const {
  for (InotifyProgram& program : use.programs) clean(program.name);
}

void Redactor::clean(FutureFiles& future) const {
  for (FutureFile& file : future.files) clean(file.path);
}

void Redactor::clean(WindowsFacts& facts) const {
  clean(facts.user_profile);
  clean(facts.wslconfig);
  clean(facts.wslconfig_error);
  for (WslDistribution& distribution : facts.distributions) clean(distribution.base_path);
  for (WindowsAdapter& adapter : facts.adapters) clean(adapter.name);
  if (facts.proxy) {
    clean(facts.proxy->server);
    clean(facts.proxy->auto_config_url);
  }
  if (!facts.defender) return;
  clean(facts.defender->exclusion_paths);
  clean(facts.defender->exclusion_processes);
  clean(facts.defender->error);
}

template <class Value>
void Redactor::clean(Answer<Value>& answer) const {
  if (answer) {
    clean(*answer);
  } else {
    clean(answer.error());
  }
}

template <class Value>
std::map<std::string, Value> Redactor::clean_map(std::map<std::string, Value> entries) const {
  std::map<std::string, Value> result;
  for (auto& [name, value] : entries) {
    clean(value);
    result.emplace(text(name), std::move(value));
  }
  return result;
}

std::map<std::string, Answer<std::string>> Redactor::variables(
    const std::map<std::string, Answer<std::string>>& entries) const {
  std::map<std::string, Answer<std::string>> result = entries;
  for (auto& [name, value] : result) {
    const bool is_login_name = value && std::ranges::count(names_.users, to_lower(*value)) > 0;
    if (value && !value->empty() && is_secret_variable(name)) {
      value = "REDACTED";
    } else if (is_login_name && !names_.kept.contains(to_lower(*value))) {
      value = "user";
    } else {
      clean(value);
    }
  }
  return result;
}

SnapshotFile Redactor::file(const std::string& path, SnapshotFile entry) const {
  const std::size_t old_size = entry.text ? entry.text->size() : 0;
  clean(entry.text);
  clean(entry.error);
  clean(entry.read_error);
  if (!entry.info) return entry;
  FileInfo& info = *entry.info;
  const bool is_relative = !info.target.empty() && !info.target.starts_with('/');
  const std::size_t old_target = info.target.size();
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  info.target = is_relative ? name_in(folder, info.target) : text(info.target);
  if (entry.text && info.size == old_size) info.size = entry.text->size();
  if (info.kind == FileKind::link && info.size == old_target) info.size = info.target.size();
  return entry;
}

std::vector<std::string> Redactor::listing(const std::string& folder,
                                           const std::vector<std::string>& names) const {
  std::vector<std::string> result;
  for (const std::string& name : names) result.push_back(name_in(folder, name));
  std::ranges::sort(result);
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

SnapshotDns Redactor::dns(const SnapshotDns& replies) const {
  SnapshotDns result;
  for (const auto& [question, answer] : replies) {
    const auto& [server, name, type] = question;
    const auto entry = result.emplace(std::tuple(text(server), text(name), type), answer).first;
    clean(entry->second);
  }
  return result;
}

Snapshot Redactor::redact(Snapshot snapshot) const {
  clean(snapshot.comment);
  clean(snapshot.project);
  clean(snapshot.time_error);
  if (snapshot.machine) clean(*snapshot.machine);
  snapshot.variables = variables(snapshot.variables);

  std::map<std::string, SnapshotFile> files;
  for (const auto& [path, entry] : snapshot.files) files.emplace(text(path), file(path, entry));
  snapshot.files = std::move(files);

  std::map<std::string, Answer<std::vector<std::string>>> folders;
  for (auto& [path, answer] : snapshot.folders) {
    if (answer) {
      answer = listing(path, *answer);
    } else {
      clean(answer.error());
    }
    folders.emplace(text(path), answer);
  }
  snapshot.folders = std::move(folders);

  for (auto& [argv, answer] : snapshot.commands) {
    clean(argv);
    clean(answer);
  }
  snapshot.file_systems = clean_map(std::move(snapshot.file_systems));
  snapshot.loader_cache = clean_map(std::move(snapshot.loader_cache));
  snapshot.libraries = clean_map(std::move(snapshot.libraries));
  snapshot.ntp = clean_map(std::move(snapshot.ntp));
  snapshot.http = clean_map(std::move(snapshot.http));
  if (snapshot.windows) clean(*snapshot.windows);
  if (snapshot.inotify) clean(*snapshot.inotify);
  if (snapshot.kernel_clock) clean(*snapshot.kernel_clock);
  snapshot.dns = dns(snapshot.dns);
  snapshot.connections = clean_map(std::move(snapshot.connections));
  snapshot.lookup_costs = clean_map(std::move(snapshot.lookup_costs));
  snapshot.file_costs = clean_map(std::move(snapshot.file_costs));
  snapshot.future_files = clean_map(std::move(snapshot.future_files));
  return snapshot;
}

}  // namespace

Snapshot redact(const Snapshot& snapshot, std::string_view host_name) {
  return Redactor(snapshot, host_name).redact(snapshot);
}

}  // namespace doctor
