#include "server/domain/accepted_sequences.h"

#include <algorithm>

namespace rollcall::domain {
namespace {

// The first range that ends at or after `sequence`. Reports come in order nearly always, so look at the last
// one first.
template <class Ranges>
auto find_range(Ranges& ranges, std::uint64_t sequence) {
  if (ranges.empty() || sequence > ranges.back().last) return ranges.end();
  return std::lower_bound(ranges.begin(), ranges.end(), sequence,
                          [](const SequenceInterval& range, std::uint64_t value) { return range.last < value; });
}

}  // namespace

AcceptedSequences::Known AcceptedSequences::look_up(std::uint64_t sequence) const {
  const auto range = find_range(ranges_, sequence);
  if (range == ranges_.end() || sequence < range->first) return Known::missing;
  return range->closed == 0 ? Known::accepted : Known::unsure;
}

std::uint64_t AcceptedSequences::closed() const {
  std::uint64_t all = 0;
  for (const auto& range : ranges_) all += range.closed;
  return all;
}

bool AcceptedSequences::insert(std::uint64_t sequence) {
  const auto next = find_range(ranges_, sequence);
  if (next != ranges_.end() && next->first <= sequence) return false;
  const bool joins_next = next != ranges_.end() && next->first - 1 == sequence;
  const bool joins_previous = next != ranges_.begin() && std::prev(next)->last + 1 == sequence;
  if (joins_previous && joins_next) {
    std::prev(next)->last = next->last;
    std::prev(next)->closed += next->closed;
    ranges_.erase(next);
  } else if (joins_previous) {
    std::prev(next)->last = sequence;
  } else if (joins_next) {
    next->first = sequence;
  } else {
    ranges_.insert(next, {sequence, sequence});
    if (ranges_.size() > kMaxRanges) close_smallest_gap();
  }
  return true;
}

void AcceptedSequences::forget_from(std::uint64_t first) {
  while (!ranges_.empty() && ranges_.back().first >= first) ranges_.pop_back();
  if (ranges_.empty() || ranges_.back().last < first) return;
  SequenceInterval& cut = ranges_.back();
  cut.last = first - 1;
  cut.closed = std::min(cut.closed, cut.last - cut.first);
}

AcceptedSequences AcceptedSequences::from(const std::vector<SequenceInterval>& ranges) {
  AcceptedSequences result;
  for (const SequenceInterval& range : ranges) {
    const bool apart = result.ranges_.empty() || range.first > result.ranges_.back().last + 1;
    const bool sound = range.first <= range.last && range.closed <= range.last - range.first;
    if (apart && sound && result.ranges_.size() < kMaxRanges) result.ranges_.push_back(range);
  }
  return result;
}

void AcceptedSequences::close_smallest_gap() {
  auto smallest = ranges_.begin();
  for (auto range = ranges_.begin(); range + 1 != ranges_.end(); ++range) {
    if ((range + 1)->first - range->last < (smallest + 1)->first - smallest->last) smallest = range;
  }
  const SequenceInterval& next = *(smallest + 1);
  smallest->closed += next.first - smallest->last - 1 + next.closed;
  smallest->last = next.last;
  ranges_.erase(smallest + 1);
}

}  // namespace rollcall::domain
