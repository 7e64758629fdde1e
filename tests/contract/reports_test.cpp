// The stores of reports: log, states, packs, access points.
#include <rapidcheck.h>

#include <limits>

#include "server/storage/access_point_store.h"
#include "server/storage/agent_state_store.h"
#include "server/storage/pack_store.h"
#include "server/storage/packing.h"
#include "server/storage/report_codec.h"
#include "server/storage/report_log.h"
#include "tests/contract/contract.h"

using namespace rollcall;
using namespace rollcall::storage;

namespace {

constexpr std::int64_t kNow = 1'760'000'000'000;

domain::ReportEntry entry(std::int64_t log_id, std::int64_t previous = 0) {
  domain::ReportEntry made;
  made.log_id = log_id;
  made.agent_no = 1 + log_id % 3;
  made.previous_log_id = previous;
  made.received_ms = kNow + log_id * 1'000;
  made.observed_ms = made.received_ms - 250;
  made.promised_ms = made.received_ms + 300'000;
  made.skew_ms = -86'400'000;
  made.sequence = static_cast<std::uint64_t>(log_id) * 3;
  made.occasion = domain::Occasion::battery_critical;
  made.part(domain::Section::frame) = {true, false, 0, "varying frame", ""};
  made.part(domain::Section::battery) = {true, true, domain::stable_hash("steady"), std::string("\0\x80", 2), "steady"};
  return made;
}

LogRow row(const domain::ReportEntry& made) {
  return {made.log_id, made.agent_no, made.received_ms, encode_entry(made)};
}

bool same(const domain::ReportEntry& a, const domain::ReportEntry& b) { return encode_entry(a) == encode_entry(b); }

}  // namespace

TEST_CASE("numbers and texts come back from their bytes exactly") {
  CHECK(rc::check([](std::uint64_t number, std::int64_t signed_number, const std::string& text) {
    const std::optional<double> reals[] = {std::nullopt, 0.0, -0.5, 87.0, 46.5, 866.7, 12.34, 1e300, 0.1 + 0.2,
                                           static_cast<double>(signed_number) / 7.0};
    std::string bytes;
    Packer pack(bytes);
    pack.number(number);
    pack.signed_number(signed_number);
    pack.text(text);
    pack.optional_number(std::nullopt);
    pack.optional_number(std::max(signed_number, std::numeric_limits<std::int64_t>::min() + 1));
    pack.eight_bytes(number);
    for (const auto& real : reals) pack.optional_real(real);
    Unpacker unpack(bytes);
    RC_ASSERT(unpack.number() == number);
    RC_ASSERT(unpack.signed_number() == signed_number);
    RC_ASSERT(unpack.text() == text);
    RC_ASSERT(!unpack.optional_number().has_value());
    RC_ASSERT(unpack.optional_number() == std::max(signed_number, std::numeric_limits<std::int64_t>::min() + 1));
    RC_ASSERT(unpack.eight_bytes() == number);
    for (const auto& real : reals) RC_ASSERT(unpack.optional_real() == real);
    RC_ASSERT(unpack.at_end());
    RC_ASSERT(!unpack.fell_short());
    RC_ASSERT(unpack.number() == 0u);
    RC_ASSERT(unpack.fell_short());
  }));
}

TEST_CASE("damaged bytes of a report or a state are an error or another value, never a crash") {
  CHECK(rc::check([](const std::string& noise) {
    domain::ReportEntry keys;
    (void)decode_entry(keys, "\x01" + noise);
    (void)decode_state("\x01" + noise);
    (void)decode_state("\x02" + noise);
    std::string cut = encode_entry(entry(9, 4));
    cut.resize(*rc::gen::inRange<std::size_t>(0, cut.size()));
    RC_ASSERT(!decode_entry(keys, cut).has_value());
  }));
}

