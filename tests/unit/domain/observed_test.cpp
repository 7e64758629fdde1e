#include "server/domain/observed.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>

using namespace rollcall;
using namespace rollcall::domain;

namespace {
constexpr std::int64_t kReceived = 1'760'000'000'000;
constexpr std::int64_t kEnrolled = kReceived - 30 * kDayMs;
}  // namespace

TEST_CASE("within a boot the monotonic clock dates a sample, however wrong the wall clock is") {
  const SampleTimes twenty_years_off{true, 1'000, 0, 61'000, 60'000, kReceived, kEnrolled};
  CHECK(observed_ms(twenty_years_off) == kReceived - 60'000);
}

TEST_CASE("a sample of another boot is dated by the wall clock, clamped to what can be true") {
  CHECK(observed_ms({false, 5, kReceived - kHourMs, 9, kReceived, kReceived, kEnrolled}) == kReceived - kHourMs);
  CHECK(observed_ms({false, 5, kReceived + 7'300 * kDayMs, 9, 0, kReceived, kEnrolled}) == kReceived);
  CHECK(observed_ms({false, 5, 0, 9, 0, kReceived, kEnrolled}) == kEnrolled);
}

TEST_CASE("a monotonic clock that went back is not believed") {
  CHECK(observed_ms({true, 9'000, kReceived - kMinuteMs, 8'000, 0, kReceived, kEnrolled}) == kReceived - kMinuteMs);
}

TEST_CASE("no input dates a sample before enrolment or after its arrival") {
  CHECK(rc::check([](bool same_boot) {
    const auto any = [] { return *rc::gen::inRange<std::int64_t>(0, 253'402'300'799'999); };
    const SampleTimes times{same_boot, any(), any(), any(), any(), kReceived, kEnrolled};
    RC_ASSERT(observed_ms(times) >= kEnrolled);
    RC_ASSERT(observed_ms(times) <= kReceived);
  }));
}
