// The school that the tests of this folder agree on.
#pragma once

#include "agent/collect/runner.h"

namespace rollcall::collect {

inline constexpr const char* kMachines = "tests/fixtures/machines";

// append, because g++ 12 warns falsely of operator+ when it optimises.
inline std::string fixture_path(const std::string& name) {
  return std::string(kMachines).append("/").append(name);
}

inline std::shared_ptr<const Machine> fixture(const std::string& name) {
  return std::make_shared<const FixtureMachine>(fixture_path(name));
}

inline wire::Policy school_policy() {
  wire::Policy policy;
  policy.school_ssids = {"Lincoln Students", "Lincoln Staff"};
  policy.school_networks = {"10.20.0.0/16", "2001:db8:20::/48"};
  return policy;
}

// Monday to Friday, 7:30 to 15:45 in New York.
inline wire::Policy::SchoolHours school_hours() {
  return {"America/New_York", {1, 2, 3, 4, 5}, 450, 945};
}

inline LinkFacts good_link() {
  LinkFacts link;
  link.dns_ms = 4;
  link.connect_ms = 7;
  link.tls_ms = 21;
  link.portal = wire::PortalState::clear;
  link.tls_intercepted = false;
  return link;
}

}  // namespace rollcall::collect
