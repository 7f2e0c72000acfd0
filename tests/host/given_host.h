#pragma once

// A machine of which a test gives the variables and special files.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <sys/stat.h>

#include "lib/host/host.h"

namespace lab {

// Variables and special files are given; every other path is this machine's own.
class GivenHost final : public doctor::Host {
 public:
  std::map<std::string, std::string> variables;
  std::map<std::string, std::string> texts;
  std::map<std::string, doctor::HostError> errors;
  std::map<std::string, double> sockets;  // below /run/WSL, with their times

  doctor::Answer<std::string> variable(const std::string& name) const override {
    return find(variables, name);
  }

  doctor::Answer<std::string> read_file(const std::string& path) const override {
    return find(texts, path);
  }

  doctor::Answer<doctor::FileInfo> lstat(const std::string& path) const override {
    if (const auto error = errors.find(path); error != errors.end()) {
      return doctor::unexpected(error->second);
    }
    doctor::FileInfo info;
    if (const auto socket = sockets.find(path); socket != sockets.end()) {
      info.kind = doctor::FileKind::socket;
      info.modified = socket->second;
      return info;
    }
    struct ::stat found {};
    if (::lstat(path.c_str(), &found) != 0)
      return doctor::unexpected(doctor::HostError{doctor::HostErrorKind::missing, ""});
    info.kind = S_ISLNK(found.st_mode)   ? doctor::FileKind::link
                : S_ISDIR(found.st_mode) ? doctor::FileKind::directory
                                         : doctor::FileKind::file;
    if (info.kind == doctor::FileKind::link) info.target = std::filesystem::read_symlink(path);
    return info;
  }

  doctor::Answer<std::vector<std::string>> list(const std::string& path) const override {
    std::vector<std::string> names;
    for (const auto& [socket, time] : sockets) {
      const std::filesystem::path whole(socket);
      if (whole.parent_path() == path) names.push_back(whole.filename());
    }
    return names;
  }

  doctor::Answer<doctor::Machine> machine() const override { return none<doctor::Machine>(); }
  doctor::Answer<doctor::FileSystemInfo> file_system(const std::string&) const override {
    return none<doctor::FileSystemInfo>();
  }
  doctor::Answer<doctor::CommandResult> run(const doctor::Command&) const override {
    return none<doctor::CommandResult>();
  }
  doctor::Answer<std::vector<std::string>> loader_cache(const std::string&) const override {
    return none<std::vector<std::string>>();
  }
  doctor::Answer<doctor::LibrarySymbols> library(const std::string&) const override {
    return none<doctor::LibrarySymbols>();
  }
  doctor::Answer<doctor::WorldTime> world_time(const doctor::TimeQuery&) const override {
    return none<doctor::WorldTime>();
  }
  doctor::Answer<doctor::WindowsFacts> windows() const override {
    return none<doctor::WindowsFacts>();
  }
  doctor::Answer<doctor::FileCost> file_cost(const std::string&) const override {
    return none<doctor::FileCost>();
  }
  doctor::Answer<doctor::FutureFiles> future_files(const std::string&) const override {
    return none<doctor::FutureFiles>();
  }
  doctor::Answer<doctor::LookupCost> lookup_cost(const std::string&) const override {
    return none<doctor::LookupCost>();
  }
  doctor::Answer<doctor::InotifyUse> inotify_use() const override {
    return none<doctor::InotifyUse>();
  }
  doctor::Answer<doctor::KernelClock> kernel_clock() const override {
    return none<doctor::KernelClock>();
  }
  doctor::Answer<doctor::DnsReply> dns(const doctor::DnsQuery&) const override {
    return none<doctor::DnsReply>();
  }
  doctor::Answer<doctor::Connection> connect(const doctor::ConnectionQuery&) const override {
    return none<doctor::Connection>();
  }

 private:
  template <class Value>
  static doctor::Answer<Value> none() {
    return doctor::unexpected(doctor::HostError{doctor::HostErrorKind::unsupported, "not here"});
  }
  static doctor::Answer<std::string> find(const std::map<std::string, std::string>& texts,
                                          const std::string& name) {
    const auto found = texts.find(name);
    if (found == texts.end())
      return doctor::unexpected(doctor::HostError{doctor::HostErrorKind::missing, ""});
    return found->second;
  }
};

}  // namespace lab
