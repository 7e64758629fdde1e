#include "server/domain/inventory_check.h"

#include "server/domain/word_list.h"

namespace rollcall::domain {
namespace {

constexpr std::array<std::string_view, kCheckStates> kStates{"open", "closed", "abandoned"};
constexpr std::array<std::string_view, kCheckOutcomes> kOutcomes{
    "found_elsewhere", "with_person", "in_repair", "lost", "stolen", "disposed", "other", "moved_here", "noted"};
constexpr std::array<std::string_view, kCheckStatuses> kStatuses{"scanned",    "seen",    "missing", "explained",
                                                                 "unexpected", "settled", "unknown", "dismissed"};

void say(std::string& out, std::int64_t count, std::string_view one, std::string_view many) {
  if (count == 0) return;
  out.append(out.empty() ? "" : ", ").append(std::to_string(count)).append(" ").append(count == 1 ? one : many);
}

}  // namespace

std::string_view name_of(CheckState state) {
  return word_of(kStates, state);
}
std::optional<CheckState> parse_check_state(std::string_view text) {
  return find_word<CheckState>(kStates, text);
}
std::string_view name_of(CheckOutcome outcome) {
  return word_of(kOutcomes, outcome);
}
std::optional<CheckOutcome> parse_check_outcome(std::string_view text) {
  return find_word<CheckOutcome>(kOutcomes, text);
}
std::string_view name_of(CheckStatus status) {
  return word_of(kStatuses, status);
}
std::optional<CheckStatus> parse_check_status(std::string_view text) {
  return find_word<CheckStatus>(kStatuses, text);
}

CheckStatus status_of(const CheckItem& item) {
  if (item.device_id.empty()) return item.outcome ? CheckStatus::dismissed : CheckStatus::unknown;
  if (!item.expected) return item.outcome ? CheckStatus::settled : CheckStatus::unexpected;
  if (item.scanned_ms) return CheckStatus::scanned;
  if (item.outcome) return CheckStatus::explained;
  return item.seen_ms ? CheckStatus::seen : CheckStatus::missing;
}

std::int64_t CheckCounts::expected() const {
  using enum CheckStatus;
  return (*this)[scanned] + (*this)[seen] + (*this)[missing] + (*this)[explained];
}

std::int64_t CheckCounts::open() const {
  using enum CheckStatus;
  return (*this)[missing] + (*this)[unexpected] + (*this)[unknown];
}

Result<> expect_accounted_for(const CheckCounts& counts) {
  if (counts.open() == 0) return {};
  std::string what;
  say(what, counts[CheckStatus::missing], "device is missing", "devices are missing");
  say(what, counts[CheckStatus::unexpected], "is here and was not expected", "are here and were not expected");
  say(what, counts[CheckStatus::unknown], "label is unknown", "labels are unknown");
  return fail(Errc::conflict, what + ": say what became of each before the audit is closed");
}

Result<> expect_fit(const CheckItem& item, CheckOutcome outcome, std::string_view note) {
  using enum CheckOutcome;
  const bool of_missing = outcome <= other;
  if (item.expected && item.scanned_ms) {
    return fail(Errc::invalid_argument, "outcome is not needed: this device was expected and scanned", "outcome");
  }
  if (item.expected != of_missing) {
    return fail(Errc::invalid_argument,
                item.expected ? "outcome must say where the missing device is: found_elsewhere, with_person, in_repair, "
                                "lost, stolen, disposed or other"
                              : "outcome must be moved_here or noted: this was found and not expected",
                "outcome");
  }
  if (outcome == moved_here && item.device_id.empty()) {
    return fail(Errc::invalid_argument, "outcome must be noted: no device has this label", "outcome");
  }
  if (note.empty() && (outcome == other || outcome == noted)) {
    return fail(Errc::invalid_argument, "note is missing: what is known of it", "note");
  }
  return {};
}

}  // namespace rollcall::domain
