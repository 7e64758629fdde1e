// What the configuration says of each school: its networks and hours, and how often to check in. Immutable, so it is shared without a lock.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/address.h"
#include "common/wire/checkin.h"

namespace rollcall::service {

struct ConfiguredSchool {
  std::string id;    // as server.yaml has it
  std::string name;
  wire::Policy policy;  // its digest is filled in here
};

class Policies {
 public:
  // `fallback` is for devices without a school: it should know the networks of all of them.
  Policies(wire::Policy fallback, std::vector<ConfiguredSchool> schools);

  // The fallback for an unknown or empty id.
  const wire::Policy& of(std::string_view school_id) const;

  // Is the laptop on a network that the school's policy lists: by the SSID that it names, or by the address that its
  // request came from (numeric; IPv4-mapped addresses count as IPv4)?
  bool on_school_network(std::string_view school_id, std::string_view ssid, std::string_view address) const;

 private:
  struct Held {
    wire::Policy policy;
    std::vector<Network> networks;  // the policy's that can be read
  };
  static Held hold(wire::Policy policy);
  const Held& held(std::string_view school_id) const;

  Held fallback_;
  std::map<std::string, Held, std::less<>> schools_;  // by id
};

}  // namespace rollcall::service
