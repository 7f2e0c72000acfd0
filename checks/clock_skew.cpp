#include "checks/clock_skew.h"

#include <cmath>
#include <functional>
#include <future>

#include "checks/clock_estimate.h"
#include "checks/clock_fixes.h"
#include "lib/base/format.h"
#include "lib/base/text.h"

namespace doctor {

namespace {

constexpr Threshold thresholds[] = {
    {"warning-seconds", 1, 0.05, 86400, "an offset above this is a warning"},
    {"error-seconds", 60, 0.05, 31536000, "an offset above this is an error"},
};

constexpr Source sources[] = {
    {"WSL 2 clocks fall behind after the computer slept; fixed for most in WSL 2.1.1",
     "https://github.com/microsoft/WSL/issues/10006 (also #8204, #5324)"},
    {"WSL runs chronyd on the hypervisor's clock itself, outside the distribution",
     "https://github.com/microsoft/WSL src/linux/init/main.cpp (StartTimeSyncAgent)"},
    {"`kernelCommandLine` is a key of .wslconfig; in /etc/wsl.conf WSL ignores it, and no kernel "
     "parameter "
     "is needed for time synchronisation",
     "https://learn.microsoft.com/windows/wsl/wsl-config; microsoft/WSL "
     "src/linux/init/WslDistributionConfig.cpp"},
    {"Files dated in the future are never cached by `go test`",
     "Go source: cmd/go/internal/test/test.go (modTimeCutoff)"},
    {"Client mode, sanity checks, selection of the offset",
     "https://www.rfc-editor.org/rfc/rfc5905"},
};

const std::vector<std::string> default_urls = {"https://www.microsoft.com/",
                                               "https://www.cloudflare.com/"};

enum class Verdict { fine, warning, error, undecided };

struct Limits {
  double warning = 1;
  double error = 60;

  // By what is certain: the whole interval beyond a limit, or the whole of it within.
  Verdict judge(double offset, double uncertainty) const {
    const double least = std::abs(offset) - uncertainty;
    if (least > error) return Verdict::error;
    if (least > warning) return Verdict::warning;
    return std::abs(offset) + uncertainty <= warning ? Verdict::fine : Verdict::undecided;
  }

