// SQLite's memory with a fault: the Nth allocation from when it is armed finds none. Put in once, before anything
// uses SQLite. For programs with one thread.
#pragma once

#include <cstdint>

namespace rollcall::faults {

void install_failing_memory();

// With `lasting`, every later allocation fails as well.
void fail_allocation(std::int64_t nth, bool lasting);
void heal_memory();
bool allocation_failed();  // since it was armed

}  // namespace rollcall::faults
