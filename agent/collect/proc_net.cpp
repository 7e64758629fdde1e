#include "agent/collect/proc_net.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>

#include "agent/collect/read.h"

namespace rollcall::collect {
namespace {

constexpr std::uint32_t kRouteUp = 0x1, kRouteReject = 0x200;  // linux/route.h
constexpr std::size_t kMaxRows = 1024;

std::optional<std::uint32_t> hex32(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Calls `visit(words)` for each line of at least `columns` words, so that no table can grow without end.
template <class Visit>
void each_row(std::string_view text, std::size_t columns, Visit visit) {
  std::size_t rows = 0;
  while (!text.empty() && rows++ < kMaxRows) {
    const auto end = text.find('\n');
    const auto words = words_of(text.substr(0, end));
    if (words.size() >= columns) visit(words);
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::string> address6_text(std::string_view hex) {
  std::array<unsigned char, 16> bytes{};
  if (hex.size() != 32) return std::nullopt;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = hex32(hex.substr(2 * i, 2));
    if (!byte) return std::nullopt;
    bytes[i] = static_cast<unsigned char>(*byte);
  }
  char text[INET6_ADDRSTRLEN];
  return inet_ntop(AF_INET6, bytes.data(), text, sizeof text) ? std::optional<std::string>(text)
                                                              : std::nullopt;
}

}  // namespace

std::vector<Route4> parse_routes4(std::string_view proc_net_route) {
  // Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT
  std::vector<Route4> routes;
  each_row(proc_net_route, 8, [&](const auto& words) {
    const auto destination = hex32(words[1]), gateway = hex32(words[2]), flags = hex32(words[3]);
    const auto metric = number_in(words[6], 0, 0xFFFF'FFFF);
    const auto mask = hex32(words[7]);
    if (!destination || !gateway || !flags || !metric || !mask) return;
    if ((*flags & kRouteUp) == 0 || (*flags & kRouteReject) != 0) return;
    routes.push_back({std::string(words[0]), *destination, *gateway, *mask, *metric});
  });
  return routes;
}

std::vector<std::uint32_t> parse_local4(std::string_view proc_net_fib_trie) {
  std::vector<std::uint32_t> found;
  std::uint32_t leaf = 0;
  bool have_leaf = false;
  each_row(proc_net_fib_trie, 2, [&](const auto& words) {
    if (words[0] == "|--") {
      in_addr address{};
      have_leaf = inet_pton(AF_INET, std::string(words[1]).c_str(), &address) == 1;
      leaf = address.s_addr;
    } else if (have_leaf && words.size() >= 3 && words[0] == "/32" && words[1] == "host" &&
               words[2] == "LOCAL") {
      const bool loopback = (ntohl(leaf) >> 24) == 127;
      // The main and the local table hold the same leaves.
      if (!loopback && std::ranges::find(found, leaf) == found.end()) found.push_back(leaf);
    }
  });
  return found;
}

std::vector<Address6> parse_addresses6(std::string_view proc_net_if_inet6) {
  // address index prefix-length scope flags interface
  std::vector<Address6> found;
  each_row(proc_net_if_inet6, 6, [&](const auto& words) {
    constexpr std::uint32_t kScopeHost = 0x10, kScopeLink = 0x20;
    auto address = address6_text(words[0]);
    const auto scope = hex32(words[3]);
    if (!address || !scope || *scope == kScopeHost) return;
    found.push_back({std::string(words[5]), std::move(*address), *scope == kScopeLink});
  });
  return found;
}

std::vector<Default6> parse_defaults6(std::string_view proc_net_ipv6_route) {
  // destination length source length next-hop metric references use flags interface
  std::vector<Default6> found;
  each_row(proc_net_ipv6_route, 10, [&](const auto& words) {
    const bool any =
        words[0].find_first_not_of('0') == std::string_view::npos && words[1] == "00" && words[3] == "00";
    const auto metric = hex32(words[5]), flags = hex32(words[8]);
    if (!any || !metric || !flags || (*flags & kRouteUp) == 0 || (*flags & kRouteReject) != 0) return;
    if (words[9] == "lo") return;
    found.push_back({std::string(words[9]), *metric});
  });
  return found;
}

std::map<std::string, std::int64_t, std::less<>> parse_wireless(std::string_view proc_net_wireless) {
  // interface: status link level noise …; a level in dBm is negative and ends with a point.
  std::map<std::string, std::int64_t, std::less<>> found;
  each_row(proc_net_wireless, 4, [&](const auto& words) {
    auto name = words[0], level = words[3];
    if (!name.ends_with(':')) return;
    name.remove_suffix(1);
    if (level.ends_with('.')) level.remove_suffix(1);
    // -256 is "no value" of drivers that only fill the link's quality.
    if (const auto dbm = number_in(level, -200, -1)) found.emplace(name, *dbm);
  });
  return found;
}

std::string address4_text(std::uint32_t address) {
  char text[INET_ADDRSTRLEN];
  const in_addr value{address};
  return inet_ntop(AF_INET, &value, text, sizeof text) ? text : "";
}

}  // namespace rollcall::collect
