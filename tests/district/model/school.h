// The schools of the simulated district: bells, rooms, Wi-Fi. Six of them, so that a school's board looks
// like a school and a district's like a district; names, bells and shares are made up.
#pragma once

#include <string>
#include <vector>

#include "tests/district/model/dice.h"

namespace rollcall::district {

struct Period {
  int start_minute{}, end_minute{};  // after local midnight
};

struct School {
  std::string id, name, ssid, network;  // as server.yaml has them
  std::vector<Period> bells;
  double share{};       // of the district's students
  int rooms{};
  double weak_rooms{};  // share of rooms in which the Wi-Fi is weak: old brick buildings have many
  double open_lids{};   // probability that a lesson uses laptops
};

const std::vector<School>& schools();

// From arrival to the end of clubs: what server.yaml calls the school's hours.
int opens_minute(const School& school);
int closes_minute(const School& school);

struct Room {
  int number{};
  bool weak{};
  int signal_dbm{};
};
// Where a student's timetable puts her in a period; the same room every day.
Room room_of(const Dice& dice, const School& school, int student, int period);

// The `schools:` section of a server.yaml that fits.
std::string schools_yaml(const std::string& zone, const std::vector<int>& weekdays);

}  // namespace rollcall::district
