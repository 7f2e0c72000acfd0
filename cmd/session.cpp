#include "cmd/session.h"

#include <array>
#include <climits>
#include <ctime>

#include <fmt/chrono.h>
#include <unistd.h>

#include "checks/registry.h"
#include "cmd/project.h"
#include "cmd/terminal.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/core/registry.h"
#include "lib/core/settings_file.h"
#include "lib/host/live_host.h"
#include "lib/host/memo_host.h"
#include "lib/host/paths.h"
#include "lib/host/recording_host.h"
#include "lib/host/snapshot_host.h"
#include "lib/report/progress.h"

namespace doctor {

namespace {

using Seconds = std::chrono::duration<double>;

std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Seconds(seconds));
}

// getcwd asks the kernel's own books, not the disk, so it is safe on a dead mount too.
std::string working_directory() {
  std::array<char, PATH_MAX> buffer{};
  return getcwd(buffer.data(), buffer.size()) ? std::string(buffer.data()) : "/";
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  return fmt::format("{:%Y-%m-%d}", local);
}

std::string read_standard_input() {
  constexpr std::size_t limit = 17U << 20;  // a little more than parse_snapshot takes
  std::string text;
  std::array<char, 65536> buffer{};
  while (text.size() < limit) {
    const std::size_t count = fread(buffer.data(), 1, buffer.size(), stdin);
    if (count == 0) break;
    text.append(buffer.data(), count);
  }
  return text;
}

std::optional<EnvironmentKind> wanted_environment(const RunFlags& flags,
                                                  const std::string& snapshot) {
  return environment_kind(flags.environment.empty() ? snapshot : flags.environment);
}

expected<Snapshot, std::string> load_snapshot(const Host& host, const std::string& file,
                                              const std::string& directory) {
  std::string text;
  if (file == "-") {
    text = read_standard_input();
  } else {
    auto read = host.read_file(absolute(file, directory));
    if (!read) return unexpected(fmt::format("{}: {}", file, describe(read.error())));
    text = *std::move(read);
  }
  auto snapshot = parse_snapshot(text);
  if (!snapshot) {
    const ParseError& error = snapshot.error();
    return unexpected(error.line == 0 ? fmt::format("{}: {}", file, error.message)
                                      : fmt::format("{}:{}:{}: {}", file, error.line, error.column,
                                                    error.message));
  }
  return *std::move(snapshot);
}

}  // namespace

Session::~Session() = default;

expected<void, std::string> Session::open_host(const RunFlags& flags, bool record) {
  LiveOptions options;
  options.offline = flags.offline;
  options.until = start_ + milliseconds(flags.timeout_seconds);
  auto live = std::make_unique<LiveHost>(options);

  // Settings are those of this machine, also when another one is diagnosed.
  std::string settings_folder = working_directory_;
  if (flags.from.empty()) {
    project_ = find_project(*live, absolute(flags.project, working_directory_));
    if (!flags.project.empty()) {
      const auto info = stat(*live, project_);
      if (!info)
        return unexpected(fmt::format("--project {}: {}", flags.project, describe(info.error())));
      if (info->kind != FileKind::directory) {
        return unexpected(fmt::format("--project {}: not a folder", flags.project));
      }
    }
    settings_folder = project_;
  }
  auto settings = load_settings(*live, settings_folder, all_checks());
  if (!settings) return unexpected(describe(settings.error()));
  settings_ = *std::move(settings);
  for (const std::string& sentence : settings_.unread) complain(sentence + ".");

  if (flags.from.empty()) {
    source_ = std::move(live);
  } else {
    auto snapshot = load_snapshot(*live, flags.from, working_directory_);
    if (!snapshot) return unexpected(snapshot.error());
    snapshot_name_ = flags.from;
    snapshot_environment_ = snapshot->environment;
    const std::string recorded = snapshot->project.empty() ? "/" : snapshot->project;
    project_ = flags.project.empty() ? recorded : absolute(flags.project, recorded);
    if (flags.offline)
      snapshot->time_error = HostError{HostErrorKind::offline, "--offline was given"};
    source_ = std::make_unique<SnapshotHost>(*std::move(snapshot));
  }
  if (record) recorder_ = std::make_unique<RecordingHost>(*source_);
  memo_ = std::make_unique<MemoHost>(recorder_ ? static_cast<const Host&>(*recorder_) : *source_);
  return {};
}

expected<std::unique_ptr<Session>, std::string> Session::open(const RunFlags& flags, bool record) {
  std::unique_ptr<Session> session(new Session);
  session->flags_ = flags;
  session->working_directory_ = working_directory();
  if (auto opened = session->open_host(flags, record); !opened) return unexpected(opened.error());

  auto selected = select(all_checks(), {flags.only, flags.skip}, session->settings_);
  if (!selected) return unexpected(selected.error());
  session->checks_ = *std::move(selected);
  session->environment_ = detect_environment(
      *session->memo_, wanted_environment(flags, session->snapshot_environment_));
  session->context_.reset(
      new Context{*session->memo_, session->settings_, session->environment_, session->project_});
  return session;
}

Report Session::report() const {
  Report report;
  report.version = DOCTOR_VERSION;
  report.source = is_live() ? "this machine" : snapshot_name_;
  report.project = project_;
  report.offline = flags_.offline;
  report.fail_on = settings_.fail_on.value_or(FailOn::error);
  report.environment = environment_;
  return report;
}

std::vector<Diagnosis> Session::run(std::span<const Check* const> checks,
                                    std::function<void(const Diagnosis&)> on_final) const {
  const Terminal terminal = look_at(stderr, "never");
  Progress progress{stderr, terminal.width, ""};
  RunOptions options;
  options.jobs = flags_.jobs;
  // Every answer of a live host ends by the deadline; this little is for the checks to conclude.
  options.deadline = milliseconds(flags_.timeout_seconds + 0.5);
  options.today = today();
  options.on_wait = [&](std::span<const Waiting> waiting) {
    if (terminal.interactive) update(progress, waiting);
  };
  options.on_final = [&](const Diagnosis& diagnosis) {
    clear(progress);
    if (on_final) on_final(diagnosis);
  };
  return run_checks(checks, *context_, options);
}

Snapshot Session::recorded() const {
  Snapshot snapshot = recorder_->snapshot();
  snapshot.project = project_;
  return snapshot;
}

void leave(int exit_code) {
  std::fflush(stdout);
  std::fflush(stderr);
  _exit(exit_code);
}

}  // namespace doctor
