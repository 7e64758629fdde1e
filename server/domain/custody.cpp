#include "server/domain/custody.h"

#include "server/domain/word_list.h"

namespace rollcall::domain {
namespace {

constexpr std::array<std::string_view, kCustodyReasons> kReasonWords{"given", "returned", "moved", "swapped", "undone"};
constexpr std::array<std::string_view, kBlockerCodes> kBlockerWords{
    "unknown_device",   "ambiguous_device", "retired_device", "not_received",  "lost",           "stolen",
    "on_hold",          "already_held",     "not_held",       "held_by_other", "unknown_person", "ambiguous_person",
    "withdrawn_person", "missing_person",   "unknown_place",  "same_holder"};

}  // namespace

std::string_view name_of(CustodyReason reason) {
  return word_of(kReasonWords, reason);
}
std::optional<CustodyReason> parse_custody_reason(std::string_view text) {
  return find_word<CustodyReason>(kReasonWords, text);
}
std::string_view name_of(BlockerCode code) {
  return word_of(kBlockerWords, code);
}

Lifecycle lifecycle_held_by(Lifecycle lifecycle, HolderKind kind) {
  const bool put_away = kind == HolderKind::nobody || kind == HolderKind::pool || kind == HolderKind::storage;
  const bool can_be_used =
      lifecycle == Lifecycle::received || lifecycle == Lifecycle::tagged || lifecycle == Lifecycle::ready;
  if (uses(kind) && can_be_used) return Lifecycle::deployed;
  if (put_away && lifecycle == Lifecycle::deployed) return Lifecycle::ready;
  return lifecycle;
}

Blockers blockers_of(const Device& device, const std::string& shown, HolderKind to) {
  Blockers out;
  const auto add = [&](BlockerCode code, std::string message, std::string remedy) {
    out.push_back({code, std::move(message), std::move(remedy), shown, {}});
  };
  if (device.standing.lifecycle == Lifecycle::ordered) {
    add(BlockerCode::not_received, shown + " is ordered and has not arrived", "receive it first");
  }
  if (!uses(to)) return out;  // whoever stores or repairs may have any of them
  if (is_over(device.standing.lifecycle)) {
    add(BlockerCode::retired_device, shown + " is " + std::string(name_of(device.standing.lifecycle)),
        "set its lifecycle to ready on the device's page if it serves again");
  }
  const Flags flags = device.standing.flags;
  if (flags.has(Flag::stolen)) {
    add(BlockerCode::stolen, shown + " was reported stolen",
        "keep it, tell the office, and clear the flag when it is settled");
  }
  if (flags.has(Flag::lost)) {
    add(BlockerCode::lost, shown + " was reported lost", "clear the flag on the device's page: it is found");
  }
  if (flags.has(Flag::on_hold)) {
    add(BlockerCode::on_hold, shown + " is on hold", "see why on the device's page, and clear the hold");
  }
  return out;
}

Blockers blockers_of(const Person& person) {
  switch (state_of(person)) {
    case PersonState::active: return {};
    case PersonState::disabled:
      return {{BlockerCode::withdrawn_person,
               display_name(person) + " is withdrawn in the roster",
               "correct the roster in the student system and import it",
               {},
               {}}};
    case PersonState::missing:
      return {{BlockerCode::missing_person,
               display_name(person) + " is not in the roster any more",
               "correct the roster in the student system and import it",
               {},
               {}}};
  }
  return {};
}

}  // namespace rollcall::domain
