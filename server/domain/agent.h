// An agent instance: one installation on one device, with one key. A re-image makes a new instance on the
// same device; the device keeps its history.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "common/base/clock.h"
#include "common/base/pki.h"

namespace rollcall::domain {

// What a request needs to know about its sender; lives in memory (service::Agents). Immutable: a change
// replaces it, so whoever holds one sees the state of the moment it was looked up.
struct AgentRef {
  std::int64_t agent_no{};  // dense, from 1; the key of the report log and of agent_state
  std::string agent_id{};   // UUID, the certificate's common name
  std::string device_id{};
  std::string school_id{};  // the device's; empty for none
  std::int64_t enrolled_ms{};
  bool revoked{};
  bool deleted{};  // the device was deleted
  // When a newer instance took over the same device. A report from a superseded agent is evidence that two
  // live agents claim one device: tell service::Reviews::report_from_superseded.
  std::optional<std::int64_t> superseded_ms{};

  bool refused() const { return revoked || deleted; }
  bool operator==(const AgentRef&) const = default;
};
using AgentHandle = std::shared_ptr<const AgentRef>;

// A number beyond it cannot have been assigned; memory is not given out on the word of a damaged row.
inline constexpr std::int64_t kMaxAgentNo = 50'000'000;

// The stored record.
struct Agent {
  std::int64_t agent_no{};
  std::string agent_id{};
  std::string device_id{};
  pki::KeyId key_id{};
  std::string certificate_serial{};              // hex
  std::int64_t not_before_ms{}, not_after_ms{};  // of the newest certificate
  std::int64_t enrolled_ms{};
  std::optional<std::int64_t> revoked_ms{};
  std::optional<std::int64_t> superseded_ms{};
  std::string system_uuid{};  // lower case; empty when unknown or a placeholder
};

// A certificate that ran out longer ago than this is not renewed: a summer and a repair fit in.
inline constexpr std::int64_t kRenewalGraceMs = 400 * kDayMs;

// A report within this time after the successor enrolled was on its way already; it proves nothing.
inline constexpr std::int64_t kSupersededGraceMs = 10 * kMinuteMs;

}  // namespace rollcall::domain
