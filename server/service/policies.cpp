#include "server/service/policies.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "common/base/text.h"
#include "common/wire/policy.h"

namespace rollcall::service {
namespace {

// Every address as IPv6: IPv4 is mapped (RFC 4291, 2.5.5.2), so that both spellings of one compare equal.
struct Address {
  std::array<unsigned char, 16> bytes{};
  bool is_v4{};
};

std::optional<Address> parse_address(std::string_view text) {
  const std::string terminated(text);
  Address address;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data() + 12) != 1) return std::nullopt;
  address.bytes[10] = address.bytes[11] = 0xFF;
  address.is_v4 = true;
  return address;
}

bool lies_in(const Address& address, std::string_view cidr) {
  const std::size_t slash = cidr.find('/');
  const auto network = parse_address(cidr.substr(0, slash));
  if (!network) return false;
  const unsigned most = network->is_v4 ? 32 : 128;
  unsigned length = most;
  if (slash != std::string_view::npos) {
    const auto written = parse_number<unsigned>(cidr.substr(slash + 1));
    if (!written || *written > most) return false;
    length = *written;
  }
  if (network->is_v4) length += 96;
  for (unsigned bit = 0; bit < length; ++bit) {
    const unsigned differs = address.bytes[bit / 8] ^ network->bytes[bit / 8];
    if (differs & (0x80u >> (bit % 8))) return false;
  }
  return true;
}

}  // namespace

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
  return peer && std::ranges::any_of(policy.school_networks, [&](const auto& cidr) { return lies_in(*peer, cidr); });
}

}  // namespace rollcall::service
