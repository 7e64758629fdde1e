#include "server/service/holdings.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/base/digest.h"
#include "common/base/text.h"
#include "server/domain/word_list.h"
#include "server/service/custody_scan.h"
#include "server/service/places.h"
#include "server/service/search.h"
#include "server/storage/custody_store.h"
#include "server/storage/device_store.h"
#include "server/storage/leaver_store.h"
#include "server/storage/person_store.h"
#include "server/storage/place_store.h"

namespace rollcall::service {
namespace {

using domain::Custody;

constexpr std::array<std::string_view, 3> kLeaverWords{"withdrawn", "missing", "transferred"};

// "TEXT ID" of the last one; a page goes on behind it.
struct Mark {
  std::string text, id;
};
std::string cursor_of(std::string_view text, std::string_view id) {
  return to_base64url(std::string(id) + ' ' + std::string(text));
}
Result<Mark> mark_of(std::string_view cursor) {
  const auto text = from_base64url(cursor);
  const auto blank = text ? text->find(' ') : std::string::npos;
  if (blank == std::string::npos || !is_utf8(*text)) {
    return fail(Errc::invalid_argument, "this is not a cursor of this list", "cursor");
  }
  return Mark{text->substr(blank + 1), text->substr(0, blank)};
}

Result<storage::CustodyCursor> before(std::string_view cursor) {
  if (cursor.empty()) return storage::CustodyCursor{};
  const auto mark = TRY(mark_of(cursor));
  const auto given_ms = parse_number<std::int64_t>(mark.text);
  if (!given_ms) return fail(Errc::invalid_argument, "this is not a cursor of this list", "cursor");
  return storage::CustodyCursor{*given_ms, mark.id};
}

std::string cursor_of(const Custody& last) {
  return cursor_of(std::to_string(last.given.at_ms), last.custody_id);
}

Result<std::vector<HeldDevice>> with_devices(sql::Snapshot& snapshot, const domain::Principal& who,
                                             std::vector<Custody> rows) {
  std::vector<HeldDevice> out;
  for (auto& row : rows) {
    if (auto device = TRY(storage::find_device(snapshot, row.device_id))) {
      out.push_back(TRY(held_device(snapshot, who, std::move(*device), std::move(row))));
    }
  }
  return out;
}

Result<Leaver> read_leaver(sql::Snapshot& snapshot, const domain::Principal& who, const storage::LeaverRow& row) {
  Leaver out;
  out.person = TRY(storage::find_person_by_no(snapshot, row.person_no)).value_or(domain::Person{});
  auto device = TRY(storage::find_device(snapshot, row.device_id)).value_or(domain::Device{});
  out.held = TRY(held_device(snapshot, who, std::move(device), TRY(storage::find_custody(snapshot, row.custody_id))));
  const auto state = domain::state_of(out.person);
  out.reason = state == domain::PersonState::missing    ? LeaverReason::missing
               : state == domain::PersonState::disabled ? LeaverReason::withdrawn
                                                        : LeaverReason::transferred;
  return out;
}

}  // namespace

std::string_view name_of(LeaverReason reason) {
  return domain::word_of(kLeaverWords, reason);
}

Result<Holdings::History> Holdings::of_device(const domain::Principal& who, std::string_view device_id,
                                              std::string_view cursor, std::size_t limit) {
  const auto from = TRY(before(cursor));
  const std::size_t most = std::clamp<std::size_t>(limit, 1, kMaxPage);
  return db_.read([&](sql::Snapshot& snapshot) -> Result<History> {
    History out;
    auto rows = TRY(storage::custody_of_device(snapshot, device_id, from, most));
    if (rows.size() == most) out.next_cursor = cursor_of(rows.back());
    for (auto& row : rows) out.rows.push_back(TRY(view_of(snapshot, who, std::move(row))));
    return out;
  });
}

Result<std::vector<CustodyView>> Holdings::current(const domain::Principal& who,
                                                   const std::vector<std::string>& device_ids) {
  return db_.read([&](sql::Snapshot& snapshot) -> Result<std::vector<CustodyView>> {
    std::vector<CustodyView> out;
    for (const auto& id : device_ids) {
      auto row = TRY(storage::find_open_custody(snapshot, id));
      if (row) out.push_back(TRY(view_of(snapshot, who, std::move(*row))));
    }
    return out;
  });
}

Result<Holdings::Held> Holdings::of_person(const domain::Principal& who, std::string_view person_id, bool also_past,
                                           std::string_view cursor, std::size_t limit) {
  const auto from = TRY(before(cursor));
  const std::size_t most = std::clamp<std::size_t>(limit, 1, kMaxPage);
  Held out;
  TRY(db_.read([&](sql::Snapshot& snapshot) -> Result<> {
    const auto person = TRY(storage::find_person(snapshot, person_id));
    if (!person || !reaches_one_of(who.scope, person->school_ids)) {
      return fail(Errc::not_found, "there is no such person");
    }
    auto rows = also_past ? TRY(storage::custody_of_person(snapshot, person->person_no, from, most))
                          : TRY(storage::open_custody_of_person(snapshot, person->person_no));
    if (also_past && rows.size() == most) out.next_cursor = cursor_of(rows.back());
    out.devices = TRY(with_devices(snapshot, who, std::move(rows)));
    return {};
  }));
  TRY(db_.write([&](sql::Transaction& transaction) {
    return audit_.append(transaction, domain::Actor::of(who), "person.view", "person:" + std::string(person_id),
                         "devices");
  }));
  return out;
}

Result<Holdings::Held> Holdings::of_place(const domain::Principal& who, std::string_view place_id,
                                          std::string_view cursor, std::size_t limit) {
  const std::string after = cursor.empty() ? "" : TRY(mark_of(cursor)).id;
  const std::size_t most = std::clamp<std::size_t>(limit, 1, kMaxPage);
  return db_.read([&](sql::Snapshot& snapshot) -> Result<Held> {
    const auto place = TRY(storage::find_place(snapshot, place_id));
    if (!place || place->deleted() || !sees(who.scope, *place)) return fail(Errc::not_found, "there is no such place");
    auto rows = TRY(storage::open_custody_of_place(snapshot, place_id, after, most));
    Held out;
    if (rows.size() == most) out.next_cursor = cursor_of("", rows.back().device_id);
    out.devices = TRY(with_devices(snapshot, who, std::move(rows)));
    // The district's places hold devices of all schools.
    std::erase_if(out.devices, [&](const HeldDevice& held) { return !who.scope.covers_school(held.device.school_id); });
    return out;
  });
}

Result<Holdings::Leavers> Holdings::leavers(const domain::Principal& who, const std::optional<std::string>& school_id,
                                            std::string_view cursor, std::size_t limit) {
  storage::LeaverFilter filter{.school_id = school_id, .limit = std::clamp<std::size_t>(limit, 1, kMaxPage)};
  if (who.scope.kind != domain::ScopeKind::district) filter.user_id = who.user_id;
  if (!cursor.empty()) {
    auto mark = TRY(mark_of(cursor));
    filter.after_name = std::move(mark.text);
    filter.after_id = std::move(mark.id);
  }
  return db_.read([&](sql::Snapshot& snapshot) -> Result<Leavers> {
    Leavers out;
    const auto rows = TRY(storage::list_leavers(snapshot, filter));
    if (rows.size() == filter.limit) out.next_cursor = cursor_of(rows.back().sort_name, rows.back().custody_id);
    for (const auto& row : rows) out.leavers.push_back(TRY(read_leaver(snapshot, who, row)));
    return out;
  });
}

}  // namespace rollcall::service