  // Is it right, as far as can be told?
  bool allows(double offset, double uncertainty) const {
    return std::abs(offset) - uncertainty <= warning;
  }
};

std::string in_words(double offset) {
  return fmt::format("{} {}", human_seconds(offset), offset > 0 ? "behind" : "ahead");
}

Status severity(Verdict verdict) {
  switch (verdict) {
    case Verdict::error:
      return Status::error;
    case Verdict::undecided:
      return Status::unknown;
    case Verdict::warning:
    case Verdict::fine:
      break;
  }
  return Status::warning;
}

ClockCause cause_of(const Context& context, const ClockEstimate& world,
                    const std::optional<WindowsClock>& windows, const Limits& limits) {
  switch (context.environment.kind) {
    case EnvironmentKind::linux_machine:
    case EnvironmentKind::ci:
      return ClockCause::linux_clock;
    case EnvironmentKind::container:
    case EnvironmentKind::container_on_wsl:
      return ClockCause::outer_machine;
    case EnvironmentKind::wsl1:
      return ClockCause::windows_wrong;  // WSL 1 has no clock of its own
    case EnvironmentKind::wsl2:
      break;
  }
  if (!windows) return ClockCause::not_known;
  const double both = world.uncertainty + windows->uncertainty;
  if (limits.allows(world.offset - windows->offset, both)) return ClockCause::wsl_drifted;
  if (limits.allows(windows->offset, windows->uncertainty)) return ClockCause::windows_wrong;
  return ClockCause::both_wrong;
}

std::string_view blame(ClockCause cause) {
  switch (cause) {
    case ClockCause::wsl_drifted:
      return " Windows' own clock is right: WSL has drifted from it.";
    case ClockCause::windows_wrong:
      return " It follows Windows' clock, which is wrong.";
    case ClockCause::both_wrong:
      return " Windows' clock is wrong too, by another amount.";
    case ClockCause::not_known:
    case ClockCause::linux_clock:
    case ClockCause::outer_machine:
      break;
  }
  return "";
}

Evidence windows_evidence(const WindowsClock& clock) {
  return {"Windows' clock", fmt::format("{:+.1f} s against this machine's, give or take {:.1f} s",
                                        clock.offset, clock.uncertainty)};
}

Measurement seconds(std::string name, double value) {
  return {std::move(name), value, "s"};
}

// The world and this machine do not agree.
Finding skew(const Context& context, const ClockEstimate& world,
             const std::optional<WindowsClock>& windows, const Limits& limits) {
  const Verdict verdict = limits.judge(world.offset, world.uncertainty);
  Finding finding;
  finding.id = "skew";
  finding.severity = severity(verdict);
  finding.measurements = {seconds("offset", world.offset),
                          seconds("uncertainty", world.uncertainty)};
  if (windows) finding.evidence.push_back(windows_evidence(*windows));
  if (world.contested && verdict == Verdict::undecided) {
    finding.id = "servers-disagree";
    finding.summary =
        fmt::format("The time servers contradict each other by {}, so none can be believed.",
                    human_seconds(2 * world.uncertainty));
    return finding;
  }
  if (verdict == Verdict::undecided) {
    finding.summary = fmt::format(
        "The clock is {} by {}, give or take {}: too coarse to judge against the limit of {}.",
        in_words(world.offset), world.method, human_seconds(world.uncertainty),
        human_seconds(limits.warning));
    finding.detail = "NTP (UDP port 123) gives a sharper answer; it seems to be blocked here.";
    return finding;
  }
  const ClockCause cause = cause_of(context, world, windows, limits);
  finding.summary =
      fmt::format("The clock is {}, by {}.{}", in_words(world.offset), world.method, blame(cause));
  finding.detail =
      "With a clock that is off, TLS to the module proxy can fail (\"certificate has expired or is "
      "not yet "
      "valid\"), `go test` does not cache, and make and git see files from the future.";
  mend_clock(context, cause, finding);
  return finding;
}

Finding jumping(const ClockEstimate& world) {
  Finding finding;
  finding.id = "jumping";
  finding.summary =
      fmt::format("The clock jumps: within a moment, one server's answers differ by {}.",
                  human_seconds(*world.jump));
  finding.detail =
      "Something sets the clock over and over: two programs that both synchronise it, or a virtual "
      "machine "
      "that is paused. Only one should (on WSL that is WSL itself: `wsl --update` has the current "
      "one).";
  finding.measurements = {seconds("jump", *world.jump)};
  return finding;
}

// No word from the world, but Windows can be compared with.
Finding windows_drift(const Context& context, const WindowsClock& windows, const Limits& limits) {
  Finding finding;
  finding.id = "skew";
  finding.severity = severity(limits.judge(windows.offset, windows.uncertainty));
  finding.summary = fmt::format("Against Windows' clock, WSL's clock is {} (give or take {}).",
                                in_words(windows.offset), human_seconds(windows.uncertainty));
  finding.detail = "No time server has said which of the two is right.";
  finding.evidence.push_back(windows_evidence(windows));
  finding.measurements = {seconds("offset", windows.offset),
                          seconds("uncertainty", windows.uncertainty)};
  if (finding.severity != Status::unknown) mend_clock(context, ClockCause::wsl_drifted, finding);
  return finding;
}

void add_time_keeping_facts(const Host& host, Diagnosis& diagnosis) {
  if (const auto source =
          host.read_file("/sys/devices/system/clocksource/clocksource0/current_clocksource")) {
    diagnosis.evidence.push_back({"clock source", std::string(trim(*source))});
  }
  if (const auto name = host.read_file("/sys/class/ptp/ptp0/clock_name")) {
    diagnosis.evidence.push_back({"/dev/ptp0", std::string(trim(*name))});
  }
}

void add_future_files(const Context& context, Diagnosis& diagnosis) {
  const auto found = context.host.future_files(context.project);
  if (!found || found->files.empty()) return;
  for (const FutureFile& file : found->files) {
    diagnosis.evidence.push_back(
        {file.path, fmt::format("dated {} in the future", human_seconds(file.seconds_ahead))});
  }
  diagnosis.notes.push_back(
      "The project holds files dated in the future: go test does not cache what depends on them.");
}

Diagnosis without_world_time(const Context& context, const HostError& error,
                             const std::optional<WindowsClock>& windows, const Limits& limits) {
  const bool offline = error.kind == HostErrorKind::offline;
  if (windows && limits.judge(windows->offset, windows->uncertainty) != Verdict::fine) {
    return conclude("", {windows_drift(context, *windows, limits)});
  }
  if (offline && windows) {
    Diagnosis diagnosis =
        conclude("The clock agrees with Windows' clock; NTP was not asked (--offline).");
    diagnosis.evidence.push_back(windows_evidence(*windows));
    return diagnosis;
  }
  if (offline) return skipped("Needs a time server, and --offline forbids the network.");
  Diagnosis diagnosis = unknown("The clock could not be judged: " + describe(error) + ".");
  if (windows) diagnosis.evidence.push_back(windows_evidence(*windows));
  return diagnosis;
}

std::optional<WindowsClock> windows_clock(const Context& context) {
  if (context.environment.kind != EnvironmentKind::wsl2) return std::nullopt;
  const auto windows = context.host.windows();
  return windows ? windows->clock : std::nullopt;
}

Diagnosis run(const Context& context) {
  const Limits limits{context.threshold(clock_skew_check, "warning-seconds"),
                      context.threshold(clock_skew_check, "error-seconds")};
  // Both take their time: ask them at once.
  auto windows_answer = std::async(std::launch::async, windows_clock, std::cref(context));
  const Settings& settings = context.settings;
  const auto times = context.host.world_time(
      {settings.ntp_servers.empty() ? default_ntp_servers : settings.ntp_servers,
       settings.date_urls.empty() ? default_urls : settings.date_urls,
       std::chrono::milliseconds(2000)});
  const auto windows = windows_answer.get();

  const auto world = times ? estimate_clock(*times) : unexpected(times.error());
  Diagnosis diagnosis;
  if (!world) {
    diagnosis = without_world_time(context, world.error(), windows, limits);
  } else {
    std::vector<Finding> findings;
    if (limits.judge(world->offset, world->uncertainty) != Verdict::fine) {
      findings.push_back(skew(context, *world, windows, limits));
    }
    if (world->jump) findings.push_back(jumping(*world));
    diagnosis = conclude(
        fmt::format("Right within {}, by {}.",
                    human_seconds(std::abs(world->offset) + world->uncertainty), world->method),
        std::move(findings));
    if (diagnosis.findings.empty()) {
      diagnosis.measurements = {seconds("offset", world->offset),
                                seconds("uncertainty", world->uncertainty)};
    }
    for (const std::string& server : world->outvoted) {
      diagnosis.notes.push_back(
          fmt::format("{} contradicts the other servers and was left out.", server));
    }
  }
  if (times) {
    const auto answers = evidence_of(*times);
    diagnosis.evidence.insert(diagnosis.evidence.begin(), answers.begin(), answers.end());
  }
  add_time_keeping_facts(context.host, diagnosis);
  add_future_files(context, diagnosis);
  return diagnosis;
}

}  // namespace

const std::vector<std::string> default_ntp_servers = {"time.windows.com", "time.cloudflare.com",
                                                      "ntp.ubuntu.com"};

const Check clock_skew_check = {
    .id = "clock-skew",
    .group = "time",
    .title = "Clock against NTP and Windows",
    .why =
        "After the computer slept, a WSL 2 clock can be minutes or hours behind. TLS connections "
        "to the "
        "module proxy then fail, test results are not cached, and git and make are confused by "
        "files from "
        "the future.",
    .reads =
        "The answers of NTP servers (UDP 123) or, where those are blocked, the Date header of "
        "HTTPS "
        "servers; Windows' clock; /sys clock source; dates of the project's files. Nothing is sent "
        "but "
        "the question itself, and nothing at all with --offline.",
    .mends =
        "Sets the clock from the hypervisor's (hwclock), or lets Windows synchronise its own "
        "(w32tm), "
        "whichever of the two is wrong.",
    .thresholds = thresholds,
    .sources = sources,
    .run = run,
};

}  // namespace doctor
