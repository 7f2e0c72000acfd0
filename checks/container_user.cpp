#include <algorithm>

#include "checks/container_parts.h"
#include "checks/go_places.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/git_safe_directory.h"
#include "lib/fix/script.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

// By owner, group and mode. Access lists are not looked at, so "no" is not quite certain.
bool may_write(const FileInfo& folder, const Machine& machine,
               const std::vector<std::uint32_t>& groups) {
  if (machine.uid == 0) return true;
  if (folder.uid == machine.uid) return (folder.mode & 0200) != 0;
  const bool in_group =
      folder.gid == machine.gid || std::ranges::find(groups, folder.gid) != groups.end();
  return (folder.mode & (in_group ? 0020 : 0002)) != 0;
}

std::string whose(std::uint32_t uid) {
  return uid == 0 ? "root" : fmt::format("user {}", uid);
}

Finding not_writable(const std::string& path, const FileInfo& info, const Machine& machine) {
  Finding finding;
  finding.id = "user";
  finding.summary =
      info.uid == machine.uid
          ? fmt::format("The project is yours, but its mode {:04o} does not let you write there.",
                        info.mode)
          : fmt::format("The project belongs to {}, and user {} may not write there.",
                        whose(info.uid), machine.uid);
  if (info.uid != machine.uid)
    finding.detail =
        "In a dev container, name a user that is not root as \"remoteUser\" and leave "
        "\"updateRemoteUserUID\" on: it gives that user the number of yours outside. The project "
        "must belong to you there, too.";
  finding.evidence.push_back(
      {path, fmt::format("owner {}, group {}, mode {:04o}", info.uid, info.gid, info.mode)});
  return finding;
}

Finding not_told(std::string source, const HostError& error) {
  Finding finding;
  finding.id = "user";
  finding.severity = Status::unknown;
  finding.summary = "Could not find out whether the project belongs to you.";
  finding.evidence.push_back({std::move(source), describe(error)});
  return finding;
}

Finding cache_of_another(const GoPlace& place, const FileInfo& info, const Machine& machine) {
  Finding finding;
  finding.id = "cache-" + to_lower(place.name);
  finding.summary = fmt::format("{} ({}) belongs to {}, and user {} may not write there.",
                                place.name, place.path, whose(info.uid), machine.uid);
  finding.detail = fmt::format(
      "Builds end with \"permission denied\". `sudo chown -R {}:{} {}` hands it over; in the "
      "Dockerfile, run `go install` and `go mod download` as the user who works there.",
      machine.uid, machine.gid, bash_quote(*place.resolved));
  finding.evidence.push_back(
      {*place.resolved, fmt::format("owner {}, mode {:04o}", info.uid, info.mode)});
  return finding;
}

void caches(const Context& context, const Machine& machine,
            const std::vector<std::uint32_t>& groups, ContainerFacts& facts) {
  const auto all = go_places(context);
  if (!all) return;
  for (const GoPlace& place : all->places) {
    if (place.name != "GOCACHE" && place.name != "GOMODCACHE") continue;
    if (!place.resolved) continue;
    const auto info = context.host.lstat(*place.resolved);
    if (!info || info->kind != FileKind::directory || may_write(*info, machine, groups)) continue;
    facts.findings.push_back(cache_of_another(place, *info, machine));
  }
}

void mend_refusal(const Context& context, const std::string& repository, Finding& finding) {
  const std::string home = context.host.variable("HOME").value_or("");
  if (!home.starts_with('/')) return;
  const std::string file = normalise(home) + "/.gitconfig";
  const auto config = context.host.read_file(file);
  if (!config && config.error().kind != HostErrorKind::missing) return;
  const auto edit = add_safe_directory(config.value_or(""), repository);
  if (!edit) return;
  Fix fix;
  fix.id = "container-safe-directory";
  fix.title = "Let git work in this project although it belongs to somebody else";
  fix.touches = {file};
  fix.undo = config ? "Puts the file of before back, byte for byte." : "Removes the file again.";
  fix.automatic = false;
  fix.script = bash_script(
      {.id = fix.id,
       .title = fix.title,
       .about = {"The same as: git config --global --add safe.directory " + bash_quote(repository),
                 "Only for a repository you trust: git runs what its configuration says."},
       .apply = file_edit_statements({file, config ? std::optional(*config) : std::nullopt, *edit}),
       .undo = "",
       .needs = Privilege::user});
  finding.fix = std::move(fix);
}

// Only asked where the owner is another: git then refuses, unless somebody has made an exception.
void git_refusal(const Context& context, const std::string& project, const FileInfo& info,
                 ContainerFacts& facts) {
  const auto answer = context.host.run(
      {{"git", "-C", project, "rev-parse", "--is-inside-work-tree"}, std::chrono::seconds(2)});
  if (!answer) return;
  auto repository = refused_repository(answer->err);
  if (!repository) return;
  if (repository->empty() || !is_below(project, normalise(*repository))) repository = project;
  Finding finding;
  finding.id = "dubious-ownership";
  finding.summary = fmt::format("git refuses to work in {}, because it belongs to {}.", *repository,
                                whose(info.uid));
  finding.detail = fmt::format(
      "`go build` then ends with \"error obtaining VCS status: exit status 128\". Best is to work "
      "as the owner. If you trust the repository: `git config --global --add safe.directory {}`.",
      bash_quote(*repository));
  finding.evidence.push_back({"git rev-parse", answer->err.substr(0, answer->err.find('\n'))});
  mend_refusal(context, *repository, finding);
  facts.findings.push_back(std::move(finding));
}

}  // namespace

void user_mismatch(const Context& context, const std::vector<std::uint32_t>& groups,
                   ContainerFacts& facts) {
  const auto machine = context.host.machine();
  if (!machine) {
    facts.findings.push_back(not_told("the user", machine.error()));
    return;
  }
  const auto project = resolve(context.host, context.project);
  const auto info =
      project ? context.host.lstat(*project) : Answer<FileInfo>(unexpected(project.error()));
  if (info) {
    facts.evidence.push_back({*project, fmt::format("owner {}, mode {:04o}; user {}", info->uid,
                                                    info->mode, machine->uid)});
    if (!may_write(*info, *machine, groups)) {
      facts.findings.push_back(not_writable(*project, *info, *machine));
    }
    if (info->uid != machine->uid) git_refusal(context, *project, *info, facts);
  } else {
    facts.findings.push_back(not_told(context.project, info.error()));
  }
  caches(context, *machine, groups, facts);
}

}  // namespace doctor
