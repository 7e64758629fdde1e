// One record of the audit log and the hash that chains it to the one before.
#pragma once

#include <cstdint>
#include <string>

#include "common/base/digest.h"

namespace rollcall::domain {

struct AuditRecord {
  std::int64_t seq{};  // dense, from 1
  std::int64_t at_ms{};
  std::string actor{};    // Actor::to_text
  std::string action{};   // "device.edit", "token.create", "agent.enrol", "session.open", …
  std::string target{};   // "device:ULID"; empty when there is none
  std::string outcome{};  // "ok" or "refused"
  std::string detail{};   // "tag, school"; why it was refused
};

// SHA-256 over the hash before it and every field with its length in front, so that no two records have the
// same bytes. The first record follows 32 zero bytes.
Sha256 chain_hash(const Sha256& previous, const AuditRecord& record);

}  // namespace rollcall::domain
