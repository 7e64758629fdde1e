#include "common/base/address.h"

#include <arpa/inet.h>

#include <algorithm>

#include "common/base/text.h"

namespace rollcall {
namespace {

constexpr unsigned kMappedBits = 96;
constexpr std::array<unsigned char, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr std::size_t kHouseholdBytes = 8;
constexpr std::size_t kBlockBytes = 6;

std::string prefix_of(Address address, std::size_t bytes) {
  std::fill(address.bytes.begin() + static_cast<std::ptrdiff_t>(bytes), address.bytes.end(), 0);
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(AF_INET6, address.bytes.data(), text.data(), text.size());
  return text.data();
}

}  // namespace

bool Address::is_v4() const { return std::equal(kMapped.begin(), kMapped.end(), bytes.begin()); }

std::optional<Address> parse_address(std::string_view text) {
  const std::string terminated(text);
  if (terminated.size() != std::string_view(terminated.c_str()).size()) return std::nullopt;
  Address address;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
  std::ranges::copy(kMapped, address.bytes.begin());
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data() + kMapped.size()) == 1) return address;
  return std::nullopt;
}

bool Network::contains(const Address& address) const {
  if (base.is_v4() != address.is_v4()) return false;
  for (unsigned bit = 0; bit < length; ++bit) {
    const unsigned differs = address.bytes[bit / 8] ^ base.bytes[bit / 8];
    if (differs & (0x80u >> (bit % 8))) return false;
  }
  return true;
}

std::optional<Network> parse_network(std::string_view text) {
  const auto slash = text.find('/');
  const auto base = parse_address(text.substr(0, slash));
  if (!base) return std::nullopt;
  if (slash == std::string_view::npos) return Network{*base, 128};
  const bool dotted = text.substr(0, slash).find(':') == std::string_view::npos;
  const auto digits = text.substr(slash + 1);
  const auto length = parse_number<unsigned>(digits);
  if (!length || !std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  if (*length > (dotted ? 32u : 128u)) return std::nullopt;
  return Network{*base, dotted ? *length + kMappedBits : *length};
}

std::string neighborhood_of(std::string_view address) {
  const auto parsed = parse_address(address);
  if (!parsed || parsed->is_v4()) return std::string(parsed ? address.substr(address.rfind(':') + 1) : address);
  return prefix_of(*parsed, kHouseholdBytes) + "/64";
}

std::string block_of(std::string_view address) {
  const auto parsed = parse_address(address);
  if (!parsed) return std::string(address);
  if (!parsed->is_v4()) return prefix_of(*parsed, kBlockBytes) + "/48";
  const auto dotted = neighborhood_of(address);
  return dotted.substr(0, dotted.rfind('.')) + ".0/24";
}

}  // namespace rollcall
