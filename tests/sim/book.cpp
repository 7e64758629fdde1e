#include "tests/sim/book.h"

#include <fmt/core.h>

namespace rollcall::sim {

std::size_t Book::install(std::size_t laptop) {
  instances_.emplace_back().laptop = laptop;
  marks_.emplace_back();
  return instances_.size() - 1;
}

void Book::enrolled(std::size_t instance, const std::string& agent_id) {
  instances_[instance].agent_id = agent_id;
  if (!by_agent_.emplace(agent_id, instance).second) oddities_.push_back("one agent id was given to two laptops");
}

std::int64_t Book::made(std::size_t instance, std::int64_t true_ms, std::int64_t wall_ms, bool optional) {
  auto& samples = instances_[instance].samples;
  samples.push_back({.made_ms = true_ms, .wall_ms = wall_ms, .optional = optional});
  return static_cast<std::int64_t>(samples.size());
}

std::int64_t Book::mark_of(const wire::Report& report) {
  if (!report.battery || report.battery->packs.empty()) return 0;
  return report.battery->packs[0].now_mwh.value_or(0);
}

void Book::sent(std::size_t instance, const wire::CheckIn& check_in) {
  for (const auto& report : check_in.reports) {
    const std::int64_t mark = mark_of(report);
    if (mark < 1 || mark > static_cast<std::int64_t>(instances_[instance].samples.size())) {
      oddities_.push_back(fmt::format("instance {} sent a report that it never made", instance));
      continue;
    }
    const auto [known, is_new] = marks_[instance].try_emplace(report.sequence, mark);
    auto& sample = instances_[instance].samples[static_cast<std::size_t>(mark - 1)];
    if (is_new && sample.sequence == 0) sample.sequence = report.sequence;
    (report.boot_id == check_in.boot_id ? sample.sent_at_once : sample.sent_later) = true;
    if (known->second != mark || sample.sequence != report.sequence) {
      oddities_.push_back(fmt::format("instance {} used number {} for two reports", instance, report.sequence));
    }
  }
}

void Book::promised(std::size_t instance, const wire::CheckInReply& reply) {
  const auto& marks = marks_[instance];
  for (const auto& range : reply.accepted) {
    for (auto it = marks.lower_bound(range.first); it != marks.end() && it->first <= range.last; ++it) {
      instances_[instance].samples[static_cast<std::size_t>(it->second - 1)].promised = true;
    }
  }
  for (const auto& rejected : reply.rejected) {
    oddities_.push_back(fmt::format("report {} of instance {} was refused: {}", rejected.sequence, instance,
                                    rejected.reason));
  }
}

void Book::excuse(std::size_t instance, std::int64_t since_ms) {
  auto& samples = instances_[instance].samples;
  for (auto sample = samples.rbegin(); sample != samples.rend() && sample->made_ms >= since_ms; ++sample) {
    if (!sample->promised) sample->excused = true;
  }
}

void Book::retire() {
  for (auto& instance : instances_) {
    for (auto& sample : instance.samples) sample.retired = sample.retired || sample.promised;
  }
}

void Book::note_outbox(std::size_t instance, std::uint64_t waiting, std::uint64_t thinned) {
  instances_[instance].waiting = waiting;
  instances_[instance].thinned = thinned;
}

void Book::wiped(std::size_t instance) {
  instances_[instance].wiped = true;
  excuse(instance, 0);
}

const Instance* Book::by_agent(const std::string& agent_id) const {
  const auto found = by_agent_.find(agent_id);
  return found == by_agent_.end() ? nullptr : &instances_[found->second];
}

std::uint64_t Book::reports() const {
  std::uint64_t count = 0;
  for (const auto& instance : instances_) count += instance.samples.size();
  return count;
}

}  // namespace rollcall::sim
