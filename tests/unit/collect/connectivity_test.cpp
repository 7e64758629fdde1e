#include "agent/collect/connectivity.h"

#include <catch2/catch.hpp>

#include "tests/unit/collect/school.h"

namespace rollcall::collect {
namespace {

constexpr const char* kRoutes =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
    "eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
    "eth0\t000200C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n"
    "eth1\t00000000\t010200C0\t0200\t0\t0\t1\t00000000\t0\t0\t0\n"
    "half a line\n";

TEST_CASE("the IPv4 table is read, routes that are down or reject are not") {
  const auto routes = parse_routes4(kRoutes);
  REQUIRE(routes.size() == 2);
  CHECK(routes[0].interface == "eth0");
  CHECK(routes[0].destination == 0);
  CHECK(address4_text(routes[0].gateway) == "192.0.2.1");
  CHECK(routes[0].metric == 100);
  CHECK(address4_text(routes[1].mask) == "255.255.255.0");
  CHECK(parse_routes4("").empty());
  CHECK(parse_routes4("eth0\tXYZ\t0\t1\t0\t0\t0\t0").empty());
}

TEST_CASE("the machine's own IPv4 addresses are the local leaves, once each, without loopback") {
  const auto found = parse_local4(
      "Main:\n  |-- 127.0.0.1\n     /32 host LOCAL\n  |-- 192.0.2.2\n     /32 host LOCAL\n"
      "  |-- 192.0.2.255\n     /32 link BROADCAST\nLocal:\n  |-- 192.0.2.2\n     /32 host LOCAL\n");
  REQUIRE(found.size() == 1);
  CHECK(address4_text(found[0]) == "192.0.2.2");
  CHECK(parse_local4("/32 host LOCAL\n|-- nonsense\n/32 host LOCAL").empty());
}

TEST_CASE("IPv6 addresses keep their scope, loopback is left out") {
  const auto found = parse_addresses6(
      "00000000000000000000000000000001 01 80 10 80       lo\n"
      "fe8000000000000000fc00fffe000001 04 40 20 80     eth0\n"
      "20010db8002000070000000000000001 04 40 00 82     eth0\n"
      "20010db80020 04 40 00 82 eth0\nzz\n");
  REQUIRE(found.size() == 2);
  CHECK(found[0].link_local);
  CHECK(found[1].address == "2001:db8:20:7::1");
  CHECK_FALSE(found[1].link_local);
}

TEST_CASE("an unreachable IPv6 default route is none") {
  const std::string zeros(32, '0');
  const auto found = parse_defaults6(
      zeros + " 00 " + zeros +
      " 00 fe800000000000000000000000000001 00000258 00000001 00000000 00000003    wlan0\n" + zeros + " 00 " +
      zeros + " 00 " + zeros + " ffffffff 00000001 00000000 00200200       lo\n");
  REQUIRE(found.size() == 1);
  CHECK(found[0].interface == "wlan0");
  CHECK(found[0].metric == 600);
  CHECK(parse_defaults6("x y z").empty());
}

TEST_CASE("only a signal in dBm counts") {
  const auto found = parse_wireless(
      "Inter-| sta-|   Quality\n face | tus | link level noise\n"
      "wlan0: 0000   54.  -56.  -256        0      0\nwlan1: 0000   54.  200.  0\nwlan2: 0000 1. "
      "-256.\nwlan3: 0000");
  CHECK(found.size() == 1);
  CHECK(found.at("wlan0") == -56);
}

// An interface of 10.20.3.57/24 with a default route.
NetworkFacts at(const std::string& name, const std::string& kind) {
  NetworkFacts facts;
  facts.interfaces = {{name, kind, true}};
  facts.routes4 = {{name, 0, 0x0103140A, 0, 100}, {name, 0x0003140A, 0, 0x00FFFFFF, 100}};
  facts.local4 = {0x3903140A};
  return facts;
}

TEST_CASE("an address in a listed network is a school's, but for a tunnel's") {
  const auto wired = describe_network(at("eth0", "ethernet"), school_policy(), {});
  CHECK(wired.on_school_network);
  CHECK(wired.interfaces.at(0).has_ipv4);
  CHECK_FALSE(wired.interfaces.at(0).has_ipv6);
  CHECK(wired.interfaces.at(0).default_route);
  CHECK_FALSE(describe_network(at("tun0", "other"), school_policy(), {}).on_school_network);
  auto no_default = at("eth0", "ethernet");
  no_default.routes4.erase(no_default.routes4.begin());
  CHECK_FALSE(describe_network(no_default, school_policy(), {}).on_school_network);
}

TEST_CASE("a Wi-Fi's name is sent at school only, and decides over the address") {
  auto facts = at("wlan0", "wifi");
  facts.wifi_links = {{"wlan0", "Lincoln Students", "f0:9f:c2:11:22:33", -60, 300.0}};
  const auto school = describe_network(facts, school_policy(), {});
  CHECK(school.on_school_network);
  CHECK(school.wifi->ssid == "Lincoln Students");
  CHECK(school.wifi->bssid == "f0:9f:c2:11:22:33");
  facts.wifi_links[0].ssid = "A home with the school's addresses";
  const auto home = describe_network(facts, school_policy(), {});
  CHECK_FALSE(home.on_school_network);
  CHECK(home.wifi->signal_dbm == -60);
  CHECK(home.wifi->ssid.empty());
  CHECK(home.wifi->bssid.empty());
  // Without a list nobody has said that this network is the school's.
  CHECK(describe_network(facts, {}, {}).wifi->ssid.empty());
}

TEST_CASE("the lowest metric of each family carries the default route") {
  auto facts = at("eth0", "ethernet");
  facts.interfaces.push_back({"wlan0", "wifi", true});
  facts.routes4.push_back({"wlan0", 0, 0x0103140A, 0, 600});
  facts.defaults6 = {{"wlan0", 600}};
  const auto section = describe_network(facts, {}, {});
  CHECK(section.interfaces.at(0).default_route);
  CHECK(section.interfaces.at(1).default_route);
  facts.defaults6.clear();
  CHECK_FALSE(describe_network(facts, {}, {}).interfaces.at(1).default_route);
}

TEST_CASE("a Wi-Fi interface that is not associated has no Wi-Fi section") {
  CHECK_FALSE(describe_network(at("wlan0", "wifi"), school_policy(), {}).wifi.has_value());
}

TEST_CASE("more interfaces than fit lose those without hardware first") {
  NetworkFacts facts;
  for (int i = 0; i < 60; ++i) facts.interfaces.push_back({"veth" + std::to_string(i), "other", true});
  facts.interfaces.push_back({"wlan0", "wifi", true});
  const auto section = describe_network(facts, {}, {});
  CHECK(section.interfaces.size() == 32);
  CHECK(section.interfaces.at(0).name == "wlan0");
}

TEST_CASE("what the last exchange showed is passed on, nonsense is not") {
  auto link = good_link();
  link.portal = wire::PortalState::portal;
  link.proxy = "proxy.example:3128";
  link.tls_ms = -5;
  const auto section = describe_network({}, {}, link);
  CHECK(section.dns_ms == 4);
  CHECK(section.portal == wire::PortalState::portal);
  CHECK(section.tls_intercepted == false);
  CHECK(section.proxy == "proxy.example:3128");
  CHECK_FALSE(section.tls_ms.has_value());
}

}  // namespace
}  // namespace rollcall::collect
