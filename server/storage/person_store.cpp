#include "server/storage/person_store.h"

#include <utility>

#include "server/storage/columns.h"
#include "server/storage/search_store.h"

namespace rollcall::storage {
namespace {

// Of every query that reads people, in this order.
constexpr int kSortName = 17;

Result<domain::Person> read_person(sql::Rows& row) {
  domain::Person out;
  out.person_no = row.integer(0);
  out.person_id = row.string(1);
  out.source_id = row.string(2);
  out.student_number = row.string(3);
  out.given_name = row.string(4);
  out.family_name = row.string(5);
  out.preferred_given = row.string(6);
  out.preferred_family = row.string(7);
  const auto role = domain::parse_person_role(row.text(8));
  if (!role) return fail(Errc::corrupt, "a person of unknown role is stored");
  out.role = *role;
  out.school_id = row.string(9);
  out.grade = row.string(10);
  out.enabled = row.integer(11) != 0;
  out.email = row.string(12);
  out.username_hash = std::string(text_of(row.blob(13)));
  out.created_ms = row.integer(14);
  out.missing_ms = row.optional_integer(15);
  out.version = row.integer(16);
  return out;
}

Result<> add_schools(sql::Snapshot& snapshot, domain::Person& person) {
  person.school_ids = TRY(all_rows<std::string>(
      snapshot.query("SELECT school_id FROM person_schools WHERE person_no = $1 ORDER BY school_id", person.person_no),
      [](sql::Rows& row) -> Result<std::string> { return row.string(0); }));
  return {};
}

Result<std::optional<domain::Person>> with_schools(sql::Snapshot& snapshot, Result<std::unique_ptr<sql::Rows>> rows) {
  auto person = TRY(first_row<domain::Person>(std::move(rows), read_person));
  if (person) TRY(add_schools(snapshot, *person));
  return person;
}

Result<ListedPerson> read_listed(sql::Rows& row) { return ListedPerson{TRY(read_person(row)), row.string(kSortName)}; }

}  // namespace

Result<> put_person(sql::Transaction& transaction, const PersonRow& row) {
  const domain::Person& person = row.person;
  const auto hash = person.username_hash.empty() ? std::nullopt : std::optional(blob_of(person.username_hash));
  TRY(transaction.execute(
      "INSERT INTO people (person_no, person_id, source_id, student_number, given_name, family_name, preferred_given,"
      " preferred_family, sort_name, role, school_id, grade, enabled, email, username_hash, content_hash, created_ms,"
      " missing_ms, version)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, 1)"
      " ON CONFLICT (person_no) DO UPDATE SET student_number = $4, given_name = $5, family_name = $6,"
      " preferred_given = $7, preferred_family = $8, sort_name = $9, role = $10, school_id = $11, grade = $12,"
      " enabled = $13, email = $14, username_hash = $15, content_hash = $16, missing_ms = $18,"
      " version = people.version + 1",
      person.person_no, person.person_id, person.source_id, person.student_number, person.given_name,
      person.family_name, person.preferred_given, person.preferred_family, row.sort_name,
      domain::name_of(person.role), null_if_empty(person.school_id), person.grade, person.enabled, person.email, hash,
      row.content_hash, person.created_ms, person.missing_ms));
  TRY(transaction.execute("DELETE FROM person_schools WHERE person_no = $1", person.person_no));
  for (const auto& school : person.school_ids) {
    TRY(transaction.execute("INSERT INTO person_schools (person_no, school_id) VALUES ($1, $2)", person.person_no, school));
  }
  return mark_for_search(transaction, domain::SearchKind::person, person.person_no);
}

Result<> mark_person_missing(sql::Transaction& transaction, std::int64_t person_no, std::int64_t missing_ms) {
  const std::int64_t changed = TRY(transaction.execute("UPDATE people SET missing_ms = $2, version = version + 1"
                                                       " WHERE person_no = $1 AND missing_ms IS NULL",
                                                       person_no, missing_ms));
  return changed == 0 ? Result<>() : mark_for_search(transaction, domain::SearchKind::person, person_no);
}

Result<std::optional<std::int64_t>> each_kept_person(sql::Snapshot& snapshot, std::int64_t after, std::size_t limit,
                                                     const std::function<void(const KeptPerson&)>& take) {
  auto rows = TRY(snapshot.query("SELECT person_no, source_id, content_hash, role, missing_ms FROM people"
                                 " WHERE person_no > $1 ORDER BY person_no LIMIT $2",
                                 after, limit));
  std::optional<std::int64_t> last;
  while (TRY(rows->next())) {
    const auto role = domain::parse_person_role(rows->text(3));
    if (!role) return fail(Errc::corrupt, "a person of unknown role is stored");
    take({rows->integer(0), rows->text(1), rows->integer(2), *role, !rows->is_null(4)});
    last = rows->integer(0);
  }
  return last;
}

Result<> each_person_keys(sql::Snapshot& snapshot, const std::function<void(const PersonKeys&)>& take) {
  auto rows = TRY(snapshot.query("SELECT person_no, student_number, email, username_hash FROM people"));
  while (TRY(rows->next())) {
    take({rows->integer(0), rows->text(1), rows->text(2), text_of(rows->blob(3))});
  }
  return {};
}

Result<std::optional<domain::Person>> find_person(sql::Snapshot& snapshot, std::string_view person_id) {
  return with_schools(
      snapshot,
      snapshot.query("SELECT person_no, person_id, source_id, student_number, given_name, family_name, preferred_given,"
                     " preferred_family, role, school_id, grade, enabled, email, username_hash, created_ms, missing_ms,"
                     " version FROM people WHERE person_id = $1",
                     person_id));
}

Result<std::optional<domain::Person>> find_person_by_no(sql::Snapshot& snapshot, std::int64_t person_no) {
  auto found = TRY(find_listed_person(snapshot, person_no));
  return found ? std::optional(std::move(found->person)) : std::nullopt;
}

Result<std::vector<std::int64_t>> find_people_by_number(sql::Snapshot& snapshot, std::string_view student_number,
                                                        std::size_t limit) {
  return all_rows<std::int64_t>(
      snapshot.query("SELECT person_no FROM people WHERE student_number = $1 AND student_number <> ''"
                     " ORDER BY missing_ms IS NOT NULL, enabled DESC, person_no LIMIT $2",
                     student_number, limit),
      [](sql::Rows& row) -> Result<std::int64_t> { return row.integer(0); });
}

Result<std::optional<domain::Person>> find_person_by_username(sql::Snapshot& snapshot, std::string_view username_hash) {
  return with_schools(
      snapshot,
      snapshot.query("SELECT person_no, person_id, source_id, student_number, given_name, family_name, preferred_given,"
                     " preferred_family, role, school_id, grade, enabled, email, username_hash, created_ms, missing_ms,"
                     " version FROM people WHERE username_hash = $1"
                     " ORDER BY missing_ms IS NOT NULL, enabled DESC, person_no LIMIT 1",
                     blob_of(username_hash)));
}

Result<std::optional<ListedPerson>> find_listed_person(sql::Snapshot& snapshot, std::int64_t person_no) {
  auto found = TRY(first_row<ListedPerson>(
      snapshot.query("SELECT person_no, person_id, source_id, student_number, given_name, family_name, preferred_given,"
                     " preferred_family, role, school_id, grade, enabled, email, username_hash, created_ms, missing_ms,"
                     " version, sort_name FROM people WHERE person_no = $1",
                     person_no),
      read_listed));
  if (found) TRY(add_schools(snapshot, found->person));
  return found;
}

Result<std::vector<ListedPerson>> list_people(sql::Snapshot& snapshot, const PersonFilter& filter) {
  const auto role = filter.role ? std::optional(domain::name_of(*filter.role)) : std::nullopt;
  const auto state = filter.state ? std::optional(domain::name_of(*filter.state)) : std::nullopt;
  // A school has few people: they are taken first and sorted then. Everybody is read in the order of their names, as
  // far as the page needs it.
  if (filter.school_id) {
    return all_rows<ListedPerson>(
        snapshot.query(
            "SELECT p.person_no, p.person_id, p.source_id, p.student_number, p.given_name, p.family_name,"
            " p.preferred_given, p.preferred_family, p.role, p.school_id, p.grade, p.enabled, p.email, p.username_hash,"
            " p.created_ms, p.missing_ms, p.version, p.sort_name"
            " FROM person_schools s CROSS JOIN people p ON p.person_no = s.person_no WHERE s.school_id = $1"
            " AND (p.sort_name > $2 OR (p.sort_name = $2 AND p.person_no > $3))"
            " AND ($4 IS NULL OR p.role = $4) AND ($5 IS NULL OR p.grade = $5)"
            " AND ($6 IS NULL OR $6 = CASE WHEN p.missing_ms IS NOT NULL THEN 'missing'"
            "      WHEN p.enabled = 0 THEN 'disabled' ELSE 'active' END)"
            " AND ($7 IS NULL OR EXISTS (SELECT 1 FROM person_schools r JOIN user_scopes u ON u.scope_id = r.school_id"
            "      WHERE r.person_no = p.person_no AND u.user_id = $7))"
            " ORDER BY p.sort_name, p.person_no LIMIT $8",
            *filter.school_id, filter.after_name, filter.after_no, role, filter.grade, state, filter.user_id,
            filter.limit),
        read_listed);
  }
  return all_rows<ListedPerson>(
      snapshot.query(
          "SELECT p.person_no, p.person_id, p.source_id, p.student_number, p.given_name, p.family_name,"
          " p.preferred_given, p.preferred_family, p.role, p.school_id, p.grade, p.enabled, p.email, p.username_hash,"
          " p.created_ms, p.missing_ms, p.version, p.sort_name"
          " FROM people p WHERE p.sort_name >= $1 AND (p.sort_name > $1 OR p.person_no > $2)"
          " AND ($3 IS NULL OR p.role = $3) AND ($4 IS NULL OR p.grade = $4)"
          " AND ($5 IS NULL OR $5 = CASE WHEN p.missing_ms IS NOT NULL THEN 'missing'"
          "      WHEN p.enabled = 0 THEN 'disabled' ELSE 'active' END)"
          " AND ($6 IS NULL OR EXISTS (SELECT 1 FROM person_schools r JOIN user_scopes u ON u.scope_id = r.school_id"
          "      WHERE r.person_no = p.person_no AND u.user_id = $6))"
          " ORDER BY p.sort_name, p.person_no LIMIT $7",
          filter.after_name, filter.after_no, role, filter.grade, state, filter.user_id, filter.limit),
      read_listed);
}

}  // namespace rollcall::storage
