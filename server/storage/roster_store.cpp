#include "server/storage/roster_store.h"

#include "server/storage/columns.h"

namespace rollcall::storage {
namespace {

Result<domain::PersonRole> role_of(std::string_view text) {
  const auto role = domain::parse_person_role(text);
  if (!role) return fail(Errc::corrupt, "an enrollment of unknown role is stored");
  return *role;
}

std::optional<std::int32_t> day(sql::Rows& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return static_cast<std::int32_t>(row.integer(column));
}

Result<domain::Enrollment> read_enrollment(sql::Rows& row) {
  return domain::Enrollment{.person_no = row.integer(0),
                            .source_key = row.integer(1),
                            .class_no = row.integer(2),
                            .role = TRY(role_of(row.text(3))),
                            .primary = row.integer(4) != 0,
                            .first_day = day(row, 5),
                            .last_day = day(row, 6),
                            .missing_ms = row.optional_integer(7)};
}

constexpr int kTermOfClass = 12;  // its first column in classes_of_person

domain::RosterTerm read_term(sql::Rows& row, int column) {
  return {.term_no = row.integer(column),
          .source_id = row.string(column + 1),
          .title = row.string(column + 2),
          .kind = row.string(column + 3),
          .first_day = static_cast<std::int32_t>(row.integer(column + 4)),
          .last_day = static_cast<std::int32_t>(row.integer(column + 5)),
          .school_year = row.string(column + 6)};
}

Result<domain::RosterTerm> read_whole_term(sql::Rows& row) {
  auto term = read_term(row, 0);
  term.missing_ms = row.optional_integer(7);
  return term;
}

}  // namespace

Result<> put_term(sql::Transaction& transaction, const domain::RosterTerm& term) {
  TRY(transaction.execute(
      "INSERT INTO terms (term_no, source_id, title, kind, first_day, last_day, school_year, missing_ms)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (term_no) DO UPDATE SET title = $3, kind = $4,"
      " first_day = $5, last_day = $6, school_year = $7, missing_ms = $8",
      term.term_no, term.source_id, term.title, term.kind, term.first_day, term.last_day, term.school_year,
      term.missing_ms));
  return {};
}

Result<> put_course(sql::Transaction& transaction, const domain::RosterCourse& course) {
  TRY(transaction.execute("INSERT INTO courses (course_no, source_id, title, code, missing_ms)"
                          " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (course_no)"
                          " DO UPDATE SET title = $3, code = $4, missing_ms = $5",
                          course.course_no, course.source_id, course.title, course.code, course.missing_ms));
  return {};
}

Result<> put_class(sql::Transaction& transaction, const domain::RosterClass& row) {
  TRY(transaction.execute(
      "INSERT INTO classes (class_no, source_id, title, code, kind, grade, location, periods, school_id, course_no,"
      " missing_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (class_no)"
      " DO UPDATE SET title = $3, code = $4, kind = $5, grade = $6, location = $7, periods = $8, school_id = $9,"
      " course_no = $10, missing_ms = $11",
      row.class_no, row.source_id, row.title, row.code, row.kind, row.grade, row.location, row.periods,
      null_if_empty(row.school_id), row.course_no, row.missing_ms));
  TRY(transaction.execute("DELETE FROM class_terms WHERE class_no = $1", row.class_no));
  for (const auto term : row.term_nos) {
    TRY(transaction.execute("INSERT INTO class_terms (class_no, term_no) VALUES ($1, $2)", row.class_no, term));
  }
  return {};
}

Result<> put_enrollment(sql::Transaction& transaction, const domain::Enrollment& it) {
  TRY(transaction.execute(
      "INSERT INTO enrollments (person_no, source_key, class_no, role, is_primary, first_day, last_day, missing_ms)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (person_no, source_key) DO UPDATE SET class_no = $3,"
      " role = $4, is_primary = $5, first_day = $6, last_day = $7, missing_ms = $8",
      it.person_no, it.source_key, it.class_no, domain::name_of(it.role), it.primary, it.first_day, it.last_day,
      it.missing_ms));
  return {};
}

Result<> mark_enrollment_missing(sql::Transaction& transaction, std::int64_t person_no, std::int64_t source_key,
                                 std::int64_t missing_ms) {
  TRY(transaction.execute("UPDATE enrollments SET missing_ms = $3 WHERE person_no = $1 AND source_key = $2", person_no,
                          source_key, missing_ms));
  return {};
}

Result<std::vector<domain::RosterTerm>> list_terms(sql::Snapshot& snapshot) {
  return all_rows<domain::RosterTerm>(
      snapshot.query("SELECT term_no, source_id, title, kind, first_day, last_day, school_year, missing_ms FROM terms"
                     " ORDER BY first_day, term_no"),
      read_whole_term);
}

Result<std::vector<domain::RosterTerm>> terms_of_school(sql::Snapshot& snapshot, std::string_view school_id,
                                                        std::int32_t today) {
  return all_rows<domain::RosterTerm>(
      snapshot.query("SELECT term_no, source_id, title, kind, first_day, last_day, school_year, missing_ms FROM terms"
                     " WHERE term_no IN (SELECT class_terms.term_no FROM classes"
                     " JOIN class_terms ON class_terms.class_no = classes.class_no"
                     " JOIN terms AS its ON its.term_no = class_terms.term_no"
                     " WHERE classes.school_id = $1 AND (classes.missing_ms IS NULL OR its.last_day < $2))"
                     " ORDER BY first_day, term_no",
                     school_id, today),
      read_whole_term);
}

Result<std::vector<domain::RosterCourse>> list_courses(sql::Snapshot& snapshot) {
  return all_rows<domain::RosterCourse>(
      snapshot.query("SELECT course_no, source_id, title, code, missing_ms FROM courses ORDER BY course_no"),
      [](sql::Rows& row) -> Result<domain::RosterCourse> {
        return domain::RosterCourse{.course_no = row.integer(0),
                                    .source_id = row.string(1),
                                    .title = row.string(2),
                                    .code = row.string(3),
                                    .missing_ms = row.optional_integer(4)};
      });
}

Result<std::vector<domain::RosterClass>> list_classes(sql::Snapshot& snapshot) {
  auto classes = TRY(all_rows<domain::RosterClass>(
      snapshot.query("SELECT class_no, source_id, title, code, kind, grade, location, periods, school_id, course_no,"
                     " missing_ms FROM classes ORDER BY class_no"),
      [](sql::Rows& row) -> Result<domain::RosterClass> {
        return domain::RosterClass{.class_no = row.integer(0),
                                   .source_id = row.string(1),
                                   .title = row.string(2),
                                   .code = row.string(3),
                                   .kind = row.string(4),
                                   .grade = row.string(5),
                                   .location = row.string(6),
                                   .periods = row.string(7),
                                   .school_id = row.string(8),
                                   .course_no = row.optional_integer(9),
                                   .missing_ms = row.optional_integer(10)};
      }));
  auto rows = TRY(snapshot.query("SELECT class_no, term_no FROM class_terms ORDER BY class_no, term_no"));
  auto at = classes.begin();
  while (TRY(rows->next())) {
    while (at != classes.end() && at->class_no < rows->integer(0)) ++at;
    if (at != classes.end() && at->class_no == rows->integer(0)) at->term_nos.push_back(rows->integer(1));
  }
  return classes;
}

Result<std::vector<domain::Enrollment>> enrollments_after(sql::Snapshot& snapshot, std::int64_t person_no,
                                                          std::int64_t source_key, std::size_t limit) {
  return all_rows<domain::Enrollment>(
      snapshot.query("SELECT person_no, source_key, class_no, role, is_primary, first_day, last_day, missing_ms"
                     " FROM enrollments WHERE (person_no, source_key) > ($1, $2)"
                     " ORDER BY person_no, source_key LIMIT $3",
                     person_no, source_key, limit),
      read_enrollment);
}

Result<std::vector<ClassOfPerson>> classes_of_person(sql::Snapshot& snapshot, std::int64_t person_no) {
  return all_rows<ClassOfPerson>(
      snapshot.query("SELECT e.person_no, e.source_key, e.class_no, e.role, e.is_primary, e.first_day, e.last_day,"
                     " e.missing_ms, c.title, c.code, c.school_id, c.periods, t.term_no, t.source_id, t.title, t.kind,"
                     " t.first_day, t.last_day, t.school_year FROM enrollments e"
                     " JOIN classes c ON c.class_no = e.class_no LEFT JOIN class_terms ct ON ct.class_no = c.class_no"
                     " LEFT JOIN terms t ON t.term_no = ct.term_no AND t.missing_ms IS NULL"
                     " WHERE e.person_no = $1 AND e.missing_ms IS NULL AND c.missing_ms IS NULL"
                     " ORDER BY t.term_no IS NULL, t.first_day, t.term_no, c.title, e.class_no, e.source_key",
                     person_no),
      [](sql::Rows& row) -> Result<ClassOfPerson> {
        ClassOfPerson out{TRY(read_enrollment(row)), row.string(8), row.string(9), row.string(10), row.string(11), {}};
        if (!row.is_null(kTermOfClass)) out.term = read_term(row, kTermOfClass);
        return out;
      });
}

}  // namespace rollcall::storage
