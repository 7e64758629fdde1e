// Wi-Fi as the kernel tells it over netlink (linux/nl80211.h), through libnl. No privilege is needed, nothing
// is scanned: only what the laptop is associated with is asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace rollcall::collect {

// One associated Wi-Fi interface.
struct WifiLink {
  std::string interface;
  std::string ssid;
  std::string bssid;  // of the access point, lower-case with colons
  std::optional<std::int64_t> signal_dbm;
  std::optional<double> rate_mbps;  // towards the access point
};

struct WifiInterface {
  int index{};
  std::string name;
  std::string ssid;  // empty while not associated
};

// Both take a message's attributes (struct nlattr, one behind the other). Nothing: no station's interface,
// or not one with a name and an index.
std::optional<WifiInterface> parse_wifi_interface(std::string_view attributes);
// Adds access point, signal and rate to `link`; what is not told stays as it is.
void parse_wifi_station(std::string_view attributes, WifiLink& link);

// Asks the kernel; waits at most a second for an answer. Errors: not_found (no wireless here), io.
Result<std::vector<WifiLink>> read_wifi_links();

}  // namespace rollcall::collect
