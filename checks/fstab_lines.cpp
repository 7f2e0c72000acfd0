#include "checks/fstab_lines.h"

#include <algorithm>

#include "checks/mount_options.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/drvfs_options.h"
#include "lib/fix/script.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

constexpr const char* fstab_path = "/etc/fstab";
constexpr std::string_view wsl_says =
    " WSL prints \"Processing /etc/fstab with mount -a failed.\" for it.";

// What one line has come to.
struct Verdict {
  Finding finding;
  bool certain = false;  // it can never work as it stands, so it may as well be a comment
};

class FstabCheck {
 public:
  FstabCheck(const Context& context, const MountFacts& facts)
      : context_(context), facts_(facts), lines_(lines(*facts.fstab_text)) {}

  std::vector<Finding> findings(std::vector<std::string>& notes) {
    for (const FstabProblem& problem : facts_.fstab.problems) syntax(problem);
    for (const FstabEntry& entry : facts_.fstab.entries) {
      if (!is_left_alone(entry)) judge(entry, notes);
    }
    mend();
    std::ranges::stable_sort(verdicts_, {},
                             [](const Verdict& verdict) { return verdict.finding.location->line; });
    std::vector<Finding> findings;
    for (Verdict& verdict : verdicts_) findings.push_back(std::move(verdict.finding));
    return findings;
  }

 private:
  void add(std::size_t line, std::size_t column, std::string summary, std::string detail,
           bool certain) {
    Finding finding;
    finding.id = fmt::format("fstab-{}", line);
    const auto taken = [&](const std::string& id) {
      return std::ranges::any_of(verdicts_,
                                 [&](const Verdict& other) { return other.finding.id == id; });
    };
    for (int n = 2; taken(finding.id); ++n) finding.id = fmt::format("fstab-{}-{}", line, n);
    finding.summary = std::move(summary);
    finding.detail = std::move(detail);
    finding.location = Location{fstab_path, line, column};
    finding.evidence.push_back(
        {fmt::format("{}:{}", fstab_path, line), without_passwords(lines_.at(line - 1))});
    verdicts_.push_back({std::move(finding), certain});
  }

  void syntax(const FstabProblem& problem) {
    if (problem.ignored) {
      add(problem.line, problem.column,
          fmt::format("/etc/fstab:{} is ignored: {}.", problem.line, problem.message),
          "A line is: source, mount point, type, options, and two numbers (0 0).", true);
    } else {
      add(problem.line, problem.column,
          fmt::format("/etc/fstab:{} holds {}.", problem.line, problem.message),
          "It becomes part of a name. Type the line anew in a plain editor.", false);
    }
  }

  void judge(const FstabEntry& entry, std::vector<std::string>& notes) {
    const std::string& target = entry.mount_point.text;
    if (!target.starts_with('/')) {
      add(entry.line, entry.mount_point.column,
          fmt::format("/etc/fstab:{}: the mount point `{}` is no absolute path.", entry.line,
                      target),
          (target.starts_with('"') || target.starts_with('\'')
               ? "Quotes mean nothing here; a blank in a name is written \\040."
               : "It has to begin with a slash.") +
              std::string(wsl_says),
          true);
    } else if (!wrong_drive(entry) && !before_its_drive(entry) && !no_mount_point(entry) &&
               !refused_by_wsl1(entry) && !not_mounted(entry, notes)) {
      note_waiting(entry, notes);
    }
    if (entry.type.text == "drvfs") options(entry);
  }

