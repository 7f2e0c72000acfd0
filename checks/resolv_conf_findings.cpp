#include "checks/resolv_conf_findings.h"

#include <algorithm>

#include "checks/wsl_file_fixes.h"
#include "checks/wsl_files.h"
#include "lib/base/format.h"
#include "lib/base/text.h"

namespace doctor {

namespace {

constexpr const char* generate = "network.generateResolvConf";

// Links of other programs' own: a person chose them, and may want those programs back.
bool is_somebody_elses(std::string_view link) {
  return link.find("systemd/resolve") != std::string_view::npos ||
         link.find("NetworkManager") != std::string_view::npos;
}

std::optional<Fix> let_wsl_write_it(const Context& context, const ResolvFile& file) {
  const auto conf = read_wsl_conf(context.host);
  if (!conf || !conf->bytes) return std::nullopt;
  const auto edit = set_wsl_config(*conf->bytes, WslConfigKind::wsl_conf, "network",
                                   "generateResolvConf", "true");
  if (!edit) return std::nullopt;
  return change_wsl_file(
      context, *conf,
      {"dns-resolv-conf-wsl",
       "Let WSL write /etc/resolv.conf again",
       *edit,
       {"When the distribution starts, WSL puts its own link in place of /etc/resolv.conf "
        "(microsoft/WSL src/linux/init/config.cpp)."},
       !is_somebody_elses(file.link)});
}

void explain_missing_in_wsl(const Context& context, const NetworkAnswers& answers,
                            Finding& finding) {
  const std::string restart = restart_distribution_command(context.environment);
  if (const auto off = generation_switched_off(context.host)) {
    finding.location = off;
    finding.evidence.push_back(
        {fmt::format("{}:{}", off->file, off->line), "[network] generateResolvConf=false"});
    finding.detail =
        "/etc/wsl.conf keeps WSL from writing it, and nothing else has. Let WSL write it, or "
        "write it yourself (a line `nameserver ADDRESS`), in place of the link where there is one.";
    finding.fix = let_wsl_write_it(context, answers.resolv);
  } else if (wsl_conf_changed_since_start(context.host) == true) {
    finding.detail = fmt::format(
        "/etc/wsl.conf was changed after this distribution started, and WSL writes the file when "
        "it starts: `{}` in PowerShell, then open it again.",
        restart);
  } else {
    finding.detail = fmt::format(
        "WSL puts it there whenever the distribution starts: `{}` in PowerShell, then open it "
        "again. Where that does not help, `wsl --shutdown`; it helped some to set "
        "dnsTunneling=false under [wsl2] in .wslconfig before.",
        restart);
  }
}

std::string summary_of(const ResolvFile& file) {
  if (file.is_dangling()) {
    return "No names can be found: /etc/resolv.conf is a link to a file that does not exist.";
  }
  if (file.is_missing()) return "No names can be found: there is no /etc/resolv.conf.";
  if (file.conf.windows_line_ends) {
    return "/etc/resolv.conf has Windows line ends, so the C library finds no name server in it.";
  }
  return "/etc/resolv.conf names no name server.";
}

std::string problem_text(const ResolvConfProblem& problem) {
  return fmt::format("/etc/resolv.conf:{}: {}", problem.line, problem.message);
}

}  // namespace

std::optional<Location> generation_switched_off(const Host& host) {
  const auto conf = read_wsl_conf(host);
  if (!conf) return std::nullopt;
  const WslConfigEntry* entry = find_entry(conf->config, generate);
  if (!entry || wsl_bool(entry->value) != false) return std::nullopt;
  return Location{conf->shown, entry->line, entry->column};
}

std::optional<Finding> unusable_resolv_conf(const Context& context, const NetworkAnswers& answers) {
  const ResolvFile& file = answers.resolv;
  if (file.text && !file.conf.name_servers.empty()) return std::nullopt;
  // A name server on the machine itself is asked then, and may well be there.
  if (!answers.servers.empty() && answers.servers.front().answer) return std::nullopt;
  Finding finding;
  finding.id = "resolv-conf";
  finding.severity = Status::error;
  finding.evidence.push_back(resolv_conf_evidence(file));
  if (!file.text && !file.is_missing()) {
    finding.severity = Status::unknown;
    finding.summary = "/etc/resolv.conf could not be read: " + describe(file.text.error()) + ".";
    return finding;
  }
  finding.summary = summary_of(file);
  if (file.is_missing()) {
    if (context.environment.is_wsl()) explain_missing_in_wsl(context, answers, finding);
    return finding;
  }
  for (const ResolvConfProblem& problem : file.conf.problems) {
    finding.evidence.push_back({fmt::format("/etc/resolv.conf:{}", problem.line), problem.message});
  }
  if (file.conf.windows_line_ends) {
    finding.detail =
        "Go's own resolver forgives that; git, curl and everything else that asks the C library "
        "does not. Take them out: `sudo sed -i 's/\\r$//' /etc/resolv.conf`.";
  } else if (context.environment.is_wsl() && generation_switched_off(context.host)) {
    finding.detail =
        "/etc/wsl.conf says generateResolvConf=false, so WSL leaves the file alone: name a server "
        "in it, or take that line out and restart the distribution.";
  }
  return finding;
}

std::optional<Finding> fleeting_resolv_conf(const Context& context, const NetworkAnswers& answers) {
  const ResolvFile& file = answers.resolv;
  const bool in_run = file.link.starts_with("/run/") || file.link.starts_with("../run/") ||
                      file.link.starts_with("/mnt/wsl/");
  const bool nobody_writes_it =
      file.author == ResolvConfAuthor::wsl || file.author == ResolvConfAuthor::somebody;
  if (!context.environment.is_wsl() || !file.text || !in_run || !nobody_writes_it) {
    return std::nullopt;
  }
  const auto off = generation_switched_off(context.host);
  if (!off) return std::nullopt;
  Finding finding;
  finding.id = "resolv-conf-fleeting";
  finding.summary = fmt::format(
      "/etc/resolv.conf is a link to {}, which is gone at the next start, and WSL is told not to "
      "write it again.",
      file.link);
  finding.detail =
      "What is written there is lost too. Put a file of its own in its place: `sudo cp --remove-"
      "destination \"$(readlink -f /etc/resolv.conf)\" /etc/resolv.conf`. Or take "
      "generateResolvConf=false out of /etc/wsl.conf.";
  finding.location = off;
  finding.evidence.push_back(resolv_conf_evidence(file));
  return finding;
}

Evidence resolv_conf_evidence(const ResolvFile& file) {
  const std::string link = file.link.empty() ? "" : "link to " + file.link + ", ";
  if (!file.text) {
    return {resolv_conf_path,
            link + (file.is_missing() ? "which does not exist" : describe(file.text.error()))};
  }
  const std::string servers = file.conf.name_servers.empty() ? std::string("no name server")
                                                             : join(file.conf.name_servers, ", ");
  return {resolv_conf_path,
          fmt::format("{}written by {}: {}", link, to_string(file.author), servers)};
}

std::vector<std::string> resolv_conf_notes(const Context& context, const NetworkAnswers& answers) {
  const ResolvFile& file = answers.resolv;
  std::vector<std::string> notes;
  if (!file.text) return notes;
  if (!file.conf.name_servers.empty()) {
    std::ranges::transform(file.conf.problems, std::back_inserter(notes), problem_text);
  }
  if (file.conf.surplus > 0) {
    notes.push_back(
        fmt::format("/etc/resolv.conf names {} beyond the third, which no resolver "
                    "asks.",
                    count_of(file.conf.surplus, "name server")));
  }
  const bool is_hand_made = file.author == ResolvConfAuthor::somebody && file.link.empty();
  if (context.environment.kind == EnvironmentKind::wsl2 && is_hand_made &&
      !generation_switched_off(context.host)) {
    notes.emplace_back(
        "/etc/resolv.conf is not WSL's own, and nothing keeps WSL from replacing it when the "
        "distribution starts.");
  }
  return notes;
}

}  // namespace doctor
