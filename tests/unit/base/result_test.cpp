#include "common/base/result.h"

#include <catch2/catch.hpp>
#include <memory>

#include "common/base/log.h"

using namespace rollcall;

namespace {

Result<std::unique_ptr<int>> make(bool good) {
  if (!good) return fail(Errc::io, "broken", "a.b");
  return std::make_unique<int>(7);
}

Result<int> twice(bool good) {
  const auto value = TRY(make(good));
  return *value * 2;
}

Result<> nothing(bool good) {
  if (!good) return fail(Errc::timeout, "late");
  return {};
}

Result<int> after_nothing(bool good) {
  TRY(nothing(good));
  return 1;
}

}  // namespace

TEST_CASE("TRY hands on the value or leaves with the error as it was") {
  CHECK(*twice(true) == 14);
  const auto failed = twice(false);
  REQUIRE(!failed);
  CHECK(failed.error().code == Errc::io);
  CHECK(failed.error().message == "broken");
  CHECK(failed.error().field == "a.b");
  CHECK(after_nothing(true));
  CHECK(after_nothing(false).error().code == Errc::timeout);
}

TEST_CASE("context is put in front of an error's message and leaves its code alone") {
  const auto failed = with(twice(false), "reading the battery");
  REQUIRE(!failed);
  CHECK(failed.error().message == "reading the battery: broken");
  CHECK(failed.error().code == Errc::io);
  CHECK(*with(twice(true), "unused") == 14);
}

TEST_CASE("every kind of error has a name of its own") {
  CHECK(name_of(Errc::invalid_argument) == "invalid_argument");
  CHECK(name_of(Errc::storage_full) == "storage_full");
  CHECK(name_of(Errc::internal) == "internal");
}
