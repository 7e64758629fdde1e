#include "server/service/policies.h"

#include <algorithm>
#include <utility>

#include "common/base/address.h"
#include "common/wire/policy.h"

namespace rollcall::service {

Policies::Policies(wire::Policy fallback, std::vector<School> schools)
    : fallback_(std::move(fallback)), schools_(std::move(schools)) {
  fallback_.digest = wire::digest_of(fallback_);
  for (std::size_t i = 0; i < schools_.size(); ++i) {
    schools_[i].policy.digest = wire::digest_of(schools_[i].policy);
    index_.emplace(schools_[i].id, i);
  }
}

const wire::Policy& Policies::of(std::string_view school_id) const {
  const auto found = index_.find(school_id);
  return found == index_.end() ? fallback_ : schools_[found->second].policy;
}

bool Policies::on_school_network(const wire::Policy& policy, std::string_view ssid, std::string_view address) {
  if (!ssid.empty() && std::ranges::find(policy.school_ssids, ssid) != policy.school_ssids.end()) return true;
  const auto peer = parse_address(address);
  return peer && std::ranges::any_of(policy.school_networks, [&](const auto& cidr) {
    const auto network = parse_network(cidr);
    return network && network->contains(*peer);
  });
}

}  // namespace rollcall::service
