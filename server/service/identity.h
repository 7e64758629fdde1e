// Where an enrolling agent belongs: the rules that turn a laptop's claims into a device.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "common/wire/report.h"
#include "server/domain/review.h"

namespace rollcall::service {

// What a laptop says about itself, normalised here again: nothing that an agent sends is taken on trust.
struct Claim {
  std::string serial{};       // empty: none or a placeholder
  std::string sent_serial{};  // as sent, printable and clipped, for people to look at
  std::string maker{};
  std::string model{};
  std::string system_uuid{};  // empty: none or a placeholder
};
Claim claim_of(const wire::Identity& identity);

struct Home {
  std::string device_id{};
  std::optional<domain::ReviewKind> review{};  // a person must settle it
  std::string other_device_id{};               // for the review
  std::string claimed_serial{};                // for the review
  const char* why{};                           // for the audit log
};
// Finds the device, or makes one in `school_id`.
Result<Home> find_home(sql::Transaction& transaction, const Claim& claim, const std::string& school_id,
                         const Clock& clock, Random& random);

}  // namespace rollcall::service
