#include "server/service/roster_people.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/base/fold.h"
#include "common/base/id.h"
#include "common/base/text.h"

namespace rollcall::service {
namespace {

constexpr std::size_t kLoadRows = 10'000;  // some ten milliseconds: a longer read would keep the WAL from starting over

}  // namespace

Result<> RosterPeople::load() {
  std::optional<std::int64_t> after = 0;
  while (after) {
    after = TRY(db_.read([&](sql::Snapshot& snapshot) {
      return storage::each_kept_person(snapshot, *after, kLoadRows, [&](const storage::KeptPerson& it) {
        const auto number = static_cast<std::uint32_t>(it.person_no);
        entries_[source_key_of(it.source_id)] = {.content = it.content_hash,
                                                 .person_no = number,
                                                 .role = it.role,
                                                 .kept = true,
                                                 .missing = it.missing};
        last_no_ = std::max(last_no_, number);
      });
    }));
  }
  return {};
}

Result<> RosterPeople::plan() {
  TRY(load());
  if (!reader_.has(file_)) return {};
  if (reader_.has(RosterFile::roles)) TRY(read_roles());
  auto& counts = reader_.counts(file_);
  // A list of students says nothing about teachers.
  const auto meant = [&](const Entry& it) {
    return it.kept && !it.missing && (file_ == RosterFile::users || it.role == domain::PersonRole::student);
  };
  counts.kept = std::ranges::count_if(entries_, [&](const auto& it) { return meant(it.second); });
  TRY(reader_.each(
      file_, false, [&](const RosterRow& row) { return compare(row, counts); },
      [&](std::string_view source_id) { present(source_id); }));
  if (reader_.mode(file_) == RosterMode::bulk && reader_.unreadable(file_) == 0) {
    for (const auto& [key, entry] : entries_) {
      if (meant(entry) && !entry.seen) gone_.push_back(entry.person_no);
    }
  }
  std::ranges::sort(gone_);
  counts.gone = static_cast<std::int64_t>(gone_.size());
  return {};
}

// Somebody whose row is wrong is there all the same.
void RosterPeople::present(std::string_view source_id) {
  if (const auto it = entries_.find(source_key_of(source_id)); it != entries_.end()) it->second.seen = true;
}

Result<> RosterPeople::compare(const RosterRow& row, domain::FileCounts& counts) {
  const auto decoded = TRY(decode(row));
  if (!decoded) {
    present(row.text(0));
    return {};
  }
  const auto [place, added] = entries_.try_emplace(decoded->key);
  Entry& entry = place->second;
  if (std::exchange(entry.seen, true)) return row.warn(0, "stands here twice; the first row counts");
  if (decoded->kept_out || decoded->gone) {
    if (entry.kept && !entry.missing) gone_.push_back(entry.person_no);
    entry.kept_out = !entry.kept;
    return {};
  }
  const auto content = content_of(*decoded);
  entry.role = decoded->person.role;
  entry.write = added || entry.missing || content != entry.content;
  entry.content = content;
  if (added) entry.person_no = ++last_no_;
  if (entry.write) ++(added ? counts.added : counts.changed);
  return {};
}

std::size_t RosterPeople::to_write() const {
  return gone_.size() + static_cast<std::size_t>(
                            std::ranges::count_if(entries_, [](const auto& it) { return it.second.write; }));
}

Result<> RosterPeople::write(BulkWriter& writer) {
  if (!reader_.has(file_)) return {};
  writer.begin(name_of(file_));
  std::vector<storage::PersonRow> waiting;
  const auto flush = [&]() -> Result<> {
    TRY(writer.write(std::span<const storage::PersonRow>(waiting),
                     [](sql::Transaction& transaction, const storage::PersonRow& row) {
                       return storage::put_person(transaction, row);
                     }));
    waiting.clear();
    return {};
  };
  TRY(reader_.each(file_, true, [&](const RosterRow& row) -> Result<> {
    auto decoded = TRY(decode(row));
    if (!decoded) return {};
    const auto entry = entries_.find(decoded->key);
    if (entry == entries_.end() || !std::exchange(entry->second.write, false)) return {};
    waiting.push_back(row_of(std::move(*decoded), entry->second));
    return waiting.size() < BulkWriter::kGather ? Result<>() : flush();
  }));
  TRY(flush());
  const auto now_ms = clock_.wall_ms();
  return writer.write(std::span<const std::int64_t>(gone_), [&](sql::Transaction& transaction, std::int64_t person_no) {
    return storage::mark_person_missing(transaction, person_no, now_ms);
  });
}

RosterPeople::Found RosterPeople::find(std::string_view source_id) const {
  const auto entry = entries_.find(source_key_of(source_id));
  if (entry == entries_.end()) return {};
  if (entry->second.kept_out) return {Standing::kept_out, 0};
  return entry->second.person_no == 0 ? Found{} : Found{Standing::here, entry->second.person_no};
}

std::int64_t RosterPeople::content_of(const Decoded& it) const {
  const auto& person = it.person;
  std::vector<std::string_view> parts{person.student_number,   person.given_name,        person.family_name,
                                      person.preferred_given,  person.preferred_family,  domain::name_of(person.role),
                                      person.school_id,        person.grade,             person.enabled ? "1" : "0",
                                      person.email,            it.username};
  parts.insert(parts.end(), person.school_ids.begin(), person.school_ids.end());
  return keys_.content_of(parts);
}

storage::PersonRow RosterPeople::row_of(Decoded decoded, const Entry& entry) const {
  storage::PersonRow row{.person = std::move(decoded.person), .content_hash = entry.content};
  auto& person = row.person;
  person.person_no = entry.person_no;
  person.person_id = make_ulid(clock_, random_);  // of a new one only; the store keeps an old one's
  person.created_ms = clock_.wall_ms();
  person.username_hash = keys_.username_of(decoded.username);
  const auto& given = person.preferred_given.empty() ? person.given_name : person.preferred_given;
  const auto& family = person.preferred_family.empty() ? person.family_name : person.preferred_family;
  row.sort_name = fold_text(family) + ", " + fold_text(given);
  return row;
}

}  // namespace rollcall::service
