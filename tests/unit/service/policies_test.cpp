#include "server/service/policies.h"

#include <catch2/catch.hpp>

using namespace rollcall;
using namespace rollcall::service;

namespace {
wire::Policy policy() {
  wire::Policy made;
  made.school_ssids = {"school"};
  made.school_networks = {"10.1.0.0/16", "2001:db8::/33", "192.0.2.9", "garbage", "10.2.0.0/99"};
  return made;
}
}  // namespace

TEST_CASE("a school's network is known by its name or by the address that asks") {
  const Policies policies({}, {{"north", "North High", policy()}});
  CHECK(policies.on_school_network("north", "school", ""));
  CHECK_FALSE(policies.on_school_network("north", "School", ""));
  CHECK(policies.on_school_network("north", "", "10.1.255.1"));
  CHECK(policies.on_school_network("north", "", "::ffff:10.1.0.1"));
  CHECK_FALSE(policies.on_school_network("north", "home", "10.2.0.1"));
  CHECK(policies.on_school_network("north", "", "2001:db8:7fff::1"));
  CHECK_FALSE(policies.on_school_network("north", "", "2001:db8:8000::1"));
  CHECK(policies.on_school_network("north", "", "192.0.2.9"));
  CHECK_FALSE(policies.on_school_network("north", "", "192.0.2.8"));
  CHECK_FALSE(policies.on_school_network("north", "", "no address"));
  CHECK_FALSE(policies.on_school_network("south", "school", "10.1.255.1"));
}

TEST_CASE("a device without a school, or of one that is gone, has the fallback") {
  wire::Policy fallback;
  fallback.interval_s = 77;
  const Policies policies(fallback, {{"north", "North High", policy()}});
  CHECK(policies.of("").interval_s == 77);
  CHECK(policies.of("south").interval_s == 77);
  CHECK(policies.of("north").interval_s == 300);
  CHECK_FALSE(policies.of("north").digest.empty());
  CHECK(policies.of("north").digest != policies.of("").digest);
}
