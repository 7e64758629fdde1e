#include "tests/district/clock.h"

#include <catch2/catch.hpp>

#include "tests/temporary_folder.h"

using namespace rollcall;
using namespace rollcall::district;

TEST_CASE("a scaled clock runs fast until it has caught up, and never goes beyond") {
  FakeClock real(1'760'000'000'000);
  const ScaledClock clock(real, {real.wall_ms(), real.wall_ms() - kDayMs, 600});
  CHECK(clock.wall_ms() == real.wall_ms() - kDayMs);
  CHECK(clock.speed() == 600);
  real.advance(kSecondMs);
  CHECK(clock.wall_ms() == real.wall_ms() - kSecondMs - kDayMs + 600 * kSecondMs);
  CHECK(clock.monotonic_ms() == real.monotonic_ms());
  CHECK_FALSE(clock.has_caught_up());
  real.advance(kDayMs / 500);
  CHECK(clock.has_caught_up());
  CHECK(clock.wall_ms() == real.wall_ms());
  CHECK(clock.speed() == 1);
}

TEST_CASE("two programs live by the same clock through a file") {
  const TemporaryFolder folder;
  SystemFiles files;
  const auto path = scale_path(folder.path());
  REQUIRE(write_scale(files, path, {1'000, 500, 60}));
  const auto read = read_scale(files, path);
  REQUIRE(read);
  CHECK(read->real_ms == 1'000);
  CHECK(read->wall_ms == 500);
  CHECK(read->speed == 60);
  REQUIRE(files.write_atomic(path, "1 2 0\n", 0600));
  CHECK_FALSE(read_scale(files, path));
}

TEST_CASE("without the file it is the real time") {
  const TemporaryFolder folder;
  SystemFiles files;
  const auto scale = read_scale(files, scale_path(folder.path()));
  REQUIRE(scale);
  FakeClock real;
  CHECK(ScaledClock(real, *scale).wall_ms() == real.wall_ms());
}
