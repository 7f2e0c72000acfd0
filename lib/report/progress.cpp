#include "lib/report/progress.h"

#include <vector>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/base/wrap.h"
#include "lib/core/check.h"

namespace doctor {

namespace {

std::vector<std::string> slow_ones(std::span<const Waiting> waiting) {
  std::vector<std::string> items;
  for (const Waiting& one : waiting) {
    if (one.since_start < patience) continue;
    items.push_back(
        fmt::format("{} ({})", one.check->id,
                    human_seconds(std::chrono::duration<double>(one.since_start).count())));
  }
  return items;
}

std::string sentence(std::span<const std::string> named, std::size_t unnamed) {
  std::string text = "waiting for " + join(named, ", ");
  if (unnamed > 0) text += fmt::format(" and {} more", unnamed);
  return text;
}

}  // namespace

std::string progress_line(std::span<const Waiting> waiting, std::size_t width) {
  const std::vector<std::string> items = slow_ones(waiting);
  if (items.empty()) return "";
  const std::span<const std::string> all(items);
  for (std::size_t named = all.size(); named > 0; --named) {
    std::string text = sentence(all.first(named), all.size() - named);
    if (display_width(text) <= width) return text;
  }
  return wrap(fmt::format("waiting for {}", count_of(items.size(), "check")), width).front();
}

void update(Progress& progress, std::span<const Waiting> waiting) {
  std::string line = progress_line(waiting, progress.width > 1 ? progress.width - 1 : 1);
  if (line == progress.shown) return;
  if (line.empty()) return clear(progress);
  fmt::print(progress.out, "\r{}\x1b[K", line);
  std::fflush(progress.out);
  progress.shown = std::move(line);
}

void clear(Progress& progress) {
  if (progress.shown.empty()) return;
  fmt::print(progress.out, "\r\x1b[K");
  std::fflush(progress.out);
  progress.shown.clear();
}

}  // namespace doctor