  bool wrong_drive(const FstabEntry& entry) {
    const std::string& source = entry.source.text;
    const bool drive = is_windows_drive_path(source);
    const bool drvfs = entry.type.text == "drvfs";
    if (drive && !drvfs && entry.type.text != "9p" && entry.type.text != "virtiofs") {
      add(entry.line, entry.type.column,
          fmt::format("/etc/fstab:{}: a Windows drive is type drvfs, not {}.", entry.line,
                      entry.type.text),
          fmt::format("Write: `{} {} drvfs {} 0 0`.{}", source.substr(0, 2), entry.mount_point.text,
                      "metadata", wsl_says),
          true);
      return true;
    }
    if (!drvfs || drive || is_unc_path(source)) return false;
    const bool quoted = source.starts_with('\'') || source.starts_with('"');
    add(entry.line, entry.source.column,
        fmt::format("/etc/fstab:{}: `{}` is no Windows drive and no share.", entry.line, source),
        quoted ? "Take the quotes off; a blank in a name is written \\040."
               : "drvfs takes `C:`, a folder like `C:\\data`, or `//server/share`.",
        false);
    return true;
  }

  // WSL reads /etc/fstab first and mounts Windows drives afterwards, so that fstab can override
  // how.
  bool before_its_drive(const FstabEntry& entry) {
    const std::string source = normalise(entry.source.text);
    if (!entry.source.text.starts_with('/') || is_unc_path(entry.source.text)) return false;
    const Mount* mount = mount_of(facts_.mounts, source);
    if (!mount || storage_of(*mount) != Storage::windows_drive) return false;
    const FstabEntry* drive = fstab_entry_of(facts_, mount->mount_point);
    if ((drive && drive->line < entry.line) || is_mounted(entry)) return false;
    add(entry.line, entry.source.column,
        fmt::format("/etc/fstab:{}: {} is not there yet when this line is read.", entry.line,
                    mount->mount_point),
        fmt::format("WSL reads /etc/fstab before it mounts Windows drives. Mount the drive itself "
                    "in a line above: `{} {} drvfs {} 0 0`.{}",
                    drive_name(*mount).substr(0, 2), mount->mount_point, wanted_options(),
                    wsl_says),
        false);
    return true;
  }

  // What WSL itself mounts a drive with: it adds none of that to a line of fstab.
  std::string wanted_options() const {
    std::string wanted;
    if (facts_.conf) {
      const WslConfigEntry* options = find_entry(facts_.conf->config, "automount.options");
      if (options) wanted = options->value;
    }
    const auto machine = context_.host.machine();
    if (machine && wanted.find("uid=") == std::string::npos) {
      wanted +=
          fmt::format("{}uid={},gid={}", wanted.empty() ? "" : ",", machine->uid, machine->gid);
    }
    return wanted.empty() ? "defaults" : wanted;
  }

  bool no_mount_point(const FstabEntry& entry) {
    if (entry.has_option("x-mount.mkdir") || entry.has_option("X-mount.mkdir")) return false;
    const auto target = stat(context_.host, normalise(entry.mount_point.text));
    if (target || target.error().kind != HostErrorKind::missing) return false;
    add(entry.line, entry.mount_point.column,
        fmt::format("/etc/fstab:{}: the mount point {} does not exist.", entry.line,
                    entry.mount_point.text),
        fmt::format("`sudo mkdir -p {}` makes it; `sudo mount -a` then shows whether the line "
                    "works.{}",
                    bash_quote(entry.mount_point.text), wsl_says),
        false);
    return true;
  }

  bool is_mounted(const FstabEntry& entry) const {
    const std::string written = normalise(entry.mount_point.text);
    const std::string target = resolve(context_.host, written).value_or(written);
    return std::ranges::find(facts_.mounts, target, &Mount::mount_point) != facts_.mounts.end();
  }

  // Then the option is the reason, and is told as such.
  bool refused_by_wsl1(const FstabEntry& entry) const {
    return context_.environment.kind == EnvironmentKind::wsl1 && entry.type.text == "drvfs" &&
           !review_drvfs_options(entry.options.text, false).problems.empty();
  }

  bool not_mounted(const FstabEntry& entry, std::vector<std::string>& notes) {
    if (is_mounted(entry)) return false;
    const std::string what =
        fmt::format("/etc/fstab:{}: {} is not mounted at {}.", entry.line,
                    without_passwords(entry.source.text), entry.mount_point.text);
    if (entry.has_option("nofail")) {
      notes.push_back(what + " It may fail (nofail).");
      return true;
    }
    add(entry.line, entry.source.column, what, why_not_mounted(entry), false);
    return true;
  }

