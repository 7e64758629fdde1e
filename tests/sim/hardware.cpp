#include "tests/sim/hardware.h"

namespace rollcall::sim {

void Hardware::cut_power() {
  supply_.powered = false;
  supply_.fuse = 0;
  supply_.disk.cut_power();
}

Result<> Hardware::restore_power(Random& random) {
  TRY(supply_.disk.restore_power(&random));
  TRY(files_.forget(random));
  supply_.powered = true;
  return {};
}

bool Hardware::Supply::touch() {
  if (fuse > 0 && --fuse == 0) {
    powered = false;
    disk.cut_power();
  }
  return powered;
}

int Hardware::Supply::before(const sql::Access& access) {
  const bool has_power = touch();
  if (lie == Lie::database && has_power && access.operation == sql::Access::Operation::sync) return 0;
  return disk.before(access);
}

}  // namespace rollcall::sim
