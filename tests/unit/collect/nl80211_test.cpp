#include "agent/collect/nl80211.h"

#include <linux/nl80211.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include <catch2/catch.hpp>
#include <functional>
#include <memory>

namespace rollcall::collect {
namespace {

// The attributes that `fill` puts into a message.
std::string attributes(const std::function<void(nl_msg*)>& fill) {
  const std::unique_ptr<nl_msg, void (*)(nl_msg*)> message(nlmsg_alloc(), nlmsg_free);
  nlmsg_put(message.get(), 0, 0, 0, 0, 0);
  fill(message.get());
  auto* header = nlmsg_hdr(message.get());
  return {static_cast<const char*>(nlmsg_data(header)), static_cast<std::size_t>(nlmsg_datalen(header))};
}

std::string station_interface(std::uint32_t type) {
  return attributes([&](nl_msg* message) {
    nla_put_u32(message, NL80211_ATTR_IFINDEX, 3);
    nla_put_string(message, NL80211_ATTR_IFNAME, "wlan0");
    nla_put_u32(message, NL80211_ATTR_IFTYPE, type);
    nla_put(message, NL80211_ATTR_SSID, 7, "Lincoln");
  });
}

std::string station(std::uint8_t signal, std::uint32_t rate) {
  return attributes([&](nl_msg* message) {
    nla_put(message, NL80211_ATTR_MAC, 6, "\xf0\x9f\xc2\x11\x22\x33");
    auto* info = nla_nest_start(message, NL80211_ATTR_STA_INFO);
    nla_put_u8(message, NL80211_STA_INFO_SIGNAL, signal);
    auto* bitrate = nla_nest_start(message, NL80211_STA_INFO_TX_BITRATE);
    nla_put_u32(message, NL80211_RATE_INFO_BITRATE32, rate);
    nla_nest_end(message, bitrate);
    nla_nest_end(message, info);
  });
}

TEST_CASE("a station's interface is read, an access point's is not") {
  const auto found = parse_wifi_interface(station_interface(NL80211_IFTYPE_STATION));
  REQUIRE(found);
  CHECK(found->index == 3);
  CHECK(found->name == "wlan0");
  CHECK(found->ssid == "Lincoln");
  CHECK_FALSE(parse_wifi_interface(station_interface(NL80211_IFTYPE_AP)).has_value());
  CHECK_FALSE(parse_wifi_interface("").has_value());
}

TEST_CASE("the access point, signal and rate of a station are read") {
  WifiLink link;
  parse_wifi_station(station(static_cast<std::uint8_t>(-61), 8667), link);
  CHECK(link.bssid == "f0:9f:c2:11:22:33");
  CHECK(link.signal_dbm == -61);
  CHECK(link.rate_mbps == 866.7);
  parse_wifi_station("", link);
  CHECK(link.signal_dbm == -61);
}

TEST_CASE("attributes cut off anywhere, or with any byte changed, are survived") {
  const auto whole = station(200, 100) + station_interface(NL80211_IFTYPE_STATION);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    WifiLink link;
    // A copy of its own, so that a read beyond the end is seen by the sanitizer.
    const std::string cut(whole.substr(0, i));
    parse_wifi_station(cut, link);
    (void)parse_wifi_interface(cut);
    for (const char byte : {'\x00', '\x01', '\x7f', '\xff'}) {
      std::string changed = whole;
      changed[i] = byte;
      parse_wifi_station(changed, link);
      (void)parse_wifi_interface(changed);
    }
  }
  SUCCEED();
}

}  // namespace
}  // namespace rollcall::collect
