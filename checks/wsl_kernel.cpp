#include "checks/wsl_kernel.h"

#include <algorithm>

#include "checks/wsl_file_fixes.h"
#include "checks/wsl_release.h"
#include "lib/base/format.h"
#include "lib/facts/kernel.h"
#include "lib/facts/mounts.h"
#include "lib/facts/windows_paths.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

// The oldest release whose source is public and knows kernelModules.
const Version first_with_kernel_modules = {{2, 5, 8}};

constexpr const char* restart_words =
    "`wsl --shutdown` in PowerShell makes it count; that ends all distributions and Docker "
    "Desktop.";

const WslConfigEntry* setting(const WslFile& file, std::string_view name) {
  const WslConfigEntry* entry = find_entry(file.config, name);
  return entry && !entry->value.empty() ? entry : nullptr;
}

std::vector<Mount> mounts_of(const Host& host) {
  const auto text = host.read_file("/proc/self/mountinfo");
  if (!text) return {};
  auto mounts = parse_mountinfo(*text);
  return mounts ? *std::move(mounts) : std::vector<Mount>{};
}

// WSL mounts its modules only beside its own kernel, unless kernelModules names others.
bool has_modules_of_wsl(const std::vector<Mount>& mounts, const std::string& kernel) {
  return std::ranges::any_of(mounts, [&](const Mount& mount) {
    return mount.type == "overlay" && mount.mount_point.ends_with("/lib/modules/" + kernel);
  });
}

std::optional<Fix> remove_kernel_setting(const Context& context, const WslFile& file,
                                         const TextEdit& edit) {
  return change_wsl_file(
      context, file,
      {"wsl-kernel-default", "Go back to WSL's own kernel in .wslconfig", edit, {}, false});
}

// WSL refuses to start in the following cases, so the machine works until it is next shut down.
Finding fails_next_time(std::string id, const WslFile& file, const WslConfigEntry& entry) {
  Finding finding;
  finding.id = std::move(id);
  finding.severity = Status::error;
  finding.location = Location{file.shown, entry.line, entry.column};
  finding.evidence = {
      {fmt::format("{}:{}", file.shown, entry.line), entry.key + "=" + entry.value}};
  return finding;
}

// Is the file that a setting names missing for certain? Says so in the finding's evidence.
bool is_missing(const Context& context, const std::vector<Mount>& mounts,
                const WslConfigEntry& entry, Finding& finding) {
  const auto path = linux_path(mounts, entry.value);
  if (!path) return false;
  const auto info = stat(context.host, *path);
  if (info || info.error().kind != HostErrorKind::missing) return false;
  finding.evidence.push_back({*path, describe(info.error())});
  return true;
}

std::optional<Finding> missing_kernel(const Context& context, const WslFile& file,
                                      const WslConfigEntry& entry,
                                      const std::vector<Mount>& mounts) {
  Finding finding = fails_next_time("kernel-missing", file, entry);
  if (!is_missing(context, mounts, entry, finding)) return std::nullopt;
  finding.summary =
      "The kernel that .wslconfig names does not exist: the next start of WSL will fail.";
  finding.detail =
      "Correct `kernel=` (backslashes are doubled), or remove it to go back to WSL's own kernel.";
  if (setting(file, "wsl2.kernelModules")) {
    finding.detail += " Then remove `kernelModules=` as well: WSL's own kernel refuses it.";
    return finding;
  }
  if (!file.path || !file.bytes) return finding;
  const auto edit = remove_wsl_config(*file.bytes, WslConfigKind::wslconfig, "wsl2", "kernel");
  if (edit) finding.fix = remove_kernel_setting(context, file, *edit);
  return finding;
}