TEST_CASE("reports come back as they were appended, by number and in order") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  std::vector<LogRow> rows;
  for (std::int64_t i = 1; i <= 21; ++i) rows.push_back(row(entry(i, i > 3 ? i - 3 : 0)));
  REQUIRE(fresh.database().write([&](sql::Transaction& transaction) { return append_reports(transaction, rows); }));
  fresh.reopen();
  REQUIRE(fresh.database().read([&](sql::Snapshot& snapshot) -> Result<> {
    CHECK(TRY(last_log_id(snapshot)) == 21);
    CHECK(*TRY(oldest_received_ms(snapshot)) == kNow + 1'000);
    const auto seventh = TRY(find_report(snapshot, 7));
    REQUIRE(seventh);
    CHECK(same(*seventh, entry(7, 4)));
    CHECK(seventh->agent_no == 2);
    CHECK(seventh->previous_log_id == 4);
    CHECK(seventh->observed_ms == seventh->received_ms - 250);
    CHECK(seventh->part(domain::Section::battery).hash == domain::stable_hash("steady"));
    CHECK_FALSE(TRY(find_report(snapshot, 22)));
    std::int64_t next = 15;
    CHECK(TRY(reports_after(snapshot, 14, 5, [&](domain::ReportEntry it) -> Result<> {
            CHECK(same(it, entry(next, next - 3)));
            ++next;
            return {};
          })) == 5);
    return {};
  }));
}

TEST_CASE("a number of the log cannot be taken twice") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  const std::vector<LogRow> rows{row(entry(1))};
  const auto append = [&](sql::Transaction& transaction) { return append_reports(transaction, rows); };
  REQUIRE(fresh.database().write(append));
  const auto again = fresh.database().write(append);
  REQUIRE_FALSE(again);
  CHECK(again.error().code == Errc::already_exists);
}

