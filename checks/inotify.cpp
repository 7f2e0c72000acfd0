#include "checks/inotify.h"

#include <algorithm>
#include <charconv>

#include "checks/go_places.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/fix/script.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

constexpr Threshold thresholds[] = {
    {"warning-ratio", 0.75, 0, 1, "Share of the watches or instances of this user in use"},
    {"error-ratio", 0.95, 0, 1, "Share from which on the next watcher fails"},
};

constexpr Source sources[] = {
    {"Watches and instances are limited per user; at the limit inotify_add_watch says ENOSPC, "
     "inotify_init EMFILE",
     "inotify(7), inotify_add_watch(2), inotify_init(2)"},
    {"Go's fsnotify gets \"no space left on device\" or \"too many open files\"",
     "https://github.com/fsnotify/fsnotify (README, FAQ)"},
    {"Since Linux 5.11 the limit of watches follows the memory, between 8192 and 1048576; before "
     "it "
     "was 8192. Instances: 128",
     "https://github.com/torvalds/linux/commit/92890123749bafc317bbfacbe0a62ce08d78efb7"},
    {"VS Code raises the limit of watches to 524288; each takes about 1 KB while it is in use",
     "https://code.visualstudio.com/docs/setup/linux (microsoft/vscode-docs: docs/setup/linux.md)"},
    {"524288 watches and 128 instances on WSL 2, and still ENOSPC",
     "https://github.com/vscodenpa/testissues/issues/1794"},
    {"Raising the instances to 1024", "https://github.com/gorakhargosh/watchdog/issues/846"},
    {"Without systemd, WSL reads no sysctl settings at its start",
     "https://github.com/microsoft/WSL/issues/4232"},
    {"With systemd it does: WSL itself leaves a file for it in /run/sysctl.d",
     "https://github.com/microsoft/WSL src/linux/init/init.cpp"},
    {"`[boot] command` runs as root when the distribution starts",
     "https://learn.microsoft.com/windows/wsl/wsl-config (MicrosoftDocs/WSL: WSL/wsl-config.md)"},
    {"On WSL 2 changes by Windows programs raise no events on a Windows drive",
     "https://github.com/microsoft/WSL/issues/4739"},
    {"The limits that WSL 1 shows in /proc are stubs",
     "https://learn.microsoft.com/windows/wsl/release-notes (MicrosoftDocs/WSL: "
     "WSL/release-notes.md, GH 1705)"},
};

// One of the two things that can run out.
struct Resource {
  std::string_view name;     // "watches", as in max_user_watches
  std::string_view symptom;  // what programs say then
  std::uint64_t enough;      // a limit that others have found enough
};
constexpr Resource watches = {"watches", "No space left on device (ENOSPC)", 524288};
constexpr Resource instances = {"instances", "Too many open files (EMFILE)", 1024};

std::string limit_file(const Resource& resource) {
  return fmt::format("/proc/sys/fs/inotify/max_user_{}", resource.name);
}

Answer<std::uint64_t> limit_of(const Host& host, const Resource& resource) {
  const auto text = host.read_file(limit_file(resource));
  if (!text) return unexpected(text.error());
  const std::string_view digits = trim(*text);
  std::uint64_t limit = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), limit);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return unexpected(HostError{HostErrorKind::failed, "it holds no number"});
  }
  return limit;
}

std::uint64_t in_use(const InotifyUse& use, std::uint32_t uid, const Resource& resource) {
  const auto user = std::ranges::find(use.users, uid, &InotifyUser::uid);
  if (user == use.users.end()) return 0;
  return resource.name == watches.name ? user->watches : user->instances;
}

std::string who_has_them(const InotifyUse& use, std::uint32_t uid) {
  std::vector<std::string> programs;
  for (const InotifyProgram& program : use.programs) {
    if (program.uid != uid) continue;
    programs.push_back(fmt::format("{} ({} watches, {})", program.name, program.watches,
                                   count_of(program.instances, "instance")));
  }
  return join(programs, ", ");
}