  static std::string why_not_mounted(const FstabEntry& entry) {
    if (needs_network(entry)) {
      return "WSL reads /etc/fstab before the network is up, so a share is often missed: give it "
             "`noauto`, and mount it when it is needed (`sudo mount " +
             bash_quote(entry.mount_point.text) + "`).";
    }
    if (needs_disk(entry)) {
      return "The disk may not have been attached when /etc/fstab was read: run `wsl --mount` in "
             "PowerShell first, then `sudo mount -a`; or give the line `noauto`.";
    }
    return "`sudo mount -a` says why. If it works now, what it needs was not there yet when WSL "
           "read /etc/fstab.";
  }

  static void note_waiting(const FstabEntry& entry, std::vector<std::string>& notes) {
    if (!needs_network(entry)) return;
    notes.push_back(fmt::format(
        "/etc/fstab:{}: the distribution may not start while {} cannot be reached, even with "
        "nofail; `noauto` avoids that.",
        entry.line, without_passwords(entry.source.text)));
  }

  void options(const FstabEntry& entry) {
    const bool wsl2 = context_.environment.kind == EnvironmentKind::wsl2;
    for (const DrvfsOptionProblem& problem :
         review_drvfs_options(entry.options.text, wsl2).problems) {
      add(entry.line, entry.options.column,
          fmt::format("/etc/fstab:{}: the option `{}` {}.", entry.line,
                      without_passwords(problem.option), problem.message),
          effect_of(problem, wsl2), false);
    }
  }

  // One edit for all lines that cannot work, since two edits of one file would invalidate each
  // other. A person has to look first: the line was meant for something.
  void mend() {
    std::vector<std::size_t> hopeless;
    for (const Verdict& verdict : verdicts_) {
      if (verdict.certain) hopeless.push_back(verdict.finding.location->line);
    }
    if (hopeless.empty()) return;
    Fix fix;
    fix.id = "mounts-fstab";
    fix.title = "Comment out lines of /etc/fstab that cannot work";
    fix.needs = Privilege::root;
    fix.touches = {fstab_path};
    fix.undo = "Puts the file of before back, byte for byte.";
    fix.automatic = false;
    fix.script = bash_script(
        {.id = fix.id,
         .title = fix.title,
         .about = {"Puts \"# \" before these lines; correct them instead where you need them.",
                   "Nothing is unmounted. The file is read when the distribution starts."},
         .apply = file_edit_statements(
             {fstab_path, *facts_.fstab_text, comment_out_lines(*facts_.fstab_text, hopeless)}),
         .undo = "",
         .needs = fix.needs});
    for (Verdict& verdict : verdicts_) {
      if (verdict.certain) verdict.finding.fix = fix;
    }
  }

  const Context& context_;
  const MountFacts& facts_;
  const std::vector<std::string> lines_;
  std::vector<Verdict> verdicts_;
};

}  // namespace

std::vector<Finding> fstab_findings(const Context& context, const MountFacts& facts,
                                    std::vector<std::string>& notes) {
  if (!facts.fstab_text) {
    if (facts.fstab_text.error().kind == HostErrorKind::missing) return {};
    Finding finding;
    finding.id = "fstab";
    finding.severity = Status::unknown;
    finding.summary = "/etc/fstab could not be read: " + describe(facts.fstab_text.error()) + ".";
    return {finding};
  }
  const bool anything = !facts.fstab.entries.empty() || !facts.fstab.problems.empty();
  if (anything && !facts.wsl_reads_fstab && !facts.systemd) {
    notes.emplace_back(
        "/etc/fstab is not read at the start: [automount] mountFsTab=false in /etc/wsl.conf.");
    return {};
  }
  return FstabCheck(context, facts).findings(notes);
}

}  // namespace doctor
