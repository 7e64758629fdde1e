#include "server/service/rollover.h"

#include <algorithm>
#include <utility>

#include "common/base/digest.h"
#include "common/base/text.h"
#include "server/service/custody_scan.h"
#include "server/storage/custody_store.h"
#include "server/storage/device_store.h"
#include "server/storage/person_store.h"

namespace rollcall::service {
namespace {

Result<std::string> last_grade(std::string_view text) {
  if (text.empty()) return std::string(domain::kLastGrade);
  std::string grade = domain::normalise_grade(text);
  if (domain::is_last_grade(grade)) return grade;
  return fail(Errc::invalid_argument, "last must be the grade that graduates, as 12", "last");
}

std::optional<std::string> bound_of(const domain::Principal& who) {
  return who.scope.kind == domain::ScopeKind::district ? std::nullopt : std::optional(who.user_id);
}

}  // namespace

Result<std::vector<Rollover::Row>> Rollover::preview(const domain::Principal& who,
                                                     const std::optional<std::string>& school_id,
                                                     std::string_view last) {
  const auto grade = TRY(last_grade(last));
  auto counts = TRY(db_.read(
      [&](sql::Snapshot& snapshot) { return storage::count_grades(snapshot, school_id, bound_of(who)); }));
  std::vector<Row> out;
  for (auto& count : counts) {
    auto next = domain::promote(count.grade, grade);
    out.push_back({std::move(count), std::move(next)});
  }
  return out;
}

Result<Rollover::Graduates> Rollover::graduates(const domain::Principal& who,
                                                const std::optional<std::string>& school_id, std::string_view last,
                                                std::string_view cursor, std::size_t limit) {
  const auto grade = TRY(last_grade(last));
  storage::LeaverFilter filter{.school_id = school_id, .limit = std::clamp<std::size_t>(limit, 1, kMaxPage)};
  filter.user_id = bound_of(who);
  if (!cursor.empty()) {
    const auto text = from_base64url(cursor);
    const auto blank = text ? text->find(' ') : std::string::npos;
    if (blank == std::string::npos || !is_utf8(*text)) {
      return fail(Errc::invalid_argument, "this is not a cursor of this list", "cursor");
    }
    filter.after_id = text->substr(0, blank);
    filter.after_name = text->substr(blank + 1);
  }
  return db_.read([&](sql::Snapshot& snapshot) -> Result<Graduates> {
    Graduates out;
    const auto rows = TRY(storage::list_graduates(snapshot, grade, filter));
    if (rows.size() == filter.limit) out.next_cursor = to_base64url(rows.back().custody_id + ' ' + rows.back().sort_name);
    for (const auto& row : rows) {
      Graduate it;
      it.person = TRY(storage::find_person_by_no(snapshot, row.person_no)).value_or(domain::Person{});
      auto device = TRY(storage::find_device(snapshot, row.device_id)).value_or(domain::Device{});
      it.held = TRY(held_device(snapshot, who, std::move(device), TRY(storage::find_custody(snapshot, row.custody_id))));
      out.graduates.push_back(std::move(it));
    }
    return out;
  });
}

}  // namespace rollcall::service
