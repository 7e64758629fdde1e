#include "server/domain/asset.h"

#include <chrono>

#include "server/domain/plain_text.h"
#include "server/domain/word_list.h"

namespace rollcall::domain {
namespace {

constexpr std::array<std::string_view, kLifecycles> kLifecycleWords{
    "ordered", "received", "tagged", "ready", "deployed", "in_repair", "at_vendor", "retired", "disposed"};
constexpr std::array<std::string_view, kConditions> kConditionWords{"unknown", "new",     "good",
                                                                    "fair",    "damaged", "broken"};
constexpr std::array<std::string_view, kOwnerships> kOwnershipWords{"district", "leased", "student"};
constexpr std::array<std::string_view, kFlags> kFlagWords{"lost", "stolen", "on_hold"};

}  // namespace

std::string_view name_of(Lifecycle lifecycle) {
  return word_of(kLifecycleWords, lifecycle);
}
std::optional<Lifecycle> parse_lifecycle(std::string_view text) {
  return find_word<Lifecycle>(kLifecycleWords, text);
}
std::string_view name_of(Condition condition) {
  return word_of(kConditionWords, condition);
}
std::optional<Condition> parse_condition(std::string_view text) {
  return find_word<Condition>(kConditionWords, text);
}
std::string_view name_of(Ownership ownership) {
  return word_of(kOwnershipWords, ownership);
}
std::optional<Ownership> parse_ownership(std::string_view text) {
  return find_word<Ownership>(kOwnershipWords, text);
}
std::string_view name_of(Flag flag) {
  return word_of(kFlagWords, flag);
}
std::optional<Flag> parse_flag(std::string_view text) {
  return find_word<Flag>(kFlagWords, text);
}

std::vector<std::string_view> Flags::words() const {
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < kFlags; ++i) {
    if (has(static_cast<Flag>(i))) out.push_back(kFlagWords[i]);
  }
  return out;
}

Result<Papers> normalise(Papers papers) {
  papers.funding_source = TRY(plain_text(papers.funding_source, kMaxPaperText, "funding_source"));
  papers.purchase_order = TRY(plain_text(papers.purchase_order, kMaxPaperText, "purchase_order"));
  papers.insurance = TRY(plain_text(papers.insurance, kMaxPaperText, "insurance"));
  papers.hold_reason = TRY(plain_text(papers.hold_reason, kMaxPaperText, "hold_reason"));
  papers.note = TRY(plain_text(papers.note, kMaxAssetNote, "note"));
  if (papers.cost_cents && (*papers.cost_cents < 0 || *papers.cost_cents > kMaxCostCents)) {
    return fail(Errc::invalid_argument, "cost_cents must be from 0 to " + std::to_string(kMaxCostCents), "cost_cents");
  }
  if (!papers.on_hold_ms) papers.hold_reason.clear();
  return papers;
}

std::optional<std::int64_t>& since(Papers& papers, Flag flag) {
  return flag == Flag::lost ? papers.lost_ms : flag == Flag::stolen ? papers.stolen_ms : papers.on_hold_ms;
}

LocalDate months_after(LocalDate date, std::int64_t months) {
  const std::chrono::year_month_day day(date);
  auto later = day + std::chrono::months(months);
  if (!later.ok()) later = later.year() / later.month() / std::chrono::last;
  return LocalDate(later);
}

}  // namespace rollcall::domain
