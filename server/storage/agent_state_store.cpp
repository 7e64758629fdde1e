#include "server/storage/agent_state_store.h"

#include <algorithm>

#include "server/storage/columns.h"
#include "server/storage/packing.h"

namespace rollcall::storage {
namespace {

constexpr char kStateVersion = 1;
constexpr std::uint64_t kOnAc = 1, kRestoredImage = 2, kBatteryAbsent = 4;

void pack_word(Packer& pack, const domain::DeviceState& state) {
  pack.number(static_cast<std::uint64_t>(state.word.occasion));
  pack.signed_number(state.word.observed_ms);
  pack.signed_number(state.word.received_ms);
  pack.signed_number(state.word.promised_ms);
  pack.optional_real(state.word.percent);
  pack.number((state.word.on_ac ? kOnAc : 0) | (state.restored_image ? kRestoredImage : 0) |
              (state.battery_absent ? kBatteryAbsent : 0));
  pack.signed_number(state.skew_ms);
}

void pack_pack(Packer& pack, const domain::PackRecord& record) {
  pack.number(record.key);
  pack.signed_number(record.design_mwh);
  pack.signed_number(record.cycles);
  const domain::Capacity& capacity = record.capacity;
  pack.signed_number(capacity.open_day());
  pack.number(capacity.readings().size());
  for (const auto& reading : capacity.readings()) pack.signed_number(reading.full_mwh), pack.signed_number(reading.count);
  pack.number(capacity.closed().size());
  for (const auto& day : capacity.closed()) pack.signed_number(day.day), pack.signed_number(day.full_mwh);
}

domain::PackRecord unpack_pack(Unpacker& unpack) {
  const auto narrow = [&] { return static_cast<std::int32_t>(unpack.signed_number()); };
  domain::PackRecord record;
  record.key = unpack.number();
  record.design_mwh = unpack.signed_number();
  record.cycles = unpack.signed_number();
  const std::int32_t open_day = narrow();
  std::vector<domain::Capacity::Reading> readings(std::min<std::size_t>(unpack.number(), domain::Capacity::kReadings));
  for (auto& reading : readings) reading.full_mwh = narrow(), reading.count = narrow();
  std::vector<domain::DayCapacity> closed(std::min<std::size_t>(unpack.number(), domain::Capacity::kDays));
  for (auto& day : closed) day.day = narrow(), day.full_mwh = narrow();
  record.capacity = domain::Capacity::restore(std::move(closed), open_day, std::move(readings));
  return record;
}

}  // namespace

std::string encode_state(const domain::DeviceState& state) {
  std::string out;
  out.reserve(320);
  out.push_back(kStateVersion);
  Packer pack(out);
  pack.signed_number(state.log_id);
  pack.number(state.newest_sequence);
  pack_word(pack, state);
  pack.number(state.thinned);
  pack.number(state.waiting);
  pack.number(state.accepted.ranges().size());
  std::uint64_t previous = 0;
  for (const auto& range : state.accepted.ranges()) {
    pack.number(range.first - previous);
    pack.number(range.last - range.first);
    previous = range.last;
  }
  for (std::size_t i = 0; i < domain::kSections; ++i) {
    pack.number(state.newest_hash[i]);
    pack.number(state.logged_hash[i]);
    pack.signed_number(state.sampled_ms[i]);
    pack.text(state.varying[i]);
  }
  pack.number(state.boots.size());
  for (const std::uint64_t boot : state.boots) pack.number(boot);
  pack.number(state.packs.size());
  for (const domain::PackRecord& record : state.packs) pack_pack(pack, record);
  return out;
}

Result<domain::DeviceState> decode_state(std::string_view bytes) {
  if (bytes.empty() || bytes[0] != kStateVersion) return fail(Errc::corrupt, "an agent's state cannot be read");
  Unpacker unpack(bytes.substr(1));
  domain::DeviceState state;
  state.log_id = unpack.signed_number();
  state.newest_sequence = unpack.number();
  state.word.occasion = static_cast<domain::Occasion>(
      std::min<std::uint64_t>(unpack.number(), static_cast<std::uint64_t>(domain::Occasion::battery_critical)));
  state.word.observed_ms = unpack.signed_number();
  state.word.received_ms = unpack.signed_number();
  state.word.promised_ms = unpack.signed_number();
  state.word.percent = unpack.optional_real();
  const std::uint64_t flags = unpack.number();
  state.word.on_ac = flags & kOnAc;
  state.restored_image = flags & kRestoredImage;
  state.battery_absent = flags & kBatteryAbsent;
  state.skew_ms = unpack.signed_number();
  state.thinned = unpack.number();
  state.waiting = unpack.number();

  std::vector<domain::SequenceInterval> ranges(
      std::min<std::size_t>(unpack.number(), domain::AcceptedSequences::kMaxRanges));
  std::uint64_t previous = 0;
  for (auto& range : ranges) {
    range.first = previous + unpack.number();
    range.last = previous = range.first + unpack.number();
  }
  state.accepted = domain::AcceptedSequences::from(ranges);
  for (std::size_t i = 0; i < domain::kSections; ++i) {
    state.newest_hash[i] = unpack.number();
    state.logged_hash[i] = unpack.number();
    state.sampled_ms[i] = unpack.signed_number();
    state.varying[i] = unpack.text();
  }
  state.boots.resize(std::min<std::size_t>(unpack.number(), domain::DeviceState::kBoots));
  for (std::uint64_t& boot : state.boots) boot = unpack.number();
  constexpr std::size_t kMaxPacks = 64;
  state.packs.reserve(1);
  for (std::uint64_t left = std::min<std::uint64_t>(unpack.number(), kMaxPacks); left > 0; --left) {
    state.packs.push_back(unpack_pack(unpack));
  }
  if (unpack.fell_short()) return fail(Errc::corrupt, "an agent's state is cut off");
  return state;
}

Result<> put_state(sql::Transaction& transaction, std::int64_t agent_no, std::string_view state) {
  TRY(transaction.execute("INSERT INTO agent_states (agent_no, state) VALUES ($1, $2) "
                          "ON CONFLICT (agent_no) DO UPDATE SET state = excluded.state",
                          agent_no, blob_of(state)));
  return {};
}

Result<> put_section(sql::Transaction& transaction, std::int64_t agent_no, domain::Section section,
                     std::string_view steady) {
  TRY(transaction.execute("INSERT INTO agent_sections (agent_no, section, content) VALUES ($1, $2, $3) "
                          "ON CONFLICT (agent_no, section) DO UPDATE SET content = excluded.content",
                          agent_no, domain::index_of(section), blob_of(steady)));
  return {};
}

Result<> delete_agent_state(sql::Transaction& transaction, std::int64_t agent_no) {
  TRY(transaction.execute("DELETE FROM agent_states WHERE agent_no = $1", agent_no));
  TRY(transaction.execute("DELETE FROM agent_sections WHERE agent_no = $1", agent_no));
  return {};
}

Result<> each_state(sql::Snapshot& snapshot,
                    const std::function<void(std::int64_t agent_no, std::string_view state)>& take) {
  auto rows = TRY(snapshot.query("SELECT agent_no, state FROM agent_states ORDER BY agent_no"));
  while (TRY(rows->next())) take(rows->integer(0), text_of(rows->blob(1)));
  return {};
}

Result<Sections> sections_of(sql::Snapshot& snapshot, std::int64_t agent_no) {
  Sections sections;
  auto rows = TRY(snapshot.query("SELECT section, content FROM agent_sections WHERE agent_no = $1", agent_no));
  while (TRY(rows->next())) {
    const auto section = static_cast<std::size_t>(rows->integer(0));
    if (section < sections.size()) sections[section] = std::string(text_of(rows->blob(1)));
  }
  return sections;
}

Result<FleetClock> fleet_clock(sql::Snapshot& snapshot) {
  auto rows = TRY(snapshot.query("SELECT written_log_id, alive_ms FROM fleet_clock WHERE one = 1"));
  if (!TRY(rows->next())) return FleetClock{};
  return FleetClock{rows->integer(0), rows->integer(1)};
}

Result<> put_fleet_clock(sql::Transaction& transaction, const FleetClock& clock) {
  TRY(transaction.execute(
      "INSERT INTO fleet_clock (one, written_log_id, alive_ms) VALUES (1, $1, $2) "
      "ON CONFLICT (one) DO UPDATE SET written_log_id = excluded.written_log_id, alive_ms = excluded.alive_ms",
      clock.written_log_id, clock.alive_ms));
  return {};
}

}  // namespace rollcall::storage
