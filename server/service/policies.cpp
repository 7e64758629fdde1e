#include "server/service/policies.h"

#include <algorithm>
#include <utility>

#include "common/wire/policy.h"

namespace rollcall::service {

Policies::Held Policies::hold(wire::Policy policy) {
  Held held{std::move(policy), {}};
  held.policy.digest = wire::digest_of(held.policy);
  for (const auto& cidr : held.policy.school_networks) {
    if (const auto network = parse_network(cidr)) held.networks.push_back(*network);
  }
  return held;
}

Policies::Policies(wire::Policy fallback, std::vector<ConfiguredSchool> schools) : fallback_(hold(std::move(fallback))) {
  for (auto& school : schools) schools_.emplace(std::move(school.id), hold(std::move(school.policy)));
}

const Policies::Held& Policies::held(std::string_view school_id) const {
  const auto found = schools_.find(school_id);
  return found == schools_.end() ? fallback_ : found->second;
}

const wire::Policy& Policies::of(std::string_view school_id) const { return held(school_id).policy; }

bool Policies::on_school_network(std::string_view school_id, std::string_view ssid, std::string_view address) const {
  const Held& school = held(school_id);
  const auto& ssids = school.policy.school_ssids;
  if (!ssid.empty() && std::ranges::find(ssids, ssid) != ssids.end()) return true;
  const auto peer = parse_address(address);
  return peer && std::ranges::any_of(school.networks, [&](const Network& network) { return network.contains(*peer); });
}

}  // namespace rollcall::service
