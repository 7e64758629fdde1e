#include "server/domain/device_state.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace rollcall::domain {
namespace {

void fold_packs(DeviceState& state, const ReportEntry& entry, const ReportReading& reading, bool newest) {
  if (newest && entry.part(Section::battery).logged) {
    std::vector<PackRecord> packs;
    for (const auto& identity : reading.identities) {
      const auto known = std::ranges::find(state.packs, identity.key, &PackRecord::key);
      PackRecord pack = known == state.packs.end() ? PackRecord{} : *known;
      pack.key = identity.key;
      pack.design_mwh = identity.design_mwh;
      packs.push_back(std::move(pack));
    }
    state.packs = std::move(packs);
  }
  for (std::size_t i = 0; i < reading.packs.size(); ++i) {
    auto pack = state.packs.begin();
    if (reading.identities.empty()) {
      if (i >= state.packs.size()) continue;
      pack += static_cast<std::ptrdiff_t>(i);
    } else {
      if (i >= reading.identities.size()) continue;
      pack = std::ranges::find(state.packs, reading.identities[i].key, &PackRecord::key);
      if (pack == state.packs.end()) continue;
    }
    if (reading.packs[i].full_mwh) pack->capacity.add(entry.observed_ms, *reading.packs[i].full_mwh);
    if (newest && reading.packs[i].cycles) pack->cycles = *reading.packs[i].cycles;
  }
}

}  // namespace

bool DeviceState::knows_boot(std::uint64_t boot) const { return std::ranges::find(boots, boot) != boots.end(); }

Admission admit(const DeviceState& state, std::uint64_t sequence, std::uint64_t boot, bool running_boot) {
  using enum AcceptedSequences::Known;
  const auto known = state.accepted.look_up(sequence);
  if (known == missing) return Admission::fresh;
  // A report that was accepted while its boot was running made that boot known, so a repeat of it cannot be
  // mistaken for reuse. Backlog of earlier boots never counts as reuse: too many boots may lie between.
  if (running_boot && !state.knows_boot(boot)) return Admission::reused;
  return known == accepted ? Admission::duplicate : Admission::too_late;
}

bool must_log(const DeviceState& state, Section section, std::uint64_t hash, std::uint64_t sequence, bool reset) {
  const std::size_t i = index_of(section);
  const bool newest = reset || sequence > state.newest_sequence;
  return hash != state.logged_hash[i] || (newest && hash != state.newest_hash[i]);
}

void fold(DeviceState& state, const ReportEntry& entry, const ReportReading& reading) {
  if (entry.log_id <= state.log_id) return;
  state.log_id = entry.log_id;
  if (entry.sequence_reset) {
    state.accepted.forget_from(entry.sequence);
    state.restored_image = true;
  }
  state.accepted.insert(entry.sequence);
  if (entry.new_boot) {
    state.boots.push_back(reading.boot);
    if (state.boots.size() > DeviceState::kBoots) state.boots.erase(state.boots.begin());
  }
  const bool newest = entry.sequence_reset || entry.sequence > state.newest_sequence;
  fold_packs(state, entry, reading, newest);
  for (std::size_t i = 0; i < kSections; ++i) {
    const SectionPart& part = entry.parts[i];
    if (part.logged) state.logged_hash[i] = part.hash;
    if (!newest || !part.sampled) continue;
    if (part.logged) state.newest_hash[i] = part.hash;
    state.sampled_ms[i] = entry.observed_ms;
    state.varying[i] = part.varying;
  }
  if (!newest) return;
  state.newest_sequence = entry.sequence;
  const bool battery = entry.part(Section::battery).sampled;
  state.word = {entry.occasion,
                entry.observed_ms,
                entry.received_ms,
                entry.promised_ms,
                battery ? reading.percent : state.word.percent,
                battery ? reading.on_ac.value_or(false) : state.word.on_ac};
  state.skew_ms = entry.skew_ms;
  state.battery_absent = reading.battery_absent;
}

PackEvidence evidence_of(const PackRecord& pack, std::string_view name) {
  PackEvidence evidence{std::string(name), std::nullopt, std::nullopt, {}};
  if (pack.design_mwh > 0) evidence.design_mwh = pack.design_mwh;
  if (pack.cycles > 0) evidence.cycles = pack.cycles;
  for (const DayCapacity& day : pack.capacity.days()) evidence.daily_full_mwh.push_back(day.full_mwh);
  return evidence;
}

BatterySummary battery_summary(const DeviceState& state) {
  if (state.packs.empty()) {
    const bool said_so = state.sampled_ms[index_of(Section::battery)] != 0 || state.battery_absent;
    return {said_so ? Verdict::none : Verdict::unknown, std::nullopt};
  }
  BatterySummary summary{Verdict::none, std::nullopt};
  for (const PackRecord& pack : state.packs) {
    const PackGrade verdict = grade(evidence_of(pack, ""));
    const bool lower = verdict.verdict == summary.verdict && verdict.health_percent < summary.health_percent;
    if (verdict.verdict < summary.verdict || lower) summary = {verdict.verdict, verdict.health_percent};
  }
  return summary;
}

std::uint64_t stable_hash(std::string_view bytes) {
  // Multiply and rotate over 8 bytes at a time; 0 is kept for "none".
  constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15;
  std::uint64_t hash = 0x51ED270B7A4C35D1 ^ bytes.size();
  while (!bytes.empty()) {
    std::uint64_t word = 0;
    const std::size_t count = std::min<std::size_t>(bytes.size(), sizeof word);
    if constexpr (std::endian::native == std::endian::little) {
      // A copy of eight bytes is one instruction.
      count == sizeof word ? std::memcpy(&word, bytes.data(), sizeof word) : std::memcpy(&word, bytes.data(), count);
    } else {
      for (std::size_t i = 0; i < count; ++i) {
        word |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
      }
    }
    hash = (std::rotl(hash, 29) ^ word) * kFactor;
    bytes.remove_prefix(count);
  }
  hash ^= hash >> 32;
  hash *= kFactor;
  hash ^= hash >> 29;
  return hash == 0 ? 1 : hash;
}

}  // namespace rollcall::domain
