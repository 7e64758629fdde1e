#include "server/service/roster_enrollments.h"

#include <algorithm>

#include "common/base/text.h"
#include "server/storage/roster_store.h"

namespace rollcall::service {
namespace {

constexpr std::size_t kLoadRows = 10'000;

bool is_iso_date(std::string_view text) { return text.size() >= 10 && text[4] == '-' && text[7] == '-'; }

}  // namespace

Result<> RosterEnrollments::plan() {
  if (!reader_.has(RosterFile::enrollments)) return {};
  TRY(read());
  return merge(reader_.counts(RosterFile::enrollments));
}

Result<> RosterEnrollments::read() {
  TRY(reader_.each(
      RosterFile::enrollments, false, [&](const RosterRow& row) { return take(row); },
      [&](std::string_view source_id) { present_.push_back(static_cast<std::int64_t>(source_key_of(source_id))); }));
  std::ranges::sort(present_);
  std::ranges::stable_sort(rows_, std::less<>());
  const auto repeated = std::ranges::unique(rows_, [](const Row& a, const Row& b) { return !(a < b); });
  const auto count = std::ranges::ssize(repeated);
  rows_.erase(repeated.begin(), repeated.end());
  if (count == 0) return {};
  return reader_.note_file(RosterFile::enrollments,
                           std::to_string(count) + " rows repeat the sourcedId of another; the first of each counts");
}

Result<> RosterEnrollments::take(const RosterRow& row) {
  const auto key = static_cast<std::int64_t>(source_key_of(row.text(enrollment_field::source_id)));
  const bool delta = reader_.mode(RosterFile::enrollments) == RosterMode::delta;
  if (is_withdrawn(row.text(enrollment_field::status))) {
    moved_[key] = 0;
    return {};
  }
  const auto person = people_.find(row.text(enrollment_field::user));
  if (person.standing == RosterPeople::Standing::kept_out) return {};
  if (person.standing == RosterPeople::Standing::unknown) {
    present_.push_back(key);
    return row.warn(enrollment_field::user, "names somebody who is not in users.csv; the row waits for them");
  }
  const auto class_no = classes_.number_of(row.text(enrollment_field::class_));
  if (!class_no) {
    present_.push_back(key);
    return row.warn(enrollment_field::class_, "names a class that is not in classes.csv; the row waits for it");
  }
  const auto role = domain::person_role_of_roster(row.text(enrollment_field::role));
  if (!role) {
    present_.push_back(key);
    return row.error(enrollment_field::role, "is not a role that is known");
  }
  const auto person_no = static_cast<std::uint32_t>(person.person_no);
  if (delta) moved_[key] = person_no;
  rows_.push_back({.person_no = person_no,
                   .class_no = static_cast<std::uint32_t>(*class_no),
                   .key = key,
                   .first_day = TRY(day_in(row, enrollment_field::begin_date)),
                   .last_day = TRY(day_in(row, enrollment_field::end_date)),
                   .role = *role,
                   .primary = is_yes(row.text(enrollment_field::primary), false)});
  return {};
}

Result<std::int32_t> RosterEnrollments::day_in(const RosterRow& row, std::size_t field) {
  const auto text = row.text(field);
  if (text.empty()) return kNoDay;
  if (!is_iso_date(text) && !order_) order_ = TRY(order_of_dates());
  const auto day = csv::parse_date(text, order_.value_or(csv::DateOrder::month_first));
  if (!day) TRY(row.warn(field, "is not a date; it was left out"));
  return day.value_or(kNoDay);
}

// The first date that is not ISO's makes it worth a look at all of them.
Result<csv::DateOrder> RosterEnrollments::order_of_dates() {
  csv::DateColumn dates;
  TRY(reader_.each(RosterFile::enrollments, true, [&](const RosterRow& row) -> Result<> {
    dates.see(row.text(enrollment_field::begin_date));
    dates.see(row.text(enrollment_field::end_date));
    return {};
  }));
  if (dates.is_ambiguous()) {
    TRY(reader_.note_file(RosterFile::enrollments, "its dates may mean month/day or day/month; month first was assumed"));
  }
  return dates.order();
}

bool RosterEnrollments::same(const Row& row, const domain::Enrollment& kept) { return enrollment_of(row) == kept; }

domain::Enrollment RosterEnrollments::enrollment_of(const Row& row) {
  const auto day = [](std::int32_t value) { return value == kNoDay ? std::nullopt : std::optional(value); };
  return {.person_no = row.person_no,
          .source_key = row.key,
          .class_no = row.class_no,
          .role = row.role,
          .primary = row.primary,
          .first_day = day(row.first_day),
          .last_day = day(row.last_day)};
}

Result<> RosterEnrollments::merge(domain::FileCounts& counts) {
  auto at = rows_.begin();
  Place last{0, std::numeric_limits<std::int64_t>::min()};
  for (;;) {
    const auto kept = TRY(db_.read([&](sql::Snapshot& snapshot) {
      return storage::enrollments_after(snapshot, last.person_no, last.key, kLoadRows);
    }));
    for (const auto& enrollment : kept) meet(enrollment, at, counts);
    if (kept.size() < kLoadRows) break;
    last = {static_cast<std::uint32_t>(kept.back().person_no), kept.back().source_key};
  }
  for (; at != rows_.end(); ++at) at->write = true, ++counts.added;
  counts.gone = static_cast<std::int64_t>(gone_.size());
  return {};
}

void RosterEnrollments::meet(const domain::Enrollment& kept, std::vector<Row>::iterator& at,
                             domain::FileCounts& counts) {
  const Row key{.person_no = static_cast<std::uint32_t>(kept.person_no), .key = kept.source_key};
  for (; at != rows_.end() && *at < key; ++at) at->write = true, ++counts.added;
  if (!kept.missing_ms) ++counts.kept;
  if (at != rows_.end() && !(key < *at)) {
    at->write = !same(*at, kept);
    if (at->write) ++counts.changed;
    ++at;
    return;
  }
  if (!kept.missing_ms && is_gone(kept)) gone_.push_back({key.person_no, key.key});
}

// Of one that no row of use is about.
bool RosterEnrollments::is_gone(const domain::Enrollment& kept) const {
  if (moved_.contains(kept.source_key)) return true;
  const bool whole = reader_.mode(RosterFile::enrollments) == RosterMode::bulk &&
                     reader_.unreadable(RosterFile::enrollments) == 0;
  return whole && !std::ranges::binary_search(present_, kept.source_key);
}

std::size_t RosterEnrollments::to_write() const {
  return gone_.size() + static_cast<std::size_t>(std::ranges::count_if(rows_, &Row::write));
}

Result<> RosterEnrollments::write(BulkWriter& writer) {
  writer.begin(name_of(RosterFile::enrollments));
  std::erase_if(rows_, [](const Row& row) { return !row.write; });
  TRY(writer.write(std::span<const Row>(rows_), [](sql::Transaction& transaction, const Row& row) {
    return storage::put_enrollment(transaction, enrollment_of(row));
  }));
  const auto now_ms = clock_.wall_ms();
  return writer.write(std::span<const Place>(gone_), [&](sql::Transaction& transaction, const Place& place) {
    return storage::mark_enrollment_missing(transaction, place.person_no, place.key, now_ms);
  });
}

}  // namespace rollcall::service
