// What a district ordered, what arrived of it, and the four steps by which a device goes from its box to the shelf:
// received, tagged, imaged, checked. Each step has somebody who did it and a time. Pure types and rules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/local_time.h"
#include "common/base/result.h"
#include "server/domain/asset.h"

namespace rollcall::domain {

struct OrderLine {
  std::int64_t line{};  // from 1, for good
  std::string model_id{};
  std::int64_t quantity{};
  std::optional<std::int64_t> unit_cost_cents{};
  bool operator==(const OrderLine&) const = default;
};

struct PurchaseOrder {
  std::string order_id{};  // ULID
  std::string number{};    // as the business office calls it; unique, whatever the case
  std::string vendor{};
  std::string funding_source{};
  std::string school_id{};  // empty: the district's
  std::optional<LocalDate> expected{};
  std::string next_tag{};  // the tag that is given next; empty: labels are there and are scanned
  std::string note{};
  std::vector<OrderLine> lines{};  // by line; a model stands in one
  std::int64_t version{1};         // counts changes; the ETag
  std::int64_t created_ms{};
  std::string created_by{};  // Actor::to_text
  std::optional<std::int64_t> closed_ms{};
  std::string closed_by{}, close_reason{};  // the reason: why with less than was ordered

  bool open() const { return !closed_ms; }
  bool operator==(const PurchaseOrder&) const = default;
};

inline constexpr std::size_t kMaxOrderText = 128, kMaxOrderNote = 500;  // bytes
inline constexpr std::size_t kMaxOrderLines = 50;
inline constexpr std::int64_t kMaxOrdered = 20'000;  // of one line

// Texts trimmed; ready to be stored. Errors: invalid_argument with its field.
Result<PurchaseOrder> normalise(PurchaseOrder order);

struct Delivery {
  std::string delivery_id{};  // ULID
  std::string order_id{};
  LocalDate delivered{};
  std::int64_t announced{};  // how many the packing slip says
  std::string reference{}, note{};
  std::int64_t created_ms{};
  std::string created_by{};
  bool operator==(const Delivery&) const = default;
};
Result<Delivery> normalise(Delivery delivery);

enum class ReceivingStep : std::uint8_t { received, tagged, imaged, checked };
inline constexpr std::size_t kReceivingSteps = 4;
std::string_view name_of(ReceivingStep step);
std::optional<ReceivingStep> parse_receiving_step(std::string_view text);

struct ReceivedDevice {
  struct Done {
    std::int64_t at_ms{};
    std::string actor{};  // Actor::to_text; of `imaged` it may be the agent, with the time of its enrollment
    bool operator==(const Done&) const = default;
  };
  std::string device_id{}, order_id{}, delivery_id{};
  std::int64_t line{};
  Done received{};
  std::optional<Done> tagged{}, imaged{}, checked{};
  bool damaged{};
  std::string check_note{};

  bool operator==(const ReceivedDevice&) const = default;
};

// The first step that is not done; nothing when all are. A damaged one waits for the vendor, not for a step.
std::optional<ReceivingStep> next_step(const ReceivedDevice& device);
// Damage may be noted at any time; that a device is in order only when it has its tag and its image. Errors: conflict
// (what is missing), invalid_argument (field "note": a damage without a word).
Result<> expect_checkable(const ReceivedDevice& device, bool damaged, std::string_view note);
// What a device becomes by a step. One that is further on already (somebody has it, it is in repair) stays as it is.
Lifecycle lifecycle_after(ReceivingStep step, bool damaged, Lifecycle now);

// Of a line, a delivery or a whole order.
struct ReceivingCounts {
  std::int64_t ordered{}, received{}, tagged{}, imaged{}, checked{}, damaged{};
  std::int64_t missing() const { return ordered > received ? ordered - received : 0; }
  ReceivingCounts& operator+=(const ReceivingCounts& more);
  bool operator==(const ReceivingCounts&) const = default;
};

// May it be closed? Errors: invalid_argument (field "reason": not everything came, and nobody says why).
Result<> expect_closable(const ReceivingCounts& counts, std::string_view reason);

// "FCS-0099" → "FCS-0100", "A9" → "A10": the last run of digits counts up and keeps its zeros. Nothing when there are no
// digits, or more than can be counted.
std::optional<std::string> tag_after(std::string_view tag);

}  // namespace rollcall::domain
