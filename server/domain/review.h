// A question about identity that only a person can answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::domain {

enum class ReviewKind : std::uint8_t {
  placeholder_serial,  // the firmware holds no serial: a device of its own until somebody knows better
  contested_serial,    // a newcomer claims another device's serial and has a device of its own, without serial;
                       // or an agent reports another laptop's serial than its device's
};

enum class ReviewAction : std::uint8_t {
  attach,    // the agent belongs to another device: it moves there with its history
  separate,  // it is a device of its own
  dismiss,   // closed without a decision; nothing changes
};

std::string_view name_of(ReviewKind kind);
std::string_view name_of(ReviewAction action);
std::optional<ReviewKind> parse_review_kind(std::string_view text);
std::optional<ReviewAction> parse_review_action(std::string_view text);

struct Review {
  std::string review_id{};  // ULID
  ReviewKind kind{};
  std::int64_t agent_no{};
  std::string agent_id{};
  std::string device_id{};  // where the agent stands
  // Contested: the device that holds the serial, or empty when the agent reports one that is not its device's
  // and no other's either. Placeholder: one with the same system UUID, or empty.
  std::string other_device_id{};
  std::string claimed_serial{};  // normalised for contested, as sent for placeholder
  std::string maker{};
  std::string model{};
  std::int64_t created_ms{};
  std::optional<std::int64_t> resolved_ms{};
  std::optional<ReviewAction> resolution{};
};

}  // namespace rollcall::domain
