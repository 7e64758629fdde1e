// What the server knows of one agent instance: which reports it accepted, what it said last, how its packs'
// capacities went. Rebuilt after a crash from its stored form plus the tail of the report log, by the same
// function that built it live: `fold`. Pure; not thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/domain/accepted_sequences.h"
#include "server/domain/capacity.h"
#include "server/domain/silence.h"
#include "server/domain/verdict.h"

namespace rollcall::domain {

// The parts of a report. Each is kept as two byte strings: what varies from report to report, and what stays
// the same for days (names, models, sizes), which is logged only when it changed.
enum class Section : std::uint8_t { frame, identity, battery, connectivity, health };
inline constexpr std::size_t kSections = 5;
constexpr std::size_t index_of(Section section) { return static_cast<std::size_t>(section); }

struct SectionPart {
  bool sampled{};       // the report has this section
  bool logged{};        // `steady` is part of the log's entry, because it changed
  std::uint64_t hash{}; // of `steady`; known when `logged`
  std::string varying, steady;
};

// One entry of the report log.
struct ReportEntry {
  std::int64_t log_id{};
  std::int64_t agent_no{};
  std::int64_t previous_log_id{};  // the same agent's entry before this one; 0: the first
  std::int64_t received_ms{}, observed_ms{};
  std::int64_t promised_ms{};  // to the second
  std::int64_t skew_ms{};      // to the second
  std::uint64_t sequence{};
  Occasion occasion{};
  bool sequence_reset{};  // its numbers went back; what was accepted from here on is forgotten
  bool new_boot{};        // the first report that came while this boot was running
  std::array<SectionPart, kSections> parts;

  SectionPart& part(Section section) { return parts[index_of(section)]; }
  const SectionPart& part(Section section) const { return parts[index_of(section)]; }
};

// What the rules need out of an entry's bytes.
struct ReportReading {
  struct Pack {
    std::optional<std::int64_t> full_mwh, cycles;
  };
  struct PackIdentity {
    std::uint64_t key{};
    std::int64_t design_mwh{};  // 0: unknown
  };
  std::optional<double> percent;  // all packs together
  std::optional<bool> on_ac;
  std::vector<Pack> packs;
  std::vector<PackIdentity> identities;  // only when the battery's steady part is logged
  std::uint64_t boot{};                  // only when new_boot
  bool battery_absent{};                 // the collector found no battery
};

struct PackRecord {
  std::uint64_t key{};
  std::int64_t design_mwh{}, cycles{};  // 0: unknown
  Capacity capacity;
  bool operator==(const PackRecord&) const = default;
};

struct DeviceState {
  static constexpr std::size_t kBoots = 8;

  AcceptedSequences accepted;
  std::int64_t log_id{};            // of the newest entry; 0: none
  std::uint64_t newest_sequence{};  // of the report that `word` tells of; 0: none yet
  LastWord word;
  std::int64_t skew_ms{};
  std::uint64_t thinned{}, waiting{};
  // Of each section's steady part: in the newest report, and as logged last (they differ after backlog).
  std::array<std::uint64_t, kSections> newest_hash{}, logged_hash{};
  std::array<std::int64_t, kSections> sampled_ms{};  // observed; 0: never
  std::array<std::string, kSections> varying;        // of the newest report that had the section
  std::vector<PackRecord> packs;                     // in the order of the newest battery section
  std::vector<std::uint64_t> boots;                  // newest last; bounded by kBoots
  bool restored_image{};                             // its sequence numbers went back at some time
  bool battery_absent{};

  bool reported() const { return newest_sequence != 0; }
  std::optional<LastWord> last_word() const { return reported() ? std::optional(word) : std::nullopt; }
  bool knows_boot(std::uint64_t boot) const;
  bool operator==(const DeviceState&) const = default;
};

// What to do with a report before anything else is looked at.
enum class Admission {
  fresh,      // store it
  duplicate,  // stored already: acknowledge it again
  too_late,   // its gap was closed: perhaps stored already, perhaps nowhere; refuse it
  // Its number was used before, by another boot, and this boot was never heard of: the disk was put back to
  // an older image. Store it, and forget what was accepted from this number on.
  reused,
};
// `running_boot`: the report was sampled in the boot that sends it; `boot` is that boot's hash.
Admission admit(const DeviceState& state, std::uint64_t sequence, std::uint64_t boot, bool running_boot);

// Must the steady part with this hash go into the log with a report of this sequence number?
bool must_log(const DeviceState& state, Section section, std::uint64_t hash, std::uint64_t sequence, bool reset);

// Takes one entry in, in the order of the log. Entries up to state.log_id have no effect, so that a replay
// may start too early.
void fold(DeviceState& state, const ReportEntry& entry, const ReportReading& reading);

// The verdict over all packs, with the worst pack's health.
struct BatterySummary {
  Verdict verdict{Verdict::unknown};
  std::optional<double> health_percent;
};
BatterySummary battery_summary(const DeviceState& state);
PackEvidence evidence_of(const PackRecord& pack, std::string_view name);

// Stable across programs and versions: it is stored. Not for secrets.
std::uint64_t stable_hash(std::string_view bytes);

}  // namespace rollcall::domain
