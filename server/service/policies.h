// The schools of the configuration and what each allows. Immutable, so it is shared without a lock.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/wire/checkin.h"

namespace rollcall::service {

struct School {
  std::string id;    // as server.yaml has it
  std::string name;
  wire::Policy policy;  // its digest is filled in here
};

class Policies {
 public:
  // `fallback` is for devices without a school: it should know the networks of all of them.
  Policies(wire::Policy fallback, std::vector<School> schools);

  // The fallback for an unknown or empty id.
  const wire::Policy& of(std::string_view school_id) const;
  const std::vector<School>& schools() const { return schools_; }  // in the order of the configuration

  // Is the laptop on a network that the policy lists: by the SSID that it names, or by the address that its
  // request came from (numeric; IPv4-mapped addresses count as IPv4)?
  static bool on_school_network(const wire::Policy& policy, std::string_view ssid, std::string_view address);

 private:
  wire::Policy fallback_;
  std::vector<School> schools_;
  std::map<std::string, std::size_t, std::less<>> index_;
};

}  // namespace rollcall::service
