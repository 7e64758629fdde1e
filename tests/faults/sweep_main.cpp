// fault_sweep           the first faults of each kind and a sample of the rest
// fault_sweep --all …   every single one
// Further arguments are Catch2's.
#include <cstdio>
#include <cstring>

#include "tests/faults/failing_memory.h"
#include "tests/faults/sweep_depth.h"
#include "tests/run_tests.h"

namespace rollcall::faults {
namespace {

bool all = false;

}  // namespace

Depth depth_for(const FaultKind& kind) {
  if (all) return {1, 1};
  // Thousands of allocations, hundreds of writes; primes, so that no rhythm of the workload is missed.
  return kind.operation ? Depth{12, 11} : Depth{12, 211};
}

}  // namespace rollcall::faults

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // the long form is watched
  rollcall::faults::install_failing_memory();
  if (argc > 1 && std::strcmp(argv[1], "--all") == 0) {
    rollcall::faults::all = true;
    argv[1] = argv[0];
    --argc, ++argv;
  }
  return rollcall::run_tests(argc, argv);
}
