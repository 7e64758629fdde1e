#include "server/storage/agent_state_store.h"

#include <algorithm>

#include "server/storage/columns.h"
#include "server/storage/packing.h"

namespace rollcall::storage {
namespace {

constexpr char kFirstVersion = 1, kStateVersion = 2;
constexpr std::uint64_t kOnAc = 1, kRestoredImage = 2, kBatteryAbsent = 4;

// Modulo 2^64: damaged bytes may hold any two instants.
std::int64_t minus(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
std::int64_t plus(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

void pack_word(Packer& pack, const domain::DeviceState& state) {
  const domain::LastWord& word = state.word;
  pack.number(static_cast<std::uint64_t>(word.occasion));
  pack.signed_number(word.observed_ms);
  pack.signed_number(minus(word.received_ms, word.observed_ms));
  pack.signed_number(minus(word.promised_ms, word.observed_ms));
  pack.optional_real(word.percent);
  pack.number((word.on_ac ? kOnAc : 0) | (state.restored_image ? kRestoredImage : 0) |
              (state.battery_absent ? kBatteryAbsent : 0));
  pack.signed_number(state.skew_ms);
}

void pack_sections(Packer& pack, const domain::DeviceState& state) {
  std::uint64_t differ = 0;
  for (std::size_t i = 0; i < domain::kSections; ++i) {
    differ |= static_cast<std::uint64_t>(state.newest_hash[i] != state.logged_hash[i]) << i;
  }
  pack.number(differ);
  for (std::size_t i = 0; i < domain::kSections; ++i) {
    pack.eight_bytes(state.newest_hash[i]);
    if ((differ >> i) & 1) pack.eight_bytes(state.logged_hash[i]);
    const std::int64_t sampled_ms = state.sampled_ms[i];
    pack.optional_number(sampled_ms == 0 ? std::nullopt : std::optional(minus(state.word.observed_ms, sampled_ms)));
    pack.text(state.varying[i]);
  }
}

void pack_pack(Packer& pack, const domain::PackRecord& record) {
  pack.eight_bytes(record.key);
  pack.signed_number(record.design_mwh);
  pack.signed_number(record.cycles);
  const domain::Capacity& capacity = record.capacity;
  pack.signed_number(capacity.open_day());
  pack.number(capacity.readings().size());
  for (const auto& reading : capacity.readings()) pack.signed_number(reading.full_mwh), pack.signed_number(reading.count);
  pack.number(capacity.closed().size());
  for (const auto& day : capacity.closed()) {
    pack.signed_number(std::int64_t{capacity.open_day()} - day.day);
    pack.signed_number(day.full_mwh);
  }
}

// What differs between the versions.
class StateReader {
 public:
  StateReader(std::string_view bytes, bool first_version) : unpack_(bytes), first_version_(first_version) {}

  domain::DeviceState read() {
    domain::DeviceState state;
    state.log_id = unpack_.signed_number();
    state.newest_sequence = unpack_.number();
    read_word(state);
    state.thinned = unpack_.number();
    state.waiting = unpack_.number();
    auto accepted = ranges();
    read_sections(state);
    state.boots.resize(std::min<std::size_t>(unpack_.number(), domain::DeviceState::kBoots));
    for (std::uint64_t& boot : state.boots) boot = hash();
    constexpr std::size_t kMaxPacks = 64;
    state.packs.reserve(1);
    for (std::uint64_t left = std::min<std::uint64_t>(unpack_.number(), kMaxPacks); left > 0; --left) {
      state.packs.push_back(pack());
    }
    fell_short_ = unpack_.fell_short();
    // A tail that most states do not have.
    for (auto& range : accepted) range.closed = unpack_.number();
    state.accepted = domain::AcceptedSequences::from(accepted);
    return state;
  }
  bool fell_short() const { return fell_short_; }

 private:
  std::uint64_t hash() { return first_version_ ? unpack_.number() : unpack_.eight_bytes(); }
  std::int64_t after(std::int64_t base) { return plus(first_version_ ? 0 : base, unpack_.signed_number()); }

  void read_word(domain::DeviceState& state) {
    state.word.occasion = static_cast<domain::Occasion>(
        std::min<std::uint64_t>(unpack_.number(), static_cast<std::uint64_t>(domain::Occasion::battery_critical)));
    state.word.observed_ms = unpack_.signed_number();
    state.word.received_ms = after(state.word.observed_ms);
    state.word.promised_ms = after(state.word.observed_ms);
    state.word.percent = unpack_.optional_real();
    const std::uint64_t flags = unpack_.number();
    state.word.on_ac = flags & kOnAc;
    state.restored_image = flags & kRestoredImage;
    state.battery_absent = flags & kBatteryAbsent;
    state.skew_ms = unpack_.signed_number();
  }

  std::vector<domain::SequenceInterval> ranges() {
    std::vector<domain::SequenceInterval> ranges(
        std::min<std::size_t>(unpack_.number(), domain::AcceptedSequences::kMaxRanges));
    std::uint64_t previous = 0;
    for (auto& range : ranges) {
      range.first = previous + unpack_.number();
      range.last = previous = range.first + unpack_.number();
    }
    return ranges;
  }

  void read_sections(domain::DeviceState& state) {
    const std::uint64_t differ = first_version_ ? ~std::uint64_t{0} : unpack_.number();
    for (std::size_t i = 0; i < domain::kSections; ++i) {
      state.newest_hash[i] = hash();
      state.logged_hash[i] = (differ >> i) & 1 ? hash() : state.newest_hash[i];
      if (first_version_) {
        state.sampled_ms[i] = unpack_.signed_number();
      } else if (const auto before_ms = unpack_.optional_number()) {
        state.sampled_ms[i] = minus(state.word.observed_ms, *before_ms);
      }
      state.varying[i] = unpack_.text();
    }
  }

  domain::PackRecord pack() {
    const auto narrow = [](std::int64_t number) { return static_cast<std::int32_t>(number); };
    domain::PackRecord record;
    record.key = hash();
    record.design_mwh = unpack_.signed_number();
    record.cycles = unpack_.signed_number();
    const std::int32_t open_day = narrow(unpack_.signed_number());
    std::vector<domain::Capacity::Reading> readings(std::min<std::size_t>(unpack_.number(), domain::Capacity::kReadings));
    for (auto& reading : readings) {
      reading.full_mwh = narrow(unpack_.signed_number());
      reading.count = narrow(unpack_.signed_number());
    }
    std::vector<domain::DayCapacity> closed(std::min<std::size_t>(unpack_.number(), domain::Capacity::kDays));
    for (auto& day : closed) {
      day.day = narrow(first_version_ ? unpack_.signed_number() : minus(open_day, unpack_.signed_number()));
      day.full_mwh = narrow(unpack_.signed_number());
    }
    record.capacity = domain::Capacity::restore(std::move(closed), open_day, std::move(readings));
    return record;
  }

  Unpacker unpack_;
  const bool first_version_;
  bool fell_short_{};
};

}  // namespace

void encode_state(const domain::DeviceState& state, std::string& out) {
  out.assign(1, kStateVersion);
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
  pack_sections(pack, state);
  pack.number(state.boots.size());
  for (const std::uint64_t boot : state.boots) pack.eight_bytes(boot);
  pack.number(state.packs.size());
  for (const domain::PackRecord& record : state.packs) pack_pack(pack, record);
  // Nearly nobody has any, and they came later than the rest.
  if (state.accepted.closed() == 0) return;
  for (const auto& range : state.accepted.ranges()) pack.number(range.closed);
}

std::string encode_state(const domain::DeviceState& state) {
  std::string out;
  encode_state(state, out);
  return out;
}

Result<domain::DeviceState> decode_state(std::string_view bytes) {
  if (bytes.empty() || (bytes[0] != kStateVersion && bytes[0] != kFirstVersion)) {
    return fail(Errc::corrupt, "an agent's state cannot be read");
  }
  StateReader reader(bytes.substr(1), bytes[0] == kFirstVersion);
  domain::DeviceState state = reader.read();
  if (reader.fell_short()) return fail(Errc::corrupt, "an agent's state is cut off");
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
