// Internet addresses as text and as bits. IPv4 and IPv4-mapped IPv6 (RFC 4291, 2.5.5.2) are one family, so that
// both spellings of an address compare equal. No names are ever resolved.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall {

struct Address {
  std::array<unsigned char, 16> bytes{};  // IPv4 mapped
  bool is_v4() const;
  bool operator==(const Address&) const = default;
};

// Numeric: "192.0.2.7", "2001:db8::7". Nothing for everything else.
std::optional<Address> parse_address(std::string_view text);

struct Network {
  Address base;
  unsigned length{};  // leading bits of the 128 that count
  // Never across the families: no IPv4 address lies in "::/0".
  bool contains(const Address& address) const;
  bool operator==(const Network&) const = default;
};

// "10.0.0.0/8", "2001:db8::/32", or one address. Bits behind the length are allowed and ignored.
std::optional<Network> parse_network(std::string_view text);

// What one household or one attacker has at least: the /64 of an IPv6 address, an IPv4 address itself; as text to
// count by. Text that is no address is its own.
std::string neighborhood_of(std::string_view address);

// What one attacker rents without effort: the /48 of an IPv6 address, the /24 of an IPv4 one; else as above. For
// what strangers share in turns and nobody is locked out of.
std::string block_of(std::string_view address);

}  // namespace rollcall
