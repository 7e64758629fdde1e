// What the server knows of one agent instance besides its facts: which reports it accepted, what it said
// last, how its packs' capacities went. One of these is in memory for every agent, so it is kept small; it is
// rebuilt after a crash from its stored form plus the tail of the report log, by the same function that
// built it live (`advance`). Pure; not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/domain/accepted_sequences.h"
#include "server/domain/capacity.h"
#include "server/domain/silence.h"
#include "server/domain/verdict.h"

namespace rollcall::domain {

// The parts of a report that are kept whole, one newest version of each an agent.
enum class Section : std::uint8_t { frame, identity, battery, connectivity, health };
inline constexpr std::size_t kSections = 5;

struct PackState {
  std::uint64_t key{};  // hash of what identifies the pack; see service/report_mapping
  std::int32_t design_mwh{};  // 0: unknown
  std::int32_t cycles{};      // 0: unknown
  Capacity capacity;
  bool operator==(const PackState&) const = default;
};

struct DeviceState {
  AcceptedSequences accepted;
  std::int64_t log_id{};           // of the newest entry in the report log; 0: none
  std::uint64_t newest_sequence{}; // of the report that `word` tells of
  LastWord word;                   // meaningful when newest_sequence is not 0
  std::int64_t skew_ms{};          // of the laptop's clock at its newest report
  std::uint64_t thinned{}, waiting{};
  // Hash of the newest version of each section (0: none yet), when it was last sampled (0: never).
  std::array<std::uint64_t, kSections> section_hash{};
  std::array<std::int64_t, kSections> section_observed_ms{};
  // The newest varying facts of every section (storage::report_codec), merged over reports that lacked one.
  std::string facts;
  std::vector<PackState> packs;
  // Hashes of the boots that reports were accepted from while they ran, newest last; bounded.
  std::vector<std::uint64_t> boots;
  bool restored_image{};  // its sequence numbers went back: the disk was put back to an older image
};

// The verdict over all packs, with the worst pack's health.
struct BatterySummary {
  Verdict verdict{Verdict::unknown};
  std::optional<double> health_percent;
};
BatterySummary battery_summary(const DeviceState& state);

}  // namespace rollcall::domain
