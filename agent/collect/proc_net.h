// Parsers of /proc/net's tables. All are pure; a line that makes no sense is skipped, for one odd tunnel must
// not hide the other interfaces.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::collect {

// Addresses and masks are what the kernel prints: the four bytes in network order read as this machine's
// number.
struct Route4 {
  std::string interface;
  std::uint32_t destination{}, gateway{}, mask{};
  std::int64_t metric{};
};
std::vector<Route4> parse_routes4(std::string_view proc_net_route);

// The machine's own IPv4 addresses, in the same form, loopback left out: the "host LOCAL" leaves.
std::vector<std::uint32_t> parse_local4(std::string_view proc_net_fib_trie);

struct Address6 {
  std::string interface;
  std::string address;  // RFC 5952
  bool link_local{};
};
std::vector<Address6> parse_addresses6(std::string_view proc_net_if_inet6);

// Default routes that lead somewhere: interface and metric.
struct Default6 {
  std::string interface;
  std::int64_t metric{};
};
std::vector<Default6> parse_defaults6(std::string_view proc_net_ipv6_route);

// Signal in dBm by interface; what the driver counts in its own units is left out.
std::map<std::string, std::int64_t, std::less<>> parse_wireless(std::string_view proc_net_wireless);

// "192.0.2.1" of an address in the form above.
std::string address4_text(std::uint32_t address);

}  // namespace rollcall::collect
