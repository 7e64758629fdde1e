#include "tests/district/model/school.h"

#include <fmt/format.h>

#include <array>

namespace rollcall::district {
namespace {

std::vector<Period> ring(int start, int periods, int length, int pause, int lunch_after, int lunch) {
  std::vector<Period> bells;
  int minute = start;
  for (int period = 1; period <= periods; ++period) {
    bells.push_back({minute, minute + length});
    minute += length + (period == lunch_after ? lunch : pause);
  }
  return bells;
}

std::string clock_text(int minute) { return fmt::format("{:02}:{:02}", minute / 60, minute % 60); }

}  // namespace

const std::vector<School>& schools() {
  static const auto high = ring(8 * 60, 7, 47, 5, 4, 35), middle = ring(7 * 60 + 45, 8, 42, 4, 4, 30),
                    elementary = ring(8 * 60 + 30, 5, 60, 10, 3, 45);
  static const std::vector<School> table = {
      {"north-high", "North High", "North-Student", "10.20.0.0/16", high, 0.30, 60, 0.04, 0.80},
      {"south-high", "South High", "South-Student", "10.21.0.0/16", high, 0.22, 46, 0.12, 0.75},
      {"riverside-middle", "Riverside Middle School", "Riverside", "10.22.0.0/16", middle, 0.18, 38, 0.03, 0.65},
      {"lincoln-middle", "Lincoln Middle School", "Lincoln", "10.23.0.0/16", middle, 0.14, 30, 0.10, 0.65},
      {"oak-elementary", "Oak Elementary", "Oak", "10.24.0.0/16", elementary, 0.09, 20, 0.0, 0.40},
      {"maple-elementary", "Maple Elementary", "Maple", "10.25.0.0/16", elementary, 0.07, 16, 0.06, 0.40},
  };
  return table;
}

int opens_minute(const School& school) { return school.bells.front().start_minute - 30; }
int closes_minute(const School& school) { return school.bells.back().end_minute + 45; }

Room room_of(const Dice& dice, const School& school, int student, int period) {
  Room room;
  room.number = dice.of("timetable").of(student).of(period).pick(1, school.rooms);
  const Dice walls = dice.of("room").of(school.id).of(room.number);
  room.weak = walls.of("weak").chance(school.weak_rooms);
  const double middle = room.weak ? -80 : -54;
  room.signal_dbm = static_cast<int>(middle + 5 * walls.of("signal").sway() + 4 * dice.of("seat").of(student).sway());
  return room;
}

std::string schools_yaml(const std::string& zone, const std::vector<int>& weekdays) {
  constexpr std::array kDays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  std::string days;
  for (const int day : weekdays) {
    days += (days.empty() ? "" : ", ") + std::string(kDays[static_cast<std::size_t>(day - 1)]);
  }
  std::string out = "schools:\n";
  for (const School& school : schools()) {
    out += fmt::format(
        "  - id: {}\n    name: {}\n    ssids: [{}]\n    networks: [{}]\n    hours:\n      time_zone: {}\n"
        "      days: [{}]\n      start: \"{}\"\n      end: \"{}\"\n",
        school.id, school.name, school.ssid, school.network, zone, days, clock_text(opens_minute(school)),
        clock_text(closes_minute(school)));
  }
  return out;
}

}  // namespace rollcall::district
