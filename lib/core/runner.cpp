#include "lib/core/runner.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>

#include "lib/base/format.h"

namespace doctor {

namespace {

using Clock = std::chrono::steady_clock;

std::atomic<unsigned> abandoned = 0;

// Shared with the worker threads, and kept alive by them: one that is left behind may still come
// back.
struct Run {
  std::mutex mutex;
  std::condition_variable finished;
  std::vector<const Check*> checks;
  std::vector<std::optional<Diagnosis>> results;
  std::vector<std::optional<Clock::time_point>> started;
  std::size_t next = 0;
};

Diagnosis run_one(const Check& check, const Context& context) {
  try {
    return check.run(context);
  } catch (const std::exception& error) {
    return unknown(fmt::format("The check itself failed: {}. Please report this.", error.what()));
  }
}

void work(const std::shared_ptr<Run>& run, const Context& context) {
  for (;;) {
    std::size_t index = 0;
    {
      const std::lock_guard lock(run->mutex);
      if (run->next == run->checks.size()) return;
      index = run->next++;
      run->started[index] = Clock::now();
    }
    const Clock::time_point start = Clock::now();
    Diagnosis diagnosis = run_one(*run->checks[index], context);
    diagnosis.duration =
        std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
    const std::lock_guard lock(run->mutex);
    run->results[index] = std::move(diagnosis);
    run->finished.notify_one();
  }
}

Diagnosis out_of_time(const Check& check, std::chrono::milliseconds deadline) {
  Diagnosis diagnosis =
      unknown(fmt::format("Not finished within {:.0f} s. Try `--only {} --timeout {:.0f}`.",
                          std::chrono::duration<double>(deadline).count(), check.id,
                          std::chrono::duration<double>(deadline).count() * 3));
  diagnosis.duration = deadline;
  return diagnosis;
}

std::vector<Waiting> still_waiting(const Run& run, Clock::time_point start) {
  std::vector<Waiting> waiting;
  for (std::size_t i = 0; i < run.checks.size(); ++i) {
    if (run.results[i]) continue;
    const auto since = run.started[i].value_or(start);
    waiting.push_back({run.checks[i], std::chrono::duration_cast<std::chrono::milliseconds>(
                                          Clock::now() - since)});
  }
  return waiting;
}

}  // namespace

std::vector<Diagnosis> run_checks(std::span<const Check* const> checks, const Context& context,
                                  const RunOptions& options) {
  const auto run = std::make_shared<Run>();
  run->checks.assign(checks.begin(), checks.end());
  run->results.resize(checks.size());
  run->started.resize(checks.size());

  const std::size_t workers = std::min<std::size_t>(std::max(1U, options.jobs), checks.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < workers; ++i) {
    threads.emplace_back([run, &context] { work(run, context); });
  }

  const Clock::time_point start = Clock::now();
  const Clock::time_point until = start + options.deadline;
  std::vector<Diagnosis> diagnoses;
  std::unique_lock lock(run->mutex);
  while (diagnoses.size() < checks.size()) {
    auto& result = run->results[diagnoses.size()];
    if (!result && Clock::now() < until) {
      run->finished.wait_until(lock,
                               std::min(until, Clock::now() + std::chrono::milliseconds(100)));
      if (!result) {
        const std::vector<Waiting> waiting = still_waiting(*run, start);
        lock.unlock();
        options.on_wait(waiting);
        lock.lock();
      }
      continue;
    }
    const Check& check = *checks[diagnoses.size()];
    Diagnosis diagnosis = result ? *result : out_of_time(check, options.deadline);
    diagnosis.check = std::string(check.id);
    apply_settings(diagnosis, context.settings, options.today);
    diagnoses.push_back(std::move(diagnosis));
    lock.unlock();
    options.on_final(diagnoses.back());
    lock.lock();
  }

  // A check that has not started yet never will; one that is stuck keeps its thread.
  run->next = run->checks.size();
  const bool all_back =
      std::ranges::all_of(run->results, [&](const auto& result) { return result.has_value(); });
  lock.unlock();
  for (std::thread& thread : threads) {
    if (all_back) {
      thread.join();
    } else {
      ++abandoned;
      thread.detach();
    }
  }
  return diagnoses;
}

unsigned abandoned_checks() {
  return abandoned;
}

}  // namespace doctor
