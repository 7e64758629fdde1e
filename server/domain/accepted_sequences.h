// Which reports of one agent were accepted: a set of sequence numbers, kept as inclusive ranges. Almost
// always one range; gaps come from reports that are still to come, that the outbox thinned, or whose numbers
// were reserved and never used. Pure; not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace rollcall::domain {

struct SequenceInterval {
  std::uint64_t first{}, last{};  // inclusive
  std::uint64_t closed{};         // how many of them lie in gaps that were closed
  bool operator==(const SequenceInterval&) const = default;
};

class AcceptedSequences {
 public:
  // Above this many ranges the smallest gap is closed: a gap of that many is thinning, not delay. What it costs: of a
  // number in a range with closed gaps nobody knows whether it was accepted. A report that has one must not be stored,
  // for it could be stored twice, nor acknowledged, for it could be stored nowhere: it is refused, and whoever sent it
  // counts it as given up.
  static constexpr std::size_t kMaxRanges = 256;

  enum class Known { missing, accepted, unsure };
  Known look_up(std::uint64_t sequence) const;
  bool contains(std::uint64_t sequence) const { return look_up(sequence) != Known::missing; }
  // False when the ranges hold it already.
  bool insert(std::uint64_t sequence);
  // Forgets `first` and everything above it: the agent's disk was put back to an older image.
  void forget_from(std::uint64_t first);

  bool empty() const { return ranges_.empty(); }
  std::uint64_t highest() const { return ranges_.empty() ? 0 : ranges_.back().last; }
  const std::vector<SequenceInterval>& ranges() const { return ranges_; }  // ascending, apart by ≥ 1
  std::uint64_t closed() const;  // of all ranges

  // `ranges` as ranges() gave them; what is not in order is dropped.
  static AcceptedSequences from(const std::vector<SequenceInterval>& ranges);

  bool operator==(const AcceptedSequences&) const = default;

 private:
  void close_smallest_gap();
  std::vector<SequenceInterval> ranges_;
};

}  // namespace rollcall::domain
