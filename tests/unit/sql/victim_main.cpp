// sql_victim PATH N: runs the workload on a disk whose Nth fsync fails, and writes the number of every
// acknowledged row to standard output, a byte each. Exits 0 when the workload ended before the Nth.
#include <sqlite3.h>
#include <unistd.h>

#include "common/base/text.h"
#include "common/sql/simulated_disk.h"
#include "tests/unit/sql/workload.h"

using namespace rollcall;
using namespace rollcall::sql;

int main(int count, char** arguments) {
  const auto nth = count == 3 ? parse_number<int>(arguments[2]) : std::nullopt;
  if (!nth) return 2;
  SimulatedDisk disk;
  const FaultyVfs vfs(disk);
  disk.inject({.operation = Access::Operation::sync, .nth = *nth, .code = SQLITE_IOERR_FSYNC});
  sample::run_workload(arguments[1], vfs.name(), [](int row) {
    const auto byte = static_cast<unsigned char>(row);
    if (write(STDOUT_FILENO, &byte, 1) != 1) _exit(2);
  });
  return disk.fault_happened() ? 1 : 0;
}