// Behind Debian's and Ubuntu's 99-sysctl.conf, which is /etc/sysctl.conf: the last file wins.
std::string drop_in(const Resource& resource) {
  return fmt::format("/etc/sysctl.d/99-wsl-go-doctor-inotify-{}.conf", resource.name);
}

Fix raise_limit(const Context& context, const Resource& resource, std::uint64_t limit,
                std::uint64_t wanted) {
  const std::string file = drop_in(resource);
  const auto before = context.host.read_file(file);
  const std::string text = fmt::format(
      "# Made by wsl-go-doctor: {0} {1} were too few for this user's editors and watchers.\n"
      "fs.inotify.max_user_{1} = {2}\n",
      limit, resource.name, wanted);
  const FileEdit edit{
      file, before ? std::optional(*before) : std::nullopt, {0, before ? before->size() : 0, text}};
  const std::string proc = limit_file(resource);
  const auto set_now = [&](std::uint64_t value) {
    return fmt::format("run_step 'Set the limit' tee {} <<<{}\n", proc, value);
  };
  Fix fix;
  fix.id = fmt::format("inotify-{}", resource.name);
  fix.title = fmt::format("Allow {} inotify {} for each user", wanted, resource.name);
  fix.needs = Privilege::root;
  fix.touches = {file, proc};
  fix.undo = "Puts the file of before back, or removes it, and sets the limit of before.";
  fix.script = bash_script(
      {.id = fix.id,
       .title = fix.title,
       .about = {"Holds at once, for every distribution of WSL: they share one kernel."},
       .apply =
           file_edit_statements(edit) + fmt::format("if (($(<\"$root\"{}) < {})); then\n  {}fi\n",
                                                    proc, wanted, set_now(wanted)),
       .undo = set_now(limit),
       .needs = Privilege::root});
  return fix;
}

bool is_container(const Context& context) {
  return context.environment.kind == EnvironmentKind::container ||
         context.environment.kind == EnvironmentKind::container_on_wsl;
}

void mend(const Context& context, const Resource& resource, std::uint64_t limit, Finding& finding) {
  if (is_container(context)) {
    finding.detail +=
        context.environment.kind == EnvironmentKind::container_on_wsl
            ? " The limit is the kernel's, which WSL and all its containers share: raise it in a "
              "WSL distribution; wsl-go-doctor run there has the fix."
            : " The limit is the host's kernel's: raise it there.";
    return;
  }
  constexpr std::uint64_t most = 1ULL << 30;  // the kernel keeps it in 31 bits
  const std::uint64_t wanted = std::min(most, std::max(resource.enough, std::min(most, limit) * 2));
  finding.fix = raise_limit(context, resource, limit, wanted);
  const bool wsl = context.environment.kind == EnvironmentKind::wsl2;
  if (wsl && !exists(context.host, "/run/systemd/system")) {
    finding.detail += fmt::format(
        " systemd does not run here, so nothing reads /etc/sysctl.d at the next start. Turn it on "
        "(see systemd), or put `command=sysctl -w fs.inotify.max_user_{}={}` under [boot] in "
        "/etc/wsl.conf.",
        resource.name, wanted);
  }
}

std::optional<Finding> near_limit(const Context& context, const Resource& resource,
                                  std::uint64_t limit, const InotifyUse& use, std::uint32_t uid) {
  const std::uint64_t used = in_use(use, uid, resource);
  const double ratio = limit > 0 ? static_cast<double>(used) / static_cast<double>(limit) : 1.0;
  if (ratio < context.threshold(inotify_check, "warning-ratio")) return std::nullopt;
  Finding finding;
  finding.id = std::string(resource.name);
  finding.severity =
      ratio >= context.threshold(inotify_check, "error-ratio") ? Status::error : Status::warning;
  finding.summary =
      fmt::format("{} of {} inotify {} of this user are in use.", used, limit, resource.name);
  finding.detail = fmt::format(
      "The next editor, gopls or live-reload tool fails with \"{}\", or quietly misses changes.",
      resource.symptom);
  finding.evidence.push_back({limit_file(resource), std::to_string(limit)});
  if (const std::string programs = who_has_them(use, uid); !programs.empty()) {
    finding.evidence.push_back({"/proc/*/fdinfo", programs});
  }
  mend(context, resource, limit, finding);
  return finding;
}

