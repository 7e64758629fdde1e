#include "server/service/schools.h"

#include "tests/unit/service/records_fixture.h"

namespace rollcall::service {
namespace {

std::vector<std::string> names(const Schools& schools) {
  std::vector<std::string> out;
  for (const auto& school : schools.all()) out.push_back(school.name);
  return out;
}

TEST_CASE("the configuration's schools are written down once and follow its names") {
  contract::FreshDatabase fresh(contract::Engine::sqlite);
  const FakeClock clock;
  Schools first(fresh.database(), clock);
  const std::vector<ConfiguredSchool> two{{"south", "South High", {}}, {"north", "North High", {}}};
  must(first.load(two));
  CHECK(names(first) == std::vector<std::string>{"North High", "South High"});

  Schools second(fresh.database(), clock);
  const std::vector<ConfiguredSchool> renamed{{"north", "Northern High", {}}};
  must(second.load(renamed));
  CHECK(names(second) == std::vector<std::string>{"Northern High", "South High"});
  CHECK(second.find("north")->created_ms == first.find("north")->created_ms);
}

TEST_CASE("a school that is not there is refused with the field and the remedy") {
  const Records records;
  CHECK(records.schools.expect("north", "school"));
  const auto refused = records.schools.expect("east\n", "school");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().field == "school");
  CHECK_THAT(refused.error().message, Catch::Contains("no school east") && Catch::Contains("server.yaml"));
}

}  // namespace
}  // namespace rollcall::service
