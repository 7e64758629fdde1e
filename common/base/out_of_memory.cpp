#include "common/base/out_of_memory.h"

#include <unistd.h>

#include <cstdlib>
#include <new>

namespace rollcall {
namespace {

[[noreturn]] void give_up() {
  // Nothing that allocates, the log included.
  constexpr char kWords[] = "out of memory: aborting\n";
  static_cast<void>(!write(STDERR_FILENO, kWords, sizeof kWords - 1));
  std::abort();
}

}  // namespace

void abort_without_memory() { std::set_new_handler(give_up); }

}  // namespace rollcall
