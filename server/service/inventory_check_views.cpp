// Looking at physical audits.
#include <algorithm>

#include "common/base/digest.h"
#include "common/base/text.h"
#include "server/service/custody_scan.h"
#include "server/service/inventory_checks.h"
#include "server/storage/custody_store.h"
#include "server/storage/device_store.h"
#include "server/storage/inventory_check_store.h"

namespace rollcall::service {
namespace {

using domain::CheckItem;
using domain::CheckState;
using domain::InventoryCheck;

// "MS ID" of the last one.
std::string cursor_of(const InventoryCheck& last) {
  return to_base64url(std::to_string(last.started_ms) + ' ' + last.check_id);
}

Result<> begin_behind(std::string_view cursor, storage::CheckFilter& filter) {
  if (cursor.empty()) return {};
  const auto text = from_base64url(cursor);
  const auto blank = text ? text->find(' ') : std::string::npos;
  const auto started_ms =
      blank == std::string::npos ? std::nullopt : parse_number<std::int64_t>(std::string_view(*text).substr(0, blank));
  if (!started_ms || !is_utf8(*text)) {
    return fail(Errc::invalid_argument, "this is not a cursor of the physical audits", "cursor");
  }
  filter.before_ms = *started_ms;
  filter.before_id = text->substr(blank + 1);
  return {};
}

Result<storage::CheckRow> reached(sql::Snapshot& snapshot, const domain::Principal& who, std::string_view check_id) {
  auto row = TRY(storage::find_check(snapshot, check_id));
  if (!row || !who.scope.covers_school(row->check.school_id)) {
    return fail(Errc::not_found, "there is no such physical audit");
  }
  return std::move(*row);
}

}  // namespace

void InventoryChecks::look(const InventoryCheck& check, CheckItem& item) const {
  if (check.state != CheckState::open || domain::status_of(item) != domain::CheckStatus::missing) return;
  const auto seen_ms = seen_(item.device_id);
  if (seen_ms && *seen_ms >= check.started_ms) item.seen_ms = seen_ms;
}

Result<std::vector<CheckItem>> InventoryChecks::items_of(sql::Snapshot& snapshot, const InventoryCheck& check) const {
  auto items = TRY(storage::check_items(snapshot, check.check_id));
  for (auto& item : items) look(check, item);
  return items;
}

Result<CheckView> InventoryChecks::view_of(sql::Snapshot& snapshot, InventoryCheck check) const {
  CheckView out{std::move(check), {}};
  for (const auto& item : TRY(items_of(snapshot, out.check))) out.counts.add(domain::status_of(item));
  return out;
}

Result<CheckItemView> InventoryChecks::item_view(sql::Snapshot& snapshot, const domain::Principal& who,
                                                 CheckItem item) const {
  CheckItemView out{std::move(item), {}, {}, {}};
  out.status = domain::status_of(out.item);
  if (out.item.device_id.empty()) return out;
  auto device = TRY(storage::find_device(snapshot, out.item.device_id));
  if (!device) return out;
  const bool reaches = who.scope.covers_school(device->school_id);
  out.out_of_reach = !out.item.expected && !reaches;
  if (out.out_of_reach) {
    // What is printed on it, and no more.
    out.device = HeldDevice{{.device_id = {}, .serial = device->serial, .tag = device->tag}, {}};
    return out;
  }
  auto custody = TRY(storage::find_open_custody(snapshot, device->device_id));
  // It went to another school since: who has it there is not this one's to know.
  if (!reaches && custody && custody->custody_id != out.item.custody_id) custody.reset();
  out.device = TRY(held_device(snapshot, who, std::move(*device), std::move(custody)));
  return out;
}

Result<InventoryChecks::Page> InventoryChecks::list(const domain::Principal& who, const CheckQuery& query) {
  storage::CheckFilter filter{.place_id = query.place_id,
                              .school_id = query.school_id,
                              .state = query.state,
                              .limit = std::clamp<std::size_t>(query.limit, 1, kMaxPage)};
  if (who.scope.kind != domain::ScopeKind::district) filter.user_id = who.user_id;
  TRY(begin_behind(query.cursor, filter));
  return db_.read([&](sql::Snapshot& snapshot) -> Result<Page> {
    Page page;
    auto rows = TRY(storage::list_checks(snapshot, filter));
    if (rows.size() == filter.limit) page.next_cursor = cursor_of(rows.back().check);
    for (auto& row : rows) {
      page.checks.push_back(row.result ? CheckView{std::move(row.check), *row.result}
                                       : TRY(view_of(snapshot, std::move(row.check))));
    }
    return page;
  });
}

Result<CheckView> InventoryChecks::get(const domain::Principal& who, std::string_view check_id) {
  return db_.read([&](sql::Snapshot& snapshot) -> Result<CheckView> {
    auto row = TRY(reached(snapshot, who, check_id));
    if (row.result) return CheckView{std::move(row.check), *row.result};
    return view_of(snapshot, std::move(row.check));
  });
}

Result<InventoryChecks::Items> InventoryChecks::items(const domain::Principal& who, std::string_view check_id,
                                                      std::optional<domain::CheckStatus> status,
                                                      std::string_view cursor, std::size_t limit) {
  const std::size_t most = std::clamp<std::size_t>(limit, 1, kMaxPage);
  return db_.read([&](sql::Snapshot& snapshot) -> Result<Items> {
    const auto row = TRY(reached(snapshot, who, check_id));
    Items out;
    for (auto& item : TRY(items_of(snapshot, row.check))) {
      if (item.item <= cursor || (status && domain::status_of(item) != *status)) continue;
      if (out.items.size() == most) {
        out.next_cursor = out.items.back().item.item;
        break;
      }
      out.items.push_back(TRY(item_view(snapshot, who, std::move(item))));
    }
    return out;
  });
}

}  // namespace rollcall::service