Finding not_told(const HostError& error, std::string limits) {
  Finding finding;
  finding.id = "use";
  finding.severity = Status::unknown;
  finding.summary = "Could not find out how many inotify watches and instances are in use.";
  finding.evidence.push_back({"/proc/*/fdinfo", describe(error)});
  finding.evidence.push_back({"limits", std::move(limits)});
  return finding;
}

void note_windows_drive(const Context& context, Diagnosis& facts) {
  const auto all = go_places(context);
  if (!all) return;
  for (const GoPlace& place : all->places) {
    if (place.name != "project" || !place.on_windows_drive()) continue;
    facts.notes.emplace_back(
        "The project lies on a Windows drive: what Windows programs change there raises no events "
        "in Linux, whatever the limits are (see windows-drive).");
  }
}

Diagnosis run(const Context& context) {
  if (context.environment.kind == EnvironmentKind::wsl1) {
    return skipped("WSL 1 has an inotify of its own; its limits in /proc are stubs.");
  }
  const auto most_watches = limit_of(context.host, watches);
  const auto most_instances = limit_of(context.host, instances);
  if (!most_watches || !most_instances) {
    const Resource& unread = most_watches ? instances : watches;
    return unknown(
        fmt::format("{} could not be read: {}.", limit_file(unread),
                    describe(most_watches ? most_instances.error() : most_watches.error())));
  }
  const std::string limits =
      fmt::format("{} watches, {} instances for each user", *most_watches, *most_instances);

  Diagnosis facts;
  std::vector<Finding> findings;
  const auto machine = context.host.machine();
  const auto use = context.host.inotify_use();
  if (!machine || !use) {
    findings.push_back(not_told(machine ? use.error() : machine.error(), limits));
  } else {
    const auto add = [&](const Resource& resource, std::uint64_t limit) {
      auto finding = near_limit(context, resource, limit, *use, machine->uid);
      if (finding) findings.push_back(*std::move(finding));
    };
    add(watches, *most_watches);
    add(instances, *most_instances);
    facts.evidence.push_back(
        {"/proc/*/fdinfo",
         fmt::format("{} watches, {} instances of this user in use",
                     in_use(*use, machine->uid, watches), in_use(*use, machine->uid, instances))});
    if (!use->complete && findings.empty()) {
      findings.push_back(not_told(
          {HostErrorKind::timed_out, "not all processes could be looked at in time"}, limits));
    }
  }
  facts.evidence.push_back({"/proc/sys/fs/inotify", limits});
  if (context.environment.kind == EnvironmentKind::wsl2) note_windows_drive(context, facts);
  Diagnosis diagnosis = conclude("Far from the limits of inotify.", std::move(findings));
  diagnosis.evidence = std::move(facts.evidence);
  diagnosis.notes = std::move(facts.notes);
  return diagnosis;
}

}  // namespace

const Check inotify_check = {
    .id = "inotify",
    .group = "system",
    .title = "Room for more file watchers",
    .why =
        "VS Code, gopls and live-reload tools ask the kernel to watch files. Each user has a "
        "limit of watches and of watchers; at it, tools fail with \"No space left on device\" or "
        "\"Too many open files\", which mean neither, or miss changes without a word.",
    .reads =
        "/proc/sys/fs/inotify, and the watches in /proc/PID/fdinfo of the processes that may "
        "be looked into.",
    .mends = "Raises the limit that is nearly reached, at once and in /etc/sysctl.d.",
    .thresholds = thresholds,
    .sources = sources,
    .run = run,
};

}  // namespace doctor
