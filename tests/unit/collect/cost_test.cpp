// What collecting costs its host. The ordinary test watches the heap; `unit_collect "[cost]"` measures 10,000
// collections of this very machine and prints CPU time and memory.
#include <malloc.h>
#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <iostream>

#include "tests/unit/collect/school.h"

namespace rollcall::collect {
namespace {

// Bytes that are allocated and not freed; 0 under a sanitizer, whose allocator does not say.
std::int64_t heap_bytes() {
  const auto info = mallinfo2();
  return static_cast<std::int64_t>(info.uordblks + info.hblkhd);
}

std::int64_t cpu_us() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto us = [](const timeval& time) { return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec; };
  return us(usage.ru_utime) + us(usage.ru_stime);
}

std::int64_t resident_kb() {
  const auto statm = SystemMachine().read("/proc/self/statm", Machine::kReadLimit).value_or("0 0");
  return std::stoll(statm.substr(statm.find(' '))) * 4;
}

TEST_CASE("the heap does not grow from one collection to the next") {
  FakeClock clock;
  const auto machine = fixture("thinkpad-t470-two-packs");
  Runner runner(machine, clock, all_collectors(), {"key", "0.1.0", run_in_place});
  Request request;
  request.policy = school_policy();
  request.policy.hours = school_hours();
  const auto collect = [&](int times) {
    for (int i = 0; i < times; ++i) {
      clock.advance(300'000);
      runner.run(request);
    }
  };
  collect(20);
  const auto before = heap_bytes();
  collect(300);
  CHECK(heap_bytes() - before < 4'096);
}

TEST_CASE("collecting this machine 10,000 times", "[.][cost]") {
  const SystemClock clock;
  Runner runner(std::make_shared<const SystemMachine>(), clock, all_collectors(),
                {"key", "0.1.0", run_in_place});
  Request request;
  request.policy.hours = school_hours();
  runner.run(request);
  std::int64_t resident = 0, cpu = 0, heap = 0;
  for (int i = 0; i < 10'100; ++i) {
    if (i == 100) resident = resident_kb(), heap = heap_bytes(), cpu = cpu_us();
    runner.run(request);
  }
  std::cout << "CPU a collection: " << (cpu_us() - cpu) / 10'000 << " us, resident " << resident << " kB -> "
            << resident_kb() << " kB, heap grew by " << heap_bytes() - heap << " bytes\n";
  CHECK(resident_kb() - resident < 256);
}

}  // namespace
}  // namespace rollcall::collect
