#include "agent/app/running_file.h"

#include <fmt/core.h>

#include <vector>

#include "common/base/digest.h"
#include "common/base/log.h"
#include "common/base/text.h"

namespace rollcall::app {

namespace {
constexpr std::size_t kMaxBytes = 4'096;
constexpr std::int64_t kNever = -1;
}  // namespace

RunningFile::RunningFile(Files& files, std::string folder, const std::string& state)
    : files_(files),
      folder_(std::move(folder)),
      path_(folder_ + "/" + to_hex(bytes_of(sha256(state)).substr(0, 8)) + ".running") {}

void RunningFile::write(const Running& running) {
  const std::string line = fmt::format("{} {} {} {} {}\n", running.pid, running.noted_ms,
                                       running.reached_ms.value_or(kNever), running.waiting, running.thinned);
  auto written = files_.make_directories(folder_, 0755);
  if (written) written = files_.write_atomic(path_, line, 0644);
  if (!written && !failed_) log::info("status will not know of this agent: {}", written.error().message);
  failed_ = !written;
}

std::optional<Running> RunningFile::read() const {
  const auto text = files_.read(path_, kMaxBytes);
  if (!text) return std::nullopt;
  std::vector<std::int64_t> numbers;
  for (const auto part : split(trim(*text), ' ')) {
    const auto number = parse_number<std::int64_t>(part);
    if (!number) return std::nullopt;
    numbers.push_back(*number);
  }
  if (numbers.size() != 5 || numbers[3] < 0 || numbers[4] < 0) return std::nullopt;
  Running running{numbers[0], numbers[1], {}, static_cast<std::uint64_t>(numbers[3]),
                  static_cast<std::uint64_t>(numbers[4])};
  if (numbers[2] != kNever) running.reached_ms = numbers[2];
  return running;
}

void RunningFile::remove() {
  if (const auto removed = files_.remove(path_); !removed) log::debug("{}", removed.error().message);
}

}  // namespace rollcall::app
