#include "server/service/roster_schools.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/base/fold.h"
#include "common/base/id.h"
#include "common/base/text.h"

namespace rollcall::service {
namespace {

constexpr std::array<std::string_view, 5> kOtherTypes{"department", "district", "local", "state", "national"};

}  // namespace

RosterSchools::RosterSchools(std::vector<domain::School> known) : schools_(std::move(known)) {
  for (std::size_t i = 0; i < schools_.size(); ++i) {
    if (!schools_[i].source_id.empty()) by_org_[schools_[i].source_id] = i;
  }
}

Result<> RosterSchools::read(RosterReader& reader, const Clock& clock, Random& random) {
  if (!reader.has(RosterFile::orgs)) {
    if (!by_org_.empty() || !reader.has(RosterFile::users)) return {};
    return reader.note_file(RosterFile::users,
                            "names schools that nobody knows: there is no orgs.csv, and there was none before");
  }
  auto& counts = reader.counts(RosterFile::orgs);
  counts.kept = std::ranges::count_if(schools_, [](const auto& it) { return !it.source_id.empty() && !it.missing_ms; });
  TRY(reader.each(
      RosterFile::orgs, false, [&](const RosterRow& row) { return take(row, clock, random, counts); },
      [&](std::string_view source_id) { seen_.insert(std::string(source_id)); }));
  all_are_here_ = reader.mode(RosterFile::orgs) == RosterMode::bulk && reader.unreadable(RosterFile::orgs) == 0;
  if (!all_are_here_) return {};
  for (auto& school : schools_) {
    if (school.source_id.empty() || school.missing_ms || seen_.contains(school.source_id)) continue;
    school.missing_ms = clock.wall_ms();
    to_write_.push_back(school);
    ++counts.gone;
  }
  return {};
}

std::size_t RosterSchools::place_of(const domain::School& wanted) const {
  if (const auto known = by_org_.find(wanted.source_id); known != by_org_.end()) return known->second;
  const auto same = std::ranges::find_if(schools_, [&](const domain::School& it) {
    return it.source_id.empty() && (it.school_id == wanted.source_id || it.school_id == wanted.identifier ||
                                    fold_text(it.name) == fold_text(wanted.name));
  });
  return static_cast<std::size_t>(same - schools_.begin());
}

Result<> RosterSchools::take(const RosterRow& row, const Clock& clock, Random& random, domain::FileCounts& counts) {
  const std::string source_id(row.text(org_field::source_id));
  const auto type = row.text(org_field::type);
  if (!equal_ignoring_case(type, "school")) {
    other_orgs_.insert(source_id);
    if (std::ranges::any_of(kOtherTypes, [&](std::string_view it) { return equal_ignoring_case(it, type); })) return {};
    seen_.insert(source_id);
    return row.warn(org_field::type, "is no type of org that is known; it was not taken for a school");
  }
  if (!seen_.insert(source_id).second) return row.warn(org_field::source_id, "stands here twice; the first row counts");
  domain::School wanted;
  wanted.source_id = source_id;
  wanted.name = row.text(org_field::name, domain::kMaxSchoolName);
  wanted.identifier = row.text(org_field::identifier, domain::kMaxSchoolName);
  if (wanted.name.empty()) return row.error(org_field::name, "is empty");
  const auto place = place_of(wanted);
  const bool gone = !is_yes(row.text(org_field::status), true);
  if (place == schools_.size()) {
    if (gone) return {};
    wanted.school_id = make_ulid(clock, random);
    wanted.created_ms = clock.wall_ms();
    schools_.push_back(wanted);
    to_write_.push_back(std::move(wanted));
    by_org_[source_id] = place;
    ++counts.added;
    return {};
  }
  auto& kept = schools_[place];
  by_org_[source_id] = place;
  wanted.school_id = kept.school_id;
  wanted.created_ms = kept.created_ms;
  // The configuration names its own.
  if (!is_ulid(kept.school_id)) wanted.name = kept.name;
  if (gone) wanted.missing_ms = kept.missing_ms.value_or(clock.wall_ms());
  if (wanted == kept) return {};
  ++(gone ? counts.gone : counts.changed);
  kept = wanted;
  to_write_.push_back(std::move(wanted));
  return {};
}

std::optional<std::string> RosterSchools::school_of_org(std::string_view org_id) const {
  const std::string id(org_id);
  if (const auto known = by_org_.find(id); known != by_org_.end()) return schools_[known->second].school_id;
  return other_orgs_.contains(id) || !all_are_here_ ? std::optional(std::string()) : std::nullopt;
}

std::optional<std::string> RosterSchools::school_called(std::string_view text) const {
  const auto name = fold_text(text);
  const auto found = std::ranges::find_if(schools_, [&](const domain::School& it) {
    return it.school_id == text || (!it.identifier.empty() && it.identifier == text) || fold_text(it.name) == name;
  });
  return found == schools_.end() ? std::nullopt : std::optional(found->school_id);
}

}  // namespace rollcall::service
