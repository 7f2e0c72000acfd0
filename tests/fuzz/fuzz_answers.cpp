// What the kernel, other programs and the network say: every parser gets whatever bytes come.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lib/facts/binfmt.h"
#include "lib/facts/cgroup_limits.h"
#include "lib/facts/cgroups.h"
#include "lib/facts/cpu_list.h"
#include "lib/facts/dns_message.h"
#include "lib/facts/elf_symbols.h"
#include "lib/facts/git_safe_directory.h"
#include "lib/facts/kernel.h"
#include "lib/facts/ld_so_cache.h"
#include "lib/facts/meminfo.h"
#include "lib/facts/mounts.h"
#include "lib/facts/ntp_packet.h"
#include "lib/facts/process_limits.h"
#include "lib/facts/process_parent.h"
#include "lib/facts/process_status.h"
#include "lib/facts/read_only.h"
#include "lib/facts/routes.h"
#include "lib/facts/unit_states.h"
#include "lib/facts/unix_sockets.h"
#include "lib/facts/windows_answer.h"

using namespace doctor;

namespace {

void read_proc(std::string_view text) {
  if (const auto mounts = parse_mountinfo(text)) {
    mount_of(*mounts, "/home/me");
    for (const Mount& mount : *mounts) {
      windows_path(mount, mount.mount_point + "/x");
      read_only(mount);
    }
  }
  parse_meminfo(text);
  count_cpus(text);
  parse_process_status(text);
  parse_ptrace_scope(text);
  parse_process_limit(text, "Max open files");
  parse_ulimit_output(text);
  parse_file_nr(text);
  parent_process(text);
  parse_listening_sockets(text);
  if (const auto entry = parse_binfmt_entry(text)) claims_windows_programs(*entry);
  parse_binfmt_status(text);
  default_route(text);
  ipv6_default_interface(text);
  parse_cpu_limit(text);
  parse_cpu_limit_v1(text, text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static const std::string request = *dns_request(0x1234, "example.org", DnsType::a);
  read_proc(bytes);
  parse_unit_states(bytes);
  refused_repository(bytes);
  parse_windows_answer(bytes, "5f2a90c3d417be68");
  parse_dns_reply(bytes, request);
  parse_ntp_packet(bytes);
  parse_elf_symbols(bytes);
  parse_ld_so_cache(bytes);
  bzimage_release(bytes);
  return 0;
}