std::optional<Finding> bad_modules(const Context& context, const WslFile& file) {
  const WslConfigEntry* entry = setting(file, "wsl2.kernelModules");
  // Older releases may not know the setting, and ignore it.
  if (!entry || wsl_release(context).older_than(first_with_kernel_modules) != false) {
    return std::nullopt;
  }
  if (!setting(file, "wsl2.kernel")) {
    Finding finding = fails_next_time("modules-without-kernel", file, *entry);
    finding.summary =
        ".wslconfig has kernelModules= without kernel=: the next start of WSL will fail.";
    finding.detail = "Remove `kernelModules=`; WSL's own kernel brings its own modules.";
    return finding;
  }
  Finding finding = fails_next_time("modules-missing", file, *entry);
  if (!is_missing(context, mounts_of(context.host), *entry, finding)) return std::nullopt;
  finding.summary =
      "The modules that .wslconfig names do not exist: the next start of WSL will fail.";
  finding.detail = "Correct `kernelModules=` (backslashes are doubled), or remove it.";
  return finding;
}

void judge_configured(const Context& context, const WindowsFacts& windows, const WslFile& file,
                      const WslConfigEntry& entry, std::vector<Finding>& findings,
                      std::vector<std::string>& notes) {
  const std::string& running = context.environment.kernel;
  const auto mounts = mounts_of(context.host);
  if (auto finding = missing_kernel(context, file, entry, mounts)) {
    findings.push_back(*std::move(finding));
    return;
  }
  const bool is_told = windows.wsl && !windows.wsl->kernel.empty();
  const bool like_own = is_told ? windows.wsl->kernel == running : is_stock_wsl2_kernel(running);
  if (!like_own) {
    notes.push_back(
        linux_path(mounts, entry.value)
            ? fmt::format("A kernel of your own runs: {}, from {}.", running, entry.value)
            : fmt::format("A kernel of your own runs: {}.", running));
    return;
  }
  if (setting(file, "wsl2.kernelModules") || !has_modules_of_wsl(mounts, running)) {
    notes.push_back(fmt::format(
        "{} names a kernel of its own; the running one is called like WSL's ({}). If yours is no "
        "build of that release, `wsl --shutdown` in PowerShell starts it.",
        file.shown, running));
    return;
  }
  Finding finding;
  finding.id = "custom-kernel-not-running";
  finding.summary = "A kernel of your own is configured, but WSL's own kernel runs.";
  finding.detail =
      fmt::format("WSL has not been restarted since, or a policy of the computer forbids it. {}",
                  restart_words);
  finding.location = Location{file.shown, entry.line, entry.column};
  finding.evidence = {{fmt::format("{}:{}", file.shown, entry.line), "kernel=" + entry.value},
                      {"/proc/sys/kernel/osrelease", running},
                      {"/proc/self/mountinfo", "the modules of WSL's own kernel are mounted"}};
  findings.push_back(std::move(finding));
}

void judge_unconfigured(const Context& context, const WindowsFacts& windows, const WslFile& file,
                        std::vector<Finding>& findings, std::vector<std::string>& notes) {
  const std::string& running = context.environment.kernel;
  if (running.empty() || is_stock_wsl2_kernel(running)) return;
  const std::string installed = windows.wsl ? windows.wsl->kernel : "";
  if (installed.empty() || installed == running) {
    notes.push_back(fmt::format(
        "A kernel of your own runs: {}. {} does not name it, so WSL's kernel file was replaced, "
        "and the next update of WSL undoes that.",
        running, file.shown));
    return;
  }
  Finding finding;
  finding.id = "custom-kernel-left";
  finding.summary = "A kernel of your own still runs; the next start of WSL takes WSL's own.";
  finding.detail = fmt::format("{} names no kernel (any more). {}", file.shown, restart_words);
  finding.evidence = {{"/proc/sys/kernel/osrelease", running},
                      {"kernel of the installed WSL", installed}};
  findings.push_back(std::move(finding));
}

}  // namespace

void judge_wsl_kernel(const Context& context, const WindowsFacts& windows, const WslFile& wslconfig,
                      std::vector<Finding>& findings, std::vector<std::string>& notes) {
  if (auto finding = bad_modules(context, wslconfig)) findings.push_back(*std::move(finding));
  if (const WslConfigEntry* entry = setting(wslconfig, "wsl2.kernel")) {
    judge_configured(context, windows, wslconfig, *entry, findings, notes);
  } else {
    judge_unconfigured(context, windows, wslconfig, findings, notes);
  }
}

}  // namespace doctor
