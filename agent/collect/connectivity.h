// Interfaces and how traffic leaves, from /sys/class/net and /proc/net; Wi-Fi from nl80211, else from
// /proc/net/wireless; times and portal from the last exchange with the server. Addresses are looked at only
// to know whether this is a school's network, and are not kept.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/collect/collector.h"
#include "agent/collect/proc_net.h"

namespace rollcall::collect {

// What was read about the network, before anything is decided.
struct NetworkFacts {
  struct Interface {
    std::string name;
    std::string kind;
    bool up{};
  };
  std::vector<Interface> interfaces;
  std::vector<Route4> routes4;
  std::vector<std::uint32_t> local4;
  std::vector<Address6> addresses6;
  std::vector<Default6> defaults6;
  std::map<std::string, std::int64_t, std::less<>> signals;
  std::vector<WifiLink> wifi_links;
};

// The section: which interface has what, which carries the default route (the lowest metric of each family),
// whether this is a school's network, and Wi-Fi with its name only if it is.
wire::Connectivity describe_network(const NetworkFacts& facts, const wire::Policy& policy,
                                    const LinkFacts& link);

std::unique_ptr<Collector> make_connectivity();

}  // namespace rollcall::collect
