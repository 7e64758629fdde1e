// What may be said where and when. Pure rules; the runner applies them to every report before anybody else
// sees it.
//
// At school, in school hours: everything. Elsewhere or at other times: battery and health only, without the
// hash of who is logged in; no identity, no interface, no address, SSID or access point, and no result of a
// collector that was left out.
//
// A policy without any network says nothing about where the school is, and one without hours nothing about
// when: that half of the rule then does not restrict. SSID and access point always need a network that the
// policy lists.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/wire/checkin.h"
#include "common/wire/report.h"

namespace rollcall::collect {

// A physical interface that carries a default route; docks and tunnels without hardware are not asked, since
// a VPN into the school would make every home a school.
struct Uplink {
  std::string interface;
  std::vector<std::string> addresses;  // IPv4 or IPv6, as text
  std::string ssid;                    // empty: wired, or not known
};

bool lists_networks(const wire::Policy& policy);

// Whether `address` lies in `cidr` ("10.1.0.0/16", "2001:db8::/32"); false for text that is neither.
bool address_in(std::string_view address, std::string_view cidr);

// A Wi-Fi whose name is known and a policy that lists names: the name decides, because homes use the same
// private addresses as schools. Otherwise an address in a listed network decides.
bool is_school_uplink(const wire::Policy& policy, const Uplink& uplink);

// By the zone's own rules, daylight saving included; false for a zone or hours that make no sense. An end
// before the start crosses midnight and belongs to the day it began; equal ones mean no hour at all.
bool is_school_time(const wire::Policy& policy, std::int64_t utc_ms);

// Whether a report about this connectivity (nullptr: not known) made at this time may hold everything.
bool is_at_school(const wire::Policy& policy, const wire::Connectivity* connectivity, std::int64_t utc_ms);

// Removes from `report` what must not leave the laptop; `utc_ms` is the server's time if it is known. Returns
// whether it was made at school, so that nothing had to go.
bool restrict_report(const wire::Policy& policy, std::int64_t utc_ms, wire::Report& report);

}  // namespace rollcall::collect
