#include "tests/faults/failing_memory.h"

#include <sqlite3.h>

#include "common/base/check.h"

namespace rollcall::faults {
namespace {

sqlite3_mem_methods real;
std::int64_t left = 0;  // until the fault; 0: not armed, below: past it
bool armed = false, lasts = false, failed = false;

bool fails() {
  if (!armed) return false;
  --left;
  const bool now = left == 0 || (left < 0 && lasts);
  failed = failed || now;
  return now;
}

void* allocate(int bytes) { return fails() ? nullptr : real.xMalloc(bytes); }
void* resize(void* old, int bytes) { return fails() ? nullptr : real.xRealloc(old, bytes); }

}  // namespace

void install_failing_memory() {
  CHECK(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real) == SQLITE_OK);
  sqlite3_mem_methods failing = real;
  failing.xMalloc = allocate;
  failing.xRealloc = resize;
  CHECK(sqlite3_config(SQLITE_CONFIG_MALLOC, &failing) == SQLITE_OK);
}

void fail_allocation(std::int64_t nth, bool lasting) {
  left = nth;
  armed = true;
  lasts = lasting;
  failed = false;
}

void heal_memory() { armed = false; }

bool allocation_failed() { return failed; }

}  // namespace rollcall::faults
