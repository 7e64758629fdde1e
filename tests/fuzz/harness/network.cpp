// /proc/net's tables and nl80211's attributes, as the kernel and its drivers write them. The first byte
// chooses the table.
#include <algorithm>

#include "agent/collect/connectivity.h"
#include "agent/collect/nl80211.h"
#include "agent/collect/privacy.h"
#include "agent/collect/proc_net.h"
#include "common/base/address.h"
#include "tests/fuzz/harness/collect_common.h"

namespace rollcall::fuzz {
namespace {

collect::NetworkFacts facts_of(unsigned table, std::string_view text) {
  collect::NetworkFacts facts;
  facts.interfaces = {{"wlan0", "wifi", true}, {"eth0", "ethernet", false}};
  switch (table) {
    case 'r': facts.routes4 = collect::parse_routes4(text); break;
    case 'f': facts.local4 = collect::parse_local4(text); break;
    case 'a': facts.addresses6 = collect::parse_addresses6(text); break;
    case 'd': facts.defaults6 = collect::parse_defaults6(text); break;
    case 'w': facts.signals = collect::parse_wireless(text); break;
    case 'i':
      if (const auto found = collect::parse_wifi_interface(text)) {
        promise(!found->name.empty() || found->index != 0 || found->ssid.size() <= 32, "a network's name has 32 bytes at most");
        facts.wifi_links.push_back({found->name, found->ssid, {}, {}, {}});
      }
      break;
    default: collect::parse_wifi_station(text, facts.wifi_links.emplace_back(collect::WifiLink{"wlan0", "Lincoln", {}, {}, {}}));
  }
  return facts;
}

void check(const collect::NetworkFacts& facts) {
  for (const auto& address : facts.addresses6) promise(parse_address(address.address).has_value(), "an address is one");
  for (const auto address : facts.local4) promise((address & 0xFF) != 127, "loopback is left out");
  for (const auto& link : facts.wifi_links) promise(link.bssid.empty() || link.bssid.size() == 17, "an access point has six bytes");
  wire::Policy policy;
  policy.school_ssids = {"Lincoln"};
  policy.school_networks = {"10.0.0.0/8", "2001:db8::/32"};
  wire::Report report;
  report.connectivity = collect::describe_network(facts, policy, {});
  promise(report.connectivity->on_school_network || !report.connectivity->wifi || report.connectivity->wifi->ssid.empty(),
          "a network's name is said of a school's only");
  as_received(report);
}

}  // namespace
}  // namespace rollcall::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall::fuzz;
  Input input(data, size);
  const unsigned table = input.byte();
  check(facts_of(table, input.rest()));
  return 0;
}
