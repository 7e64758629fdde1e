#include "server/storage/report_codec.h"

#include <algorithm>

#include "common/base/clock.h"
#include "server/storage/packing.h"

namespace rollcall::storage {
namespace {

constexpr unsigned kSectionBits = (1u << domain::kSections) - 1;
constexpr unsigned kResetBit = 1u << domain::kSections;
constexpr unsigned kNewBootBit = kResetBit << 1;

std::uint64_t unsigned_difference(std::int64_t later, std::int64_t earlier) {
  return later > earlier ? static_cast<std::uint64_t>(later - earlier) : 0;
}

// Bytes that are not what was written may hold any number: it wraps here, and the entry is refused at its end.
std::int64_t moved(std::int64_t from, std::uint64_t by) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(from) + by);
}

Error broken(const domain::ReportEntry& entry) {
  return {Errc::corrupt, "report " + std::to_string(entry.log_id) + " cannot be read from the log"};
}

}  // namespace

std::string encode_entry(const domain::ReportEntry& entry) {
  unsigned sampled = (entry.sequence_reset ? kResetBit : 0) | (entry.new_boot ? kNewBootBit : 0);
  unsigned logged = static_cast<unsigned>(entry.occasion) << domain::kSections;
  std::size_t size = 40;
  for (std::size_t i = 0; i < domain::kSections; ++i) {
    const domain::SectionPart& part = entry.parts[i];
    if (part.sampled) sampled |= 1u << i, size += part.varying.size() + 2;
    if (part.logged) logged |= 1u << i, size += part.steady.size() + 2;
  }
  std::string out;
  out.reserve(size);
  out.push_back(static_cast<char>(kReportVersion));
  out.push_back(static_cast<char>(sampled));
  out.push_back(static_cast<char>(logged));
  Packer pack(out);
  pack.number(entry.previous_log_id == 0 ? 0 : unsigned_difference(entry.log_id, entry.previous_log_id));
  pack.number(unsigned_difference(entry.received_ms, entry.observed_ms));
  pack.number(unsigned_difference(entry.promised_ms, entry.received_ms) / kSecondMs);
  pack.signed_number(entry.skew_ms / kSecondMs);
  pack.number(entry.sequence);
  for (const domain::SectionPart& part : entry.parts) {
    if (part.sampled) pack.text(part.varying);
  }
  for (const domain::SectionPart& part : entry.parts) {
    if (part.logged) pack.text(part.steady);
  }
  return out;
}

Result<domain::ReportEntry> decode_entry(const domain::ReportEntry& keys, std::string_view facts) {
  domain::ReportEntry entry = keys;
  if (facts.size() < 3 || static_cast<unsigned char>(facts[0]) != kReportVersion) return std::unexpected(broken(keys));
  const unsigned sampled = static_cast<unsigned char>(facts[1]);
  const unsigned logged = static_cast<unsigned char>(facts[2]);
  const unsigned occasion = logged >> domain::kSections;
  if (occasion > static_cast<unsigned>(domain::Occasion::battery_critical)) return std::unexpected(broken(keys));
  entry.occasion = static_cast<domain::Occasion>(occasion);
  entry.sequence_reset = sampled & kResetBit;
  entry.new_boot = sampled & kNewBootBit;

  Unpacker unpack(facts.substr(3));
  const std::uint64_t back = unpack.number();
  entry.previous_log_id = back == 0 ? 0 : moved(entry.log_id, 0 - back);
  entry.observed_ms = moved(entry.received_ms, 0 - unpack.number());
  entry.promised_ms = moved(entry.received_ms, unpack.number() * kSecondMs);
  entry.skew_ms = moved(0, static_cast<std::uint64_t>(unpack.signed_number()) * kSecondMs);
  entry.sequence = unpack.number();
  for (std::size_t i = 0; i < domain::kSections; ++i) {
    entry.parts[i].sampled = sampled & (1u << i) & kSectionBits;
    if (entry.parts[i].sampled) entry.parts[i].varying = unpack.text();
  }
  for (std::size_t i = 0; i < domain::kSections; ++i) {
    domain::SectionPart& part = entry.parts[i];
    part.logged = logged & (1u << i) & kSectionBits;
    if (!part.logged) continue;
    part.steady = unpack.text();
    part.hash = domain::stable_hash(part.steady);
  }
  if (unpack.fell_short() || !unpack.at_end()) return std::unexpected(broken(keys));
  return entry;
}

}  // namespace rollcall::storage
