#include "agent/collect/connectivity.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <limits>
#include <map>
#include <set>

#include "agent/collect/privacy.h"
#include "agent/collect/read.h"
#include "common/wire/limits.h"

namespace rollcall::collect {
namespace {

constexpr std::int64_t kMaxLinkMs = 3'600'000;
constexpr std::size_t kMaxRead = 256;  // a host of containers has that many; fewer are sent

std::string kind_of(const Machine& machine, const std::string& name) {
  const std::string folder = "/sys/class/net/" + name + "/";
  if (machine.exists(folder + "phy80211") || machine.exists(folder + "wireless")) return "wifi";
  // Bridges, tunnels and containers' ends have no hardware behind them.
  if (machine.exists("/sys/devices/virtual/net/" + name)) return "other";
  return read_attribute(machine, folder + "type").value_or("1") == "1" ? "ethernet" : "other";
}

bool is_up(const Machine& machine, const std::string& name) {
  const std::string folder = "/sys/class/net/" + name + "/";
  const auto state = read_attribute(machine, folder + "operstate").value_or("");
  // Some drivers never say; then the carrier does.
  return state == "up" || (state == "unknown" && read_attribute(machine, folder + "carrier") == "1");
}

Result<NetworkFacts> read_network(const Machine& machine) {
  NetworkFacts facts;
  auto names = machine.list("/sys/class/net");
  if (!names && names.error().code != Errc::not_found) return std::unexpected(std::move(names.error()));
  for (const auto& name : names.value_or(std::vector<std::string>())) {
    // bonding_masters is a plain file among the interfaces' folders.
    if (name == "lo" || name == "bonding_masters") continue;
    facts.interfaces.push_back({name, kind_of(machine, name), is_up(machine, name)});
    if (facts.interfaces.size() == kMaxRead) break;
  }
  constexpr std::size_t limit = 8 * Machine::kReadLimit;
  const auto text = [&](std::string_view path) { return machine.read(path, limit).value_or(std::string()); };
  facts.routes4 = parse_routes4(text("/proc/net/route"));
  facts.local4 = parse_local4(text("/proc/net/fib_trie"));
  facts.addresses6 = parse_addresses6(text("/proc/net/if_inet6"));
  facts.defaults6 = parse_defaults6(text("/proc/net/ipv6_route"));
  facts.signals = parse_wireless(text("/proc/net/wireless"));
  if (auto links = machine.wifi_links()) facts.wifi_links = std::move(*links);
  return facts;
}

using AddressesByInterface = std::multimap<std::string, std::string, std::less<>>;

// An IPv4 address belongs to the interface with the longest directly connected network that holds it.
AddressesByInterface addresses_of(const NetworkFacts& facts) {
  AddressesByInterface addresses;
  for (const auto address : facts.local4) {
    const Route4* best = nullptr;
    for (const auto& route : facts.routes4) {
      const bool connected =
          route.gateway == 0 && route.mask != 0 && (address & route.mask) == route.destination;
      // Masks are in network order, where a longer one has more bits set.
      if (connected && (!best || std::popcount(route.mask) > std::popcount(best->mask))) best = &route;
    }
    if (best) addresses.emplace(best->interface, address4_text(address));
  }
  return addresses;
}

std::vector<std::string> addresses6_of(const NetworkFacts& facts, std::string_view interface) {
  std::vector<std::string> addresses;
  for (const auto& entry : facts.addresses6) {
    if (entry.interface == interface && !entry.link_local) addresses.push_back(entry.address);
  }
  return addresses;
}

struct DefaultRoutes {
  std::set<std::string, std::less<>> any;    // interfaces with a default route
  std::set<std::string, std::less<>> taken;  // those whose route wins, one a family
};

DefaultRoutes default_routes(const NetworkFacts& facts) {
  DefaultRoutes routes;
  const std::string* winner4 = nullptr;
  const std::string* winner6 = nullptr;
  auto metric4 = std::numeric_limits<std::int64_t>::max(), metric6 = metric4;
  for (const auto& route : facts.routes4) {
    if (route.destination != 0 || route.mask != 0) continue;
    routes.any.insert(route.interface);
    if (route.metric < metric4) metric4 = route.metric, winner4 = &route.interface;
  }
  for (const auto& route : facts.defaults6) {
    routes.any.insert(route.interface);
    if (route.metric < metric6) metric6 = route.metric, winner6 = &route.interface;
  }
  if (winner4) routes.taken.insert(*winner4);
  if (winner6) routes.taken.insert(*winner6);
  return routes;
}

const WifiLink* link_of(const NetworkFacts& facts, std::string_view interface) {
  const auto found = std::ranges::find(facts.wifi_links, interface, &WifiLink::interface);
  return found == facts.wifi_links.end() ? nullptr : &*found;
}

std::optional<std::int64_t> in_range(std::optional<std::int64_t> value, std::int64_t min, std::int64_t max) {
  return value && *value >= min && *value <= max ? value : std::nullopt;
}

// Nothing while this interface is not associated.
std::optional<wire::Wifi> describe_wifi(const NetworkFacts& facts, const std::string& name, bool at_school) {
  const auto* link = link_of(facts, name);
  const auto signal = facts.signals.find(name);
  if (!link && signal == facts.signals.end()) return std::nullopt;
  wire::Wifi wifi;
  if (signal != facts.signals.end()) wifi.signal_dbm = signal->second;
  if (!link) return wifi;
  if (link->signal_dbm) wifi.signal_dbm = link->signal_dbm;
  wifi.signal_dbm = in_range(wifi.signal_dbm, -200, 50);
  if (link->rate_mbps && *link->rate_mbps >= 0 && *link->rate_mbps <= 1e6) wifi.rate_mbps = link->rate_mbps;
  if (at_school) {
    wifi.ssid = field_text(link->ssid);
    wifi.bssid = field_text(link->bssid);
  }
  return wifi;
}

void take_link(const LinkFacts& link, wire::Connectivity& section) {
  section.dns_ms = in_range(link.dns_ms, 0, kMaxLinkMs);
  section.connect_ms = in_range(link.connect_ms, 0, kMaxLinkMs);
  section.tls_ms = in_range(link.tls_ms, 0, kMaxLinkMs);
  section.portal = link.portal;
  section.tls_intercepted = link.tls_intercepted;
  section.proxy = field_text(link.proxy);
}

class ConnectivityCollector final : public Collector {
 public:
  Result<Presence> collect(const Context& context, wire::Report& report) override {
    const auto facts = TRY(read_network(*context.machine));
    report.connectivity = describe_network(facts, context.policy, context.link);
    return facts.interfaces.empty() ? Presence::absent : Presence::present;
  }
};

}  // namespace

wire::Connectivity describe_network(const NetworkFacts& facts, const wire::Policy& policy,
                                    const LinkFacts& link) {
  wire::Connectivity section;
  take_link(link, section);
  const auto defaults = default_routes(facts);
  const auto by_interface = addresses_of(facts);
  for (const auto& [name, kind, up] : facts.interfaces) {
    std::vector<std::string> addresses;
    const auto [first, last] = by_interface.equal_range(name);
    for (auto each = first; each != last; ++each) addresses.push_back(each->second);
    wire::NetworkInterface interface;
    interface.name = field_text(name);
    interface.kind = kind;
    interface.up = up;
    interface.has_ipv4 = !addresses.empty();
    auto addresses6 = addresses6_of(facts, name);
    interface.has_ipv6 = !addresses6.empty();
    std::ranges::move(addresses6, std::back_inserter(addresses));
    interface.default_route = defaults.taken.contains(name);

    const auto* wifi = link_of(facts, name);
    const Uplink uplink{name, std::move(addresses), wifi ? wifi->ssid : std::string()};
    const bool at_school = kind != "other" && defaults.any.contains(name) && is_school_uplink(policy, uplink);
    section.on_school_network = section.on_school_network || at_school;
    if (kind == "wifi" && !section.wifi) section.wifi = describe_wifi(facts, name, at_school);
    section.interfaces.push_back(std::move(interface));
  }
  // When there are more than fit, those without hardware are the ones that nobody misses.
  std::ranges::stable_partition(section.interfaces, [](const auto& each) { return each.kind != "other"; });
  if (section.interfaces.size() > wire::kMaxInterfaces) section.interfaces.resize(wire::kMaxInterfaces);
  return section;
}

std::unique_ptr<Collector> make_connectivity() {
  return std::make_unique<ConnectivityCollector>();
}

}  // namespace rollcall::collect
