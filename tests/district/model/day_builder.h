// Strings a day's stretches together and keeps the battery's account: a laptop that runs empty is off until
// it gets power.
#pragma once

#include "tests/district/model/day.h"

namespace rollcall::district {

class DayBuilder {
 public:
  DayBuilder(const Student& student, Date date, double percent);

  struct Use {
    Place place{};
    bool on_ac{}, online{};
    Room room{};
  };
  // The lid is open, or closed, until `minute`; nothing when that is past.
  void open(int minute, const Use& use);
  void closed(int minute, Place place, bool on_ac);
  // How the open stretch that was added last ends, where it does not just fall asleep.
  void shut_down();
  void cut();

  int minute() const { return minute_; }
  double percent() const { return percent_; }

  Day finish(Place place) &&;
  Day finish_off(Place place) &&;

 private:
  void add(int until, Power power, const Use& use, double percent_a_minute, Ending ending);

  Day day_;
  double drain_;  // percent a minute with the lid open
  int minute_{};
  double percent_;
  bool on_{};    // started today and not off since
  bool flat_{};
  bool off_{};   // shut down or broken: a closed lid is no sleep
  int boots_{}, boot_minute_{};
};

}  // namespace rollcall::district
