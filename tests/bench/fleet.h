// Laptops for a bench: enrolled through the server's own services before it starts, and reports as they
// would send them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/wire/checkin.h"

namespace rollcall::bench {

struct Laptop {
  std::string certificate_pem, key_pem;
  int number{};
};

struct EnrolledFleet {
  std::string authority_pem;
  std::vector<Laptop> laptops;
};

// The server must not run on the data folder of `config_path`.
Result<EnrolledFleet> enrol_fleet(const std::string& config_path, int count);

// The check-in that laptop `number` would make now with its report `sequence`; the first one carries its
// identity. It asks for the connection to be kept.
wire::CheckIn make_check_in(int number, std::uint64_t sequence, const Clock& clock, const std::string& policy_digest);

}  // namespace rollcall::bench
