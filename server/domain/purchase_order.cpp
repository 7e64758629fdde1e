#include "server/domain/purchase_order.h"

#include <algorithm>
#include <array>
#include <set>

#include "common/base/text.h"
#include "server/domain/device.h"
#include "server/domain/plain_text.h"
#include "server/domain/word_list.h"

namespace rollcall::domain {
namespace {

constexpr std::array<std::string_view, kReceivingSteps> kSteps{"received", "tagged", "imaged", "checked"};
constexpr std::size_t kMaxDigits = 18;  // of a number that still has a next one

Result<> expect_lines(const std::vector<OrderLine>& lines) {
  if (lines.empty()) return fail(Errc::invalid_argument, "lines are missing: what was ordered, and how many", "lines");
  if (lines.size() > kMaxOrderLines) {
    return fail(Errc::invalid_argument, "lines are more than " + std::to_string(kMaxOrderLines) + ": divide the order",
                "lines");
  }
  std::set<std::string_view> models;
  std::set<std::int64_t> numbers;
  for (const auto& line : lines) {
    if (line.quantity < 1 || line.quantity > kMaxOrdered) {
      return fail(Errc::invalid_argument, "quantity must be from 1 to " + std::to_string(kMaxOrdered), "lines.quantity");
    }
    if (line.unit_cost_cents && (*line.unit_cost_cents < 0 || *line.unit_cost_cents > kMaxCostCents)) {
      return fail(Errc::invalid_argument, "unit_cost_cents must be from 0 to " + std::to_string(kMaxCostCents),
                  "lines.unit_cost_cents");
    }
    if (line.line > 0 && !numbers.insert(line.line).second) {
      return fail(Errc::invalid_argument, "line stands twice: each line of the order has a number of its own", "lines.line");
    }
    if (!models.insert(line.model_id).second) {
      return fail(Errc::invalid_argument, "model_id stands in two lines: one line a model", "lines.model_id");
    }
  }
  return {};
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

std::string_view name_of(ReceivingStep step) {
  return word_of(kSteps, step);
}
std::optional<ReceivingStep> parse_receiving_step(std::string_view text) {
  return find_word<ReceivingStep>(kSteps, text);
}

Result<PurchaseOrder> normalise(PurchaseOrder order) {
  order.number = TRY(plain_text(order.number, kMaxOrderText, "number"));
  order.vendor = TRY(plain_text(order.vendor, kMaxOrderText, "vendor"));
  order.funding_source = TRY(plain_text(order.funding_source, kMaxOrderText, "funding_source"));
  order.note = TRY(plain_text(order.note, kMaxOrderNote, "note"));
  if (order.number.empty()) {
    return fail(Errc::invalid_argument, "the number is missing: what the business office calls the order", "number");
  }
  if (order.vendor.empty()) return fail(Errc::invalid_argument, "the vendor is missing", "vendor");
  TRY(expect_lines(order.lines));
  if (order.next_tag.empty()) return order;
  auto tag = normalise_tag(order.next_tag);
  if (!tag || !tag_after(*tag)) {
    return fail(Errc::invalid_argument, "next_tag must be a tag that holds a number to count up, as FCS-0001",
                "next_tag");
  }
  order.next_tag = std::move(*tag);
  return order;
}

Result<Delivery> normalise(Delivery delivery) {
  delivery.reference = TRY(plain_text(delivery.reference, kMaxOrderText, "reference"));
  delivery.note = TRY(plain_text(delivery.note, kMaxOrderNote, "note"));
  if (delivery.announced >= 1 && delivery.announced <= kMaxOrdered) return delivery;
  return fail(Errc::invalid_argument, "announced must be from 1 to " + std::to_string(kMaxOrdered) +
                                          ": how many the packing slip says", "announced");
}

std::optional<ReceivingStep> next_step(const ReceivedDevice& device) {
  if (device.damaged) return std::nullopt;
  if (!device.tagged) return ReceivingStep::tagged;
  if (!device.imaged) return ReceivingStep::imaged;
  if (!device.checked) return ReceivingStep::checked;
  return std::nullopt;
}

Result<> expect_checkable(const ReceivedDevice& device, bool damaged, std::string_view note) {
  if (damaged && note.empty()) return fail(Errc::invalid_argument, "note is missing: what is damaged", "note");
  if (damaged) return {};
  if (!device.tagged) return fail(Errc::conflict, "this device has no tag yet: tag it first");
  if (!device.imaged) {
    return fail(Errc::conflict, "this device has no image yet: image it, or say that it needs none");
  }
  return {};
}

Lifecycle lifecycle_after(ReceivingStep step, bool damaged, Lifecycle now) {
  if (now > Lifecycle::tagged || damaged) return now;
  switch (step) {
    case ReceivingStep::received: return std::max(now, Lifecycle::received);
    case ReceivingStep::tagged: return Lifecycle::tagged;
    case ReceivingStep::imaged: return now;
    case ReceivingStep::checked: return Lifecycle::ready;
  }
  return now;
}

ReceivingCounts& ReceivingCounts::operator+=(const ReceivingCounts& more) {
  ordered += more.ordered;
  received += more.received;
  tagged += more.tagged;
  imaged += more.imaged;
  checked += more.checked;
  damaged += more.damaged;
  return *this;
}

Result<> expect_closable(const ReceivingCounts& counts, std::string_view reason) {
  if (counts.missing() == 0 || !reason.empty()) return {};
  return fail(Errc::invalid_argument,
              "reason is missing: " + std::to_string(counts.missing()) + " of " + std::to_string(counts.ordered) +
                  " did not come; say why the order is closed without them",
              "reason");
}

std::optional<std::string> tag_after(std::string_view tag) {
  const auto last = std::find_if(tag.rbegin(), tag.rend(), is_digit);
  const auto first = std::find_if_not(last, tag.rend(), is_digit);
  const auto length = static_cast<std::size_t>(first - last);
  if (length == 0 || length > kMaxDigits) return std::nullopt;
  const auto begin = static_cast<std::size_t>(tag.rend() - first);
  const auto number = parse_number<std::int64_t>(tag.substr(begin, length));
  if (!number) return std::nullopt;
  std::string digits = std::to_string(*number + 1);
  if (digits.size() < length) digits.insert(0, length - digits.size(), '0');
  std::string out(tag.substr(0, begin));
  return out.append(digits).append(tag.substr(begin + length));
}

}  // namespace rollcall::domain
