#include "server/service/inventory_checks.h"

#include <array>

#include "common/base/fold.h"
#include "common/base/id.h"
#include "common/base/text.h"
#include "server/domain/plain_text.h"
#include "server/domain/word_list.h"
#include "server/service/custody_scan.h"
#include "server/service/places.h"
#include "server/storage/custody_store.h"
#include "server/storage/inventory_check_store.h"
#include "server/storage/person_store.h"
#include "server/storage/place_store.h"

namespace rollcall::service {
namespace {

using domain::CheckItem;
using domain::CheckOutcome;
using domain::CheckState;
using domain::InventoryCheck;

constexpr std::array<std::string_view, 8> kScanWords{"expected",     "already_scanned", "unexpected", "held_by_person",
                                                     "other_school", "unknown",         "ambiguous",  "person_number"};

std::string target_of(const InventoryCheck& check) {
  return "check:" + check.check_id;
}

Result<domain::Place> place_to_check(sql::Snapshot& snapshot, const domain::Principal& who, std::string_view place_id) {
  auto place = TRY(storage::find_place(snapshot, place_id));
  if (!place || place->deleted() || !sees(who.scope, *place)) {
    return fail(Errc::not_found, "there is no such place", "place");
  }
  if (!who.scope.covers_school(place->school_id)) {
    return fail(Errc::permission_denied, "a place of the whole district is for accounts that reach the district",
                "place");
  }
  return std::move(*place);
}

ScanResult result_of(const CheckItemView& view) {
  if (view.item.expected) return ScanResult::expected;
  if (view.out_of_reach) return ScanResult::other_school;
  const bool person = view.device && view.device->device.held_by == domain::HolderKind::person;
  return person ? ScanResult::held_by_person : ScanResult::unexpected;
}

}  // namespace

std::string_view name_of(ScanResult result) {
  return domain::word_of(kScanWords, result);
}

Result<InventoryCheck> InventoryChecks::expect_open(sql::Snapshot& snapshot, const domain::Principal& who,
                                                    std::string_view check_id) const {
  auto row = TRY(storage::find_check(snapshot, check_id));
  if (!row || !who.scope.covers_school(row->check.school_id)) {
    return fail(Errc::not_found, "there is no such physical audit");
  }
  if (row->check.state != CheckState::open) {
    return fail(Errc::conflict, "this physical audit has ended: start another one to go on");
  }
  return std::move(row->check);
}

Result<CheckView> InventoryChecks::start(Write& write, const domain::Principal& who, std::string_view place_id,
                                         std::string_view note) {
  auto& transaction = write.transaction();
  const auto place = TRY(place_to_check(transaction, who, place_id));
  if (const auto open = TRY(storage::find_open_check(transaction, place.place_id))) {
    return fail(Errc::already_exists,
                "an audit of " + place.name + " is open already (" + open->check.check_id +
                    "): scan in that one, close it, or abandon it",
                "place");
  }
  InventoryCheck check{.check_id = make_ulid(clock_, random_),
                       .place_id = place.place_id,
                       .place_kind = place.kind,
                       .place_name = place.name,
                       .school_id = place.school_id,
                       .note = TRY(domain::plain_text(note, domain::kMaxCheckNote, "note")),
                       .started_ms = write.now_ms(),
                       .started_by = write.actor().to_text()};
  TRY(storage::insert_check(transaction, check));
  const auto expected = TRY(storage::expect_what_is_held(transaction, check.check_id, check.place_id));
  if (expected > domain::kMaxExpected) {
    return fail(Errc::too_large, place.name + " holds more than " + std::to_string(domain::kMaxExpected) +
                                     " devices: divide it into places that one walk can count");
  }
  TRY(audit_.append(transaction, write.actor(), "check.start", target_of(check),
                    "place:" + check.place_id + ", " + std::to_string(expected) + " expected"));
  return view_of(transaction, std::move(check));
}

Result<CheckScan> InventoryChecks::scan(Write& write, const domain::Principal& who, std::string_view check_id,
                                        std::string_view code) {
  auto& transaction = write.transaction();
  const auto check = TRY(expect_open(transaction, who, check_id));
  const std::string_view scanned = trim(code);
  if (scanned.empty() || scanned.size() > domain::kMaxTag || printable(scanned) != scanned) {
    return fail(Errc::invalid_argument, "code must be a tag, a serial number or an id", "code");
  }
  // Whoever's it is: a device of another school is no unknown label.
  const auto found = TRY(scan_device(transaction, {domain::ScopeKind::district, {}}, scanned));
  if (found.device) return take_down(write, who, check, *found.device);
  const auto& why = found.blockers.front();
  if (why.code == domain::BlockerCode::ambiguous_device) {
    return CheckScan{ScanResult::ambiguous, {}, why.message, why.remedy};
  }
  if (!TRY(storage::find_people_by_number(transaction, std::string(scanned), 1)).empty()) {
    return CheckScan{ScanResult::person_number, {}, "this is somebody's number and not a device",
                     "scan the label on the device"};
  }
  return take_down_unknown(write, who, check, scanned, why);
}

Result<CheckScan> InventoryChecks::take_down(Write& write, const domain::Principal& who, const InventoryCheck& check,
                                             const domain::Device& device) {
  auto& transaction = write.transaction();
  auto item = TRY(storage::find_check_item(transaction, check.check_id, device.device_id));
  if (item && item->scanned_ms) {
    return CheckScan{ScanResult::already_scanned, TRY(item_view(transaction, who, std::move(*item))), {}, {}};
  }
  const bool is_new = !item;
  if (is_new) item = CheckItem{.item = device.device_id, .device_id = device.device_id};
  item->scanned_ms = write.now_ms();
  item->scanned_by = write.actor().to_text();
  item->outcome.reset();  // it is here after all
  TRY(is_new ? storage::insert_check_item(transaction, check.check_id, *item)
             : storage::update_check_item(transaction, check.check_id, *item));
  TRY(audit_.append(transaction, write.actor(), "check.scan", "device:" + device.device_id, target_of(check)));
  auto view = TRY(item_view(transaction, who, std::move(*item)));
  const auto result = result_of(view);
  return CheckScan{result, std::move(view), {}, {}};
}

Result<CheckScan> InventoryChecks::take_down_unknown(Write& write, const domain::Principal& who,
                                                     const InventoryCheck& check, std::string_view code,
                                                     const domain::Blocker& why) {
  auto& transaction = write.transaction();
  const std::string name = "?" + fold_text(code);
  if (auto item = TRY(storage::find_check_item(transaction, check.check_id, name))) {
    return CheckScan{ScanResult::already_scanned, TRY(item_view(transaction, who, std::move(*item))), why.message,
                     why.remedy};
  }
  CheckItem item{.item = name, .scanned_ms = write.now_ms(), .scanned_by = write.actor().to_text()};
  TRY(storage::insert_check_item(transaction, check.check_id, item));
  TRY(audit_.append(transaction, write.actor(), "check.scan", target_of(check), "a label of no device"));
  return CheckScan{ScanResult::unknown, TRY(item_view(transaction, who, std::move(item))), why.message, why.remedy};
}

Result<CheckAccounted> InventoryChecks::account(Write& write, const domain::Principal& who, std::string_view check_id,
                                                const CheckAccount& account) {
  auto& transaction = write.transaction();
  const auto check = TRY(expect_open(transaction, who, check_id));
  auto item = TRY(storage::find_check_item(transaction, check.check_id, account.item));
  if (!item) return fail(Errc::not_found, "nothing in this audit is called so", "item");
  CheckItem::Outcome outcome{.what = account.outcome,
                             .note = TRY(domain::plain_text(account.note, domain::kMaxCheckNote, "note")),
                             .at_ms = write.now_ms(),
                             .actor = write.actor().to_text()};
  TRY(domain::expect_fit(*item, outcome.what, outcome.note));
  auto blockers = TRY(carry_out(write, who, check, *item, account));
  if (!blockers.empty()) return CheckAccounted{{}, std::move(blockers)};
  item->outcome = std::move(outcome);
  TRY(storage::update_check_item(transaction, check.check_id, *item));
  TRY(audit_.append(transaction, write.actor(), "check.account",
                    item->device_id.empty() ? target_of(check) : "device:" + item->device_id,
                    target_of(check) + ", " + std::string(domain::name_of(account.outcome))));
  return CheckAccounted{TRY(item_view(transaction, who, std::move(*item))), {}};
}

Result<domain::Blockers> InventoryChecks::carry_out(Write& write, const domain::Principal& who,
                                                    const InventoryCheck& check, const CheckItem& item,
                                                    const CheckAccount& account) {
  const bool told_where = !account.to.person.empty() || !account.to.place.empty();
  switch (account.outcome) {
    case CheckOutcome::moved_here: return move(write, who, item, {.person = {}, .place = check.place_id}, account.note);
    case CheckOutcome::found_elsewhere:
    case CheckOutcome::with_person:
    case CheckOutcome::in_repair:
      if (told_where) return move(write, who, item, account.to, account.note);
      return domain::Blockers{};
    case CheckOutcome::lost:
    case CheckOutcome::stolen: TRY(flag(write, who, item.device_id, account.outcome)); break;
    default: break;
  }
  if (told_where) {
    return fail(Errc::invalid_argument, "person and place go with found_elsewhere, with_person and in_repair only",
                "person");
  }
  return domain::Blockers{};
}

Result<domain::Blockers> InventoryChecks::move(Write& write, const domain::Principal& who, const CheckItem& item,
                                               const Receiver& to, const std::string& note) {
  const auto now = TRY(storage::find_open_custody(write.transaction(), item.device_id));
  const Handing handing{.note = note};
  auto handed = now ? TRY(custody_.move(write, who, {item.device_id, now->custody_id, to, handing}))
                    : TRY(custody_.give(write, who, {item.device_id, to, handing}));
  // Whoever sees that it is there already need not be told to do nothing.
  std::erase_if(handed.blockers, [](const auto& it) { return it.code == domain::BlockerCode::same_holder; });
  return std::move(handed.blockers);
}

Result<> InventoryChecks::flag(Write& write, const domain::Principal& who, const std::string& device_id,
                               CheckOutcome outcome) {
  const auto asset = TRY(devices_.read(write.transaction(), device_id));
  if (!who.scope.covers_school(asset.device.school_id)) {
    return fail(Errc::permission_denied,
                "this device is another school's: say `other` with a note, and tell that school", "outcome");
  }
  domain::DeviceChange change;
  (outcome == CheckOutcome::lost ? change.lost : change.stolen) = true;
  TRY(devices_.edit(write, device_id, change, asset.device.version));
  return {};
}

Result<CheckView> InventoryChecks::close(Write& write, const domain::Principal& who, std::string_view check_id,
                                         std::string_view note) {
  auto& transaction = write.transaction();
  auto check = TRY(expect_open(transaction, who, check_id));
  domain::CheckCounts counts;
  for (const auto& item : TRY(items_of(transaction, check))) {
    const auto status = domain::status_of(item);
    counts.add(status);
    if (status == domain::CheckStatus::seen) TRY(storage::update_check_item(transaction, check.check_id, item));
  }
  TRY(domain::expect_accounted_for(counts));
  check.state = CheckState::closed;
  check.ended_ms = write.now_ms();
  check.ended_by = write.actor().to_text();
  check.end_note = TRY(domain::plain_text(note, domain::kMaxCheckNote, "note"));
  TRY(storage::end_check(transaction, check, counts));
  TRY(audit_.append(transaction, write.actor(), "check.close", target_of(check),
                    std::to_string(counts.expected()) + " expected, " +
                        std::to_string(counts[domain::CheckStatus::explained]) + " of them missing"));
  return CheckView{std::move(check), counts};
}

Result<CheckView> InventoryChecks::abandon(Write& write, const domain::Principal& who, std::string_view check_id,
                                           std::string_view note) {
  auto& transaction = write.transaction();
  auto check = TRY(expect_open(transaction, who, check_id));
  check.end_note = TRY(domain::plain_text(note, domain::kMaxCheckNote, "note"));
  if (check.end_note.empty()) return fail(Errc::invalid_argument, "note is missing: why it was not finished", "note");
  check.state = CheckState::abandoned;
  check.ended_ms = write.now_ms();
  check.ended_by = write.actor().to_text();
  TRY(storage::end_check(transaction, check, std::nullopt));
  TRY(audit_.append(transaction, write.actor(), "check.abandon", target_of(check)));
  return view_of(transaction, std::move(check));
}

}  // namespace rollcall::service
