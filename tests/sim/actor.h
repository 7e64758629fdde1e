// Somebody who makes things happen: students, a technician, bad luck, the counter. Loans and repairs join
// the simulation as actors of their own.
#pragma once

#include "tests/sim/school.h"

namespace rollcall::sim {

class Actor {
 public:
  virtual ~Actor() = default;
  // Once, before the first instant: puts all that it will do into the world's queue (or a first step that
  // plans the next). It draws from a stream of its own, World::stream(name).
  virtual void plan(School& school) = 0;
};

std::unique_ptr<Actor> make_technician();  // enrols, puts images on, repairs clocks
std::unique_ptr<Actor> make_students();    // lids, chargers, ways home
std::unique_ptr<Actor> make_trouble();     // power cuts, network cuts, full disks
std::unique_ptr<Actor> make_counter();     // devices change hands

}  // namespace rollcall::sim
