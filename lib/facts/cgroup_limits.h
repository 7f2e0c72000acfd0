#pragma once

// The limits of a cgroup, from its interface files. Pure functions: text in, values out.
// Source: kernel documentation, admin-guide/cgroup-v2 (memory.max, memory.events, cpu.max) and
// cgroup-v1/memory, scheduler/sched-bwc.

#include <cstdint>
#include <optional>
#include <string_view>

namespace doctor {

// memory.max ("max" or bytes) or memory.limit_in_bytes of v1, where "no limit" is a number near
// 2^63. No value: no limit, or a text that is neither.
std::optional<std::uint64_t> parse_memory_limit(std::string_view text);

// CPUs by cpu.max: "200000 100000" is 2.0. No value: no limit ("max 100000"), or the one that WSL
// itself sets from 2.9.8 on, all CPUs but 1000 microseconds ("1199000 100000"; microsoft/WSL
// src/linux/init/main.cpp, SetupWslUserCgroup).
std::optional<double> parse_cpu_limit(std::string_view text);

// The same from cpu.cfs_quota_us ("-1": no limit) and cpu.cfs_period_us of v1.
std::optional<double> parse_cpu_limit_v1(std::string_view quota, std::string_view period);

// `oom_kill N` of memory.events, or of memory.oom_control in v1: processes killed for want of
// memory.
std::optional<std::uint64_t> parse_oom_kills(std::string_view text);

// `MemTotal` of /proc/meminfo, in bytes.
std::optional<std::uint64_t> parse_mem_total(std::string_view text);

}  // namespace doctor
