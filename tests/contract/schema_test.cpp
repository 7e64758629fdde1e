#include <catch2/catch.hpp>

#include "tests/contract/contract.h"

using namespace rollcall;

TEST_CASE("a fresh database has the schema that the program knows, also after a restart") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  const auto known = storage::sqlite_migrations();
  const auto version = [&] {
    return fresh.database().read(
        [&](sql::Snapshot& snapshot) { return storage::schema_version(snapshot, known); });
  };
  CHECK(version() == known.back().number);
  fresh.reopen();
  CHECK(version() == known.back().number);
}
