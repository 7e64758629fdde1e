#include "server/domain/device_state.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>

using namespace rollcall;
using namespace rollcall::domain;

namespace {
constexpr std::int64_t kNow = 1'760'000'000'000;

ReportEntry entry(std::int64_t log_id, std::uint64_t sequence) {
  ReportEntry made;
  made.log_id = log_id;
  made.sequence = sequence;
  made.received_ms = made.observed_ms = kNow + static_cast<std::int64_t>(sequence) * 1'000;
  made.promised_ms = made.received_ms + 300'000;
  return made;
}

void with_battery(ReportEntry& made, ReportReading& reading, std::int64_t full_mwh, bool logged) {
  SectionPart& part = made.part(Section::battery);
  part.sampled = true;
  part.varying = "v" + std::to_string(made.sequence);
  reading.percent = 50;
  reading.packs = {{full_mwh, 300}};
  if (!logged) return;
  part.logged = true;
  part.hash = 77;
  reading.identities = {{4711, 50'000}};
}
}  // namespace

TEST_CASE("the newest report by sequence number tells the state, whatever arrives last") {
  DeviceState state;
  fold(state, entry(1, 10), {});
  fold(state, entry(2, 9), {});
  CHECK(state.newest_sequence == 10);
  CHECK(state.log_id == 2);
  CHECK(state.accepted.ranges() == std::vector<SequenceInterval>{{9, 10}});
}

TEST_CASE("an entry that was taken in already has no effect") {
  DeviceState state;
  ReportReading reading;
  ReportEntry first = entry(1, 1);
  with_battery(first, reading, 40'000, true);
  fold(state, first, reading);
  const DeviceState once = state;
  fold(state, first, reading);
  CHECK(state == once);
}

TEST_CASE("a section that is left out keeps its last good value") {
  DeviceState state;
  ReportReading reading;
  ReportEntry first = entry(1, 1);
  with_battery(first, reading, 40'000, true);
  fold(state, first, reading);
  fold(state, entry(2, 2), {});
  CHECK(state.varying[index_of(Section::battery)] == "v1");
  CHECK(state.word.percent == 50);
  CHECK(state.packs.size() == 1);
  CHECK(battery_summary(state).verdict == Verdict::good);
}

TEST_CASE("a pack keeps its days when another joins it, and a new pack starts without") {
  DeviceState state;
  ReportReading reading;
  ReportEntry first = entry(1, 1);
  with_battery(first, reading, 20'000, true);
  fold(state, first, reading);
  CHECK(battery_summary(state).verdict == Verdict::replace);
  ReportEntry second = entry(2, 2);
  second.part(Section::battery) = {true, true, 78, "x", "y"};
  ReportReading two;
  two.packs = {{49'000, 3}, {20'000, 300}};
  two.identities = {{9, 50'000}, {4711, 50'000}};
  fold(state, second, two);
  REQUIRE(state.packs.size() == 2);
  CHECK(state.packs[1].capacity.days()[0].full_mwh == 20'000);
  CHECK(state.packs[1].cycles == 300);
  CHECK(battery_summary(state).verdict == Verdict::replace);
  CHECK(battery_summary(state).health_percent == Approx(40.0));
}

TEST_CASE("a machine without a battery has no verdict; one that never told has an unknown one") {
  DeviceState state;
  CHECK(battery_summary(state).verdict == Verdict::unknown);
  fold(state, entry(1, 1), {.percent = {}, .on_ac = {}, .packs = {}, .identities = {}, .boot = 0, .battery_absent = true});
  CHECK(battery_summary(state).verdict == Verdict::none);
}

TEST_CASE("a repeat is a duplicate; a number used again by a boot never heard of is a restored disk") {
  DeviceState state;
  ReportEntry first = entry(1, 100);
  first.new_boot = true;
  fold(state, first, {.percent = {}, .on_ac = {}, .packs = {}, .identities = {}, .boot = 1, .battery_absent = false});
  fold(state, entry(2, 101), {});
  CHECK(admit(state, 102, 1, true) == Admission::fresh);
  CHECK(admit(state, 101, 1, true) == Admission::duplicate);
  CHECK(admit(state, 101, 2, false) == Admission::duplicate);  // backlog of another boot
  CHECK(admit(state, 100, 2, true) == Admission::reused);

  ReportEntry again = entry(3, 100);
  again.sequence_reset = again.new_boot = true;
  fold(state, again, {.percent = {}, .on_ac = {}, .packs = {}, .identities = {}, .boot = 2, .battery_absent = false});
  CHECK(state.restored_image);
  CHECK(state.newest_sequence == 100);
  CHECK(state.accepted.ranges() == std::vector<SequenceInterval>{{100, 100}});
  CHECK(admit(state, 101, 2, true) == Admission::fresh);
  CHECK(admit(state, 100, 2, true) == Admission::duplicate);
}

TEST_CASE("a steady part is logged when it differs from the log's last, and when it is the newest report's news") {
  DeviceState state;
  CHECK(must_log(state, Section::frame, 5, 1, false));
  ReportEntry first = entry(1, 10);
  first.part(Section::frame) = {true, true, 5, "", "a"};
  fold(state, first, {});
  CHECK_FALSE(must_log(state, Section::frame, 5, 11, false));
  CHECK(must_log(state, Section::frame, 6, 9, false));
  ReportEntry late = entry(2, 9);
  late.part(Section::frame) = {true, true, 6, "", "b"};
  fold(state, late, {});
  CHECK(must_log(state, Section::frame, 5, 11, false));       // not what was logged last
  CHECK(must_log(state, Section::frame, 6, 11, false));       // logged last, but news for the newest
  CHECK_FALSE(must_log(state, Section::frame, 6, 8, false));
}

TEST_CASE("replaying from any earlier state ends in the same state") {
  CHECK(rc::check([] {
    const auto sequences = *rc::gen::container<std::vector<std::uint64_t>>(rc::gen::inRange<std::uint64_t>(1, 60));
    std::vector<std::pair<ReportEntry, ReportReading>> log;
    DeviceState live;
    std::vector<DeviceState> snapshots{live};
    for (const auto sequence : sequences) {
      if (admit(live, sequence, 1, false) != Admission::fresh) continue;
      ReportReading reading;
      ReportEntry made = entry(static_cast<std::int64_t>(log.size()) + 1, sequence);
      with_battery(made, reading, 40'000 + static_cast<std::int64_t>(sequence),
                   must_log(live, Section::battery, 77, sequence, false));
      fold(live, made, reading);
      log.emplace_back(made, reading);
      snapshots.push_back(live);
    }
    const auto from = *rc::gen::inRange<std::size_t>(0, snapshots.size());
    DeviceState replayed = snapshots[from];
    for (const auto& [made, reading] : log) fold(replayed, made, reading);
    RC_ASSERT(replayed == live);
  }));
}

TEST_CASE("the stored hash does not change between versions") {
  CHECK(stable_hash("BAT0") == 0xc14eed0199116326);
  CHECK(stable_hash("Sunwoda 5B10W13930 12345") == 0x7f65a0c877bcf0be);
  CHECK(stable_hash("a") != stable_hash("b"));
  CHECK(stable_hash(std::string("a\0", 2)) != stable_hash("a"));
}
