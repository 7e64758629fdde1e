#include "server/service/roster_plan.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "common/base/text.h"
#include "server/storage/roster_store.h"
#include "server/storage/school_store.h"

namespace rollcall::service {
namespace {

constexpr std::size_t kMaxTitle = 256, kMaxCode = 64;  // bytes

RosterFile people_file(const RosterReader& reader) {
  return reader.has(RosterFile::students) ? RosterFile::students : RosterFile::users;
}


}  // namespace

RosterPlan::RosterPlan(sql::Database& db, const Clock& clock, Random& random, const RosterKeys& keys,
                       std::unique_ptr<RosterReader> reader, ImportWatch& watch, std::vector<domain::School> schools)
    : db_(db),
      clock_(clock),
      random_(random),
      reader_(std::move(reader)),
      watch_(watch),
      schools_(std::move(schools)),
      people_(db, clock, random, keys, schools_, *reader_, people_file(*reader_)),
      enrollments_(db, clock, people_, classes_, *reader_) {}

std::uint64_t RosterPlan::bytes_of(std::initializer_list<RosterFile> files) const {
  return std::accumulate(files.begin(), files.end(), std::uint64_t{},
                         [&](std::uint64_t sum, RosterFile file) { return sum + reader_->size(file); });
}

Result<> RosterPlan::make() {
  watch_.begin("reading", bytes_of({RosterFile::orgs, RosterFile::terms, RosterFile::courses, RosterFile::classes,
                                    RosterFile::roles, RosterFile::users, RosterFile::enrollments,
                                    RosterFile::students}));
  TRY(load());
  TRY(schools_.read(*reader_, clock_, random_));
  TRY(read_terms());
  TRY(read_courses());
  TRY(read_classes());
  TRY(people_.plan());
  return enrollments_.plan();
}

Result<> RosterPlan::load() {
  return db_.read([&](sql::Snapshot& snapshot) -> Result<> {
    terms_ = TermLedger(TRY(storage::list_terms(snapshot)));
    courses_ = CourseLedger(TRY(storage::list_courses(snapshot)));
    classes_ = ClassLedger(TRY(storage::list_classes(snapshot)));
    return {};
  });
}

template <class Ledger, class Record>
Result<> RosterPlan::keep(Ledger& ledger, RosterFile file, const RosterRow& row, Record record) {
  if (record.title.empty()) return row.error(2, "is empty");  // the title, in each of these tables
  if (ledger.take(std::move(record), reader_->counts(file))) return {};
  return row.warn(0, "stands here twice; the first row counts");
}

template <class Ledger>
Result<> RosterPlan::each(Ledger& ledger, RosterFile file, const RosterReader::Take& take) {
  const auto present = [&](std::string_view source_id) { ledger.present(source_id); };
  TRY(reader_->each(
      file, false,
      [&](const RosterRow& row) {
        present(row.text(0));
        return take(row);
      },
      present));
  const bool whole = reader_->mode(file) == RosterMode::bulk && reader_->unreadable(file) == 0;
  ledger.settle(whole, clock_.wall_ms(), reader_->counts(file));
  return {};
}

Result<> RosterPlan::read_terms() {
  if (!reader_->has(RosterFile::terms)) return {};
  csv::DateColumn dates;
  TRY(reader_->each(RosterFile::terms, true, [&](const RosterRow& row) -> Result<> {
    dates.see(row.text(term_field::start_date));
    dates.see(row.text(term_field::end_date));
    return {};
  }));
  if (dates.is_ambiguous()) {
    TRY(reader_->note_file(RosterFile::terms, "its dates may mean month/day or day/month; month first was assumed"));
  }
  return each(terms_, RosterFile::terms, [&](const RosterRow& row) { return take_term(row, dates.order()); });
}

Result<> RosterPlan::take_term(const RosterRow& row, csv::DateOrder order) {
  if (is_withdrawn(row.text(term_field::status))) {
    terms_.remove(row.text(term_field::source_id), clock_.wall_ms(), reader_->counts(RosterFile::terms));
    return {};
  }
  const auto first = csv::parse_date(row.text(term_field::start_date), order);
  const auto last = csv::parse_date(row.text(term_field::end_date), order);
  if (!first) return row.error(term_field::start_date, "is not a date");
  if (!last) return row.error(term_field::end_date, "is not a date");
  if (*last < *first) return row.error(term_field::end_date, "is before the start");
  domain::RosterTerm term;
  term.source_id = row.text(term_field::source_id);
  term.title = row.text(term_field::title, kMaxTitle);
  term.kind = row.text(term_field::type, kMaxCode);
  term.first_day = *first, term.last_day = *last;
  term.school_year = row.text(term_field::school_year, kMaxCode);
  return keep(terms_, RosterFile::terms, row, std::move(term));
}

Result<> RosterPlan::read_courses() {
  if (!reader_->has(RosterFile::courses)) return {};
  return each(courses_, RosterFile::courses, [&](const RosterRow& row) -> Result<> {
    if (is_withdrawn(row.text(course_field::status))) {
      courses_.remove(row.text(course_field::source_id), clock_.wall_ms(), reader_->counts(RosterFile::courses));
      return {};
    }
    domain::RosterCourse course;
    course.source_id = row.text(course_field::source_id);
    course.title = row.text(course_field::title, kMaxTitle);
    course.code = row.text(course_field::code, kMaxCode);
    const auto org = row.text(course_field::org);
    if (!org.empty() && !schools_.school_of_org(org)) {
      TRY(row.warn(course_field::org, "names an org that is not in orgs.csv"));
    }
    return keep(courses_, RosterFile::courses, row, std::move(course));
  });
}

Result<> RosterPlan::read_classes() {
  if (!reader_->has(RosterFile::classes)) return {};
  return each(classes_, RosterFile::classes, [&](const RosterRow& row) { return take_class(row); });
}

Result<> RosterPlan::take_class(const RosterRow& row) {
  if (is_withdrawn(row.text(class_field::status))) {
    classes_.remove(row.text(class_field::source_id), clock_.wall_ms(), reader_->counts(RosterFile::classes));
    return {};
  }
  domain::RosterClass out;
  out.source_id = row.text(class_field::source_id);
  out.title = row.text(class_field::title, kMaxTitle);
  out.code = row.text(class_field::code, kMaxCode);
  out.kind = to_lower(row.text(class_field::type, kMaxCode));
  out.grade = domain::normalise_grade(row.text(class_field::grades));
  out.location = row.text(class_field::location, kMaxTitle);
  out.periods = row.text(class_field::periods, kMaxTitle);
  const auto school = schools_.school_of_org(row.text(class_field::school));
  if (!school && out.kind != "scheduled" && out.kind != "homeroom") {
    return row.error(class_field::type, "is no class's, and no school is named; is this a row of another file?");
  }
  if (!school) TRY(row.warn(class_field::school, "names an org that is not in orgs.csv"));
  out.school_id = school.value_or("");
  if (const auto course = row.text(class_field::course); !course.empty()) {
    out.course_no = courses_.number_of(course);
    if (!out.course_no) TRY(row.warn(class_field::course, "names a course that is not in courses.csv"));
  }
  for (const auto name : split(row.text(class_field::terms), ',')) {
    if (trim(name).empty()) continue;
    const auto term = terms_.number_of(trim(name));
    if (!term) TRY(row.warn(class_field::terms, "names a session that is not in academicSessions.csv"));
    if (term && std::ranges::find(out.term_nos, *term) == out.term_nos.end()) out.term_nos.push_back(*term);
  }
  std::ranges::sort(out.term_nos);
  return keep(classes_, RosterFile::classes, row, std::move(out));
}

Result<> RosterPlan::write() {
  const auto terms = terms_.to_write();
  const auto courses = courses_.to_write();
  const auto classes = classes_.to_write();
  watch_.begin("writing", schools_.to_write().size() + terms.size() + courses.size() + classes.size() +
                              people_.to_write() + enrollments_.to_write());
  BulkWriter writer(db_, clock_, watch_);
  const auto all = [&](RosterFile file, const auto& records, auto put) -> Result<> {
    writer.begin(name_of(file));
    return writer.write(std::span(records.data(), records.size()),
                        [&](sql::Transaction& transaction, const auto& record) { return put(transaction, record); });
  };
  TRY(all(RosterFile::orgs, schools_.to_write(), storage::put_school));
  TRY(all(RosterFile::terms, terms, storage::put_term));
  TRY(all(RosterFile::courses, courses, storage::put_course));
  TRY(all(RosterFile::classes, classes, storage::put_class));
  TRY(people_.write(writer));
  return enrollments_.write(writer);
}

}  // namespace rollcall::service