TEST_CASE("only what is old enough is deleted, from the old end, at most so much at once") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  std::vector<LogRow> rows;
  for (std::int64_t i = 1; i <= 20; ++i) rows.push_back(row(entry(i)));
  REQUIRE(fresh.database().write([&](sql::Transaction& transaction) -> Result<> {
    TRY(append_reports(transaction, rows));
    CHECK(TRY(end_of_old(transaction, kNow + 11'000, kNow + kDayMs, 4)) == 4);
    CHECK(TRY(end_of_old(transaction, kNow + 11'000, kNow + kDayMs, 100)) == 10);
    CHECK(TRY(delete_reports(transaction, 10, 4)) == 4);
    CHECK(TRY(delete_reports(transaction, 10, 100)) == 6);
    CHECK(TRY(delete_reports(transaction, 10, 100)) == 0);
    CHECK(TRY(end_of_old(transaction, kNow + 11'000, kNow + kDayMs, 100)) == 0);
    CHECK(*TRY(oldest_received_ms(transaction)) == kNow + 11'000);
    return {};
  }));
}

TEST_CASE("a report from the future keeps no old one behind it, one from the past takes no young one with it") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  std::vector<LogRow> rows;
  for (std::int64_t i = 1; i <= 9; ++i) rows.push_back(row(entry(i)));
  rows[0].received_ms = rows[2].received_ms = kNow + 999 * kDayMs;
  rows[6].received_ms = 0;
  REQUIRE(fresh.database().write([&](sql::Transaction& transaction) -> Result<> {
    TRY(append_reports(transaction, rows));
    CHECK(TRY(end_of_old(transaction, kNow + 5'000, kNow + kDayMs, 100)) == 4);
    CHECK(TRY(end_of_old(transaction, kNow + 1, kNow + kDayMs, 100)) == 0);
    CHECK(TRY(first_dated_row(transaction, 0, kNow + kDayMs))->log_id == 2);
    CHECK(TRY(first_dated_row(transaction, 2, kNow + kDayMs))->log_id == 4);
    CHECK_FALSE(TRY(first_dated_row(transaction, 9, kNow + kDayMs)));
    return {};
  }));
}

namespace {

domain::DeviceState full_state() {
  domain::DeviceState state;
  state.accepted = domain::AcceptedSequences::from({{1, 5}, {9, 19, 4}, {4'000'000'000, 4'000'000'400}});
  state.log_id = 123'456;
  state.newest_sequence = 4'000'000'400;
  state.word = {domain::Occasion::going_to_sleep, kNow, kNow + 1, kNow + 2, 41.7, true};
  state.skew_ms = -5'000;
  state.thinned = 7, state.waiting = 9;
  for (std::size_t i = 0; i < domain::kSections; ++i) {
    state.newest_hash[i] = UINT64_MAX - i, state.logged_hash[i] = i;
    state.sampled_ms[i] = kNow - static_cast<std::int64_t>(i);
    state.varying[i] = std::string(i, '\0');
  }
  state.packs.resize(2);
  state.packs[1] = {UINT64_MAX, 50'000, 212, {}};
  for (int day = 0; day < 9; ++day) state.packs[1].capacity.add(kNow + day * kDayMs, 40'000 + day % 4);
  state.boots = {1, UINT64_MAX};
  state.restored_image = true;
  return state;
}

// As the first version of the server stored it.
std::string first_version_of(const domain::DeviceState& state) {
  std::string out(1, '\x01');
  Packer pack(out);
  pack.signed_number(state.log_id), pack.number(state.newest_sequence);
  pack.number(static_cast<std::uint64_t>(state.word.occasion));
  pack.signed_number(state.word.observed_ms), pack.signed_number(state.word.received_ms);
  pack.signed_number(state.word.promised_ms), pack.optional_real(state.word.percent);
  pack.number((state.word.on_ac ? 1 : 0) | (state.restored_image ? 2 : 0) | (state.battery_absent ? 4 : 0));
  pack.signed_number(state.skew_ms), pack.number(state.thinned), pack.number(state.waiting);
  pack.number(state.accepted.ranges().size());
  std::uint64_t previous = 0;
  for (const auto& range : state.accepted.ranges()) {
    pack.number(range.first - previous), pack.number(range.last - range.first);
    previous = range.last;
  }
  for (std::size_t i = 0; i < domain::kSections; ++i) {
    pack.number(state.newest_hash[i]), pack.number(state.logged_hash[i]);
    pack.signed_number(state.sampled_ms[i]), pack.text(state.varying[i]);
  }
  pack.number(state.boots.size());
  for (const std::uint64_t boot : state.boots) pack.number(boot);
  pack.number(state.packs.size());
  for (const auto& record : state.packs) {
    pack.number(record.key), pack.signed_number(record.design_mwh), pack.signed_number(record.cycles);
    pack.signed_number(record.capacity.open_day()), pack.number(record.capacity.readings().size());
    for (const auto& it : record.capacity.readings()) pack.signed_number(it.full_mwh), pack.signed_number(it.count);
    pack.number(record.capacity.closed().size());
    for (const auto& it : record.capacity.closed()) pack.signed_number(it.day), pack.signed_number(it.full_mwh);
  }
  return out;
}

}  // namespace

TEST_CASE("a state of the first version is still read, and stored shorter") {
  domain::DeviceState state = full_state();
  state.accepted = domain::AcceptedSequences::from({{1, 5}, {9, 19}});  // closed gaps were not counted then
  const std::string before = first_version_of(state);
  const auto read = decode_state(before);
  REQUIRE(read);
  CHECK((*read == state));
  CHECK(encode_state(*read).size() < before.size());
  CHECK((*decode_state(first_version_of({})) == domain::DeviceState{}));
  CHECK_FALSE(decode_state(before.substr(0, before.size() - 1)));
  CHECK_FALSE(decode_state("\x03" + before.substr(1)));
}

TEST_CASE("a state comes back as it was, with everything in it") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  const domain::DeviceState state = full_state();
  REQUIRE(fresh.database().write([&](sql::Transaction& transaction) -> Result<> {
    TRY(put_state(transaction, 7, "replaced below"));
    TRY(put_state(transaction, 7, encode_state(state)));
    TRY(put_state(transaction, 3, encode_state({})));
    TRY(put_section(transaction, 7, domain::Section::health, "old"));
    TRY(put_section(transaction, 7, domain::Section::health, std::string("a\0b", 3)));
    TRY(put_fleet_clock(transaction, {55, kNow}));
    TRY(put_fleet_clock(transaction, {56, kNow + 1}));
    return {};
  }));
  fresh.reopen();
  REQUIRE(fresh.database().read([&](sql::Snapshot& snapshot) -> Result<> {
    std::vector<std::int64_t> seen;
    TRY(each_state(snapshot, [&](std::int64_t agent_no, std::string_view bytes) {
      seen.push_back(agent_no);
      const auto back = decode_state(bytes);
      REQUIRE(back);
      CHECK((*back == (agent_no == 7 ? state : domain::DeviceState{})));
    }));
    CHECK(seen == std::vector<std::int64_t>{3, 7});
    const auto sections = TRY(sections_of(snapshot, 7));
    CHECK(sections[domain::index_of(domain::Section::health)] == std::string("a\0b", 3));
    CHECK_FALSE(sections[domain::index_of(domain::Section::frame)]);
    CHECK(TRY(fleet_clock(snapshot)).written_log_id == 56);
    CHECK(TRY(fleet_clock(snapshot)).alive_ms == kNow + 1);
    return {};
  }));
  REQUIRE(fresh.database().write([](sql::Transaction& transaction) { return delete_agent_state(transaction, 7); }));
  CHECK_FALSE((*fresh.database().read([](sql::Snapshot& snapshot) { return sections_of(snapshot, 7); }))[4]);
}

TEST_CASE("a pack keeps its identity when it moves to another laptop") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  const auto pack = [](std::int64_t agent_no, std::string name, std::string serial) {
    return Pack{pack_key(agent_no, name, "SMP", "5B10W", serial), name, "SMP", "5B10W", serial, "Li-poly", 50'000};
  };
  CHECK(pack_key(1, "BAT0", "SMP", "5B10W", " 4711 ") == pack_key(2, "BAT1", "SMP", "5B10W", "4711"));
  for (const char* serial : {"", "0", "00000", "11111", "  "}) {
    CHECK(pack_key(1, "BAT0", "SMP", "5B10W", serial) != pack_key(2, "BAT0", "SMP", "5B10W", serial));
  }
  REQUIRE(fresh.database().write([&](sql::Transaction& transaction) -> Result<> {
    const std::vector<Pack> first{pack(1, "BAT0", "4711"), pack(1, "BAT1", "4712")};
    TRY(put_packs(transaction, 1, first, kNow));
    TRY(put_packs(transaction, 1, first, kNow + 1));
    const std::vector<Pack> left{pack(1, "BAT0", "4711")};
    TRY(put_packs(transaction, 1, left, kNow + 2));
    const std::vector<Pack> moved{pack(2, "BAT0", "4712")};
    TRY(put_packs(transaction, 2, moved, kNow + 3));
    const auto before = TRY(stays_of_agent(transaction, 1)), after = TRY(stays_of_agent(transaction, 2));
    REQUIRE(before.size() == 2);
    const auto& gone = before[0].key == moved[0].key ? before[0] : before[1];
    CHECK(gone.key == moved[0].key);
    CHECK(gone.name == "BAT1");
    CHECK(gone.until_ms == kNow + 2);
    REQUIRE(after.size() == 1);
    CHECK(after[0].key == moved[0].key);
    CHECK_FALSE(after[0].until_ms);
    TRY(delete_pack_stays(transaction, 1));
    CHECK(TRY(stays_of_agent(transaction, 2)).size() == 1);
    CHECK(TRY(stays_of_agent(transaction, 1)).empty());
    return {};
  }));
}

TEST_CASE("an access point's hours add up, the busiest first, and go by age") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  REQUIRE(fresh.database().write([&](sql::Transaction& transaction) -> Result<> {
    TRY(add_access_point_hour(transaction, {"aa", 10, "wifi", "north", 2, 2, -130, -70}));
    TRY(add_access_point_hour(transaction, {"aa", 10, "wifi", "north", 1, 0, 0, 0}));
    TRY(add_access_point_hour(transaction, {"aa", 11, "renamed", "south", 1, 1, -50, -50}));
    TRY(add_access_point_hour(transaction, {"bb", 10, "wifi", "north", 3, 0, 0, 0}));
    auto all = TRY(busiest_access_points(transaction, 10));
    REQUIRE(all.size() == 2);
    CHECK(all[0].sum.bssid == "aa");
    CHECK(all[0].sum.reports == 4);
    CHECK(all[0].sum.signals == 3);
    CHECK(all[0].sum.signal_sum == -180);
    CHECK(all[0].sum.signal_min == -70);
    CHECK(all[0].sum.ssid == "renamed");
    CHECK(all[0].sum.hour == 10);
    CHECK(all[0].last_hour == 11);
    CHECK(TRY(busiest_access_points(transaction, 1)).size() == 1);
    CHECK(TRY(delete_access_point_hours(transaction, 11, 1)) == 1);
    CHECK(TRY(delete_access_point_hours(transaction, 11, 10)) == 1);
    CHECK(TRY(delete_access_point_hours(transaction, 11, 10)) == 0);
    return {};
  }));
}
