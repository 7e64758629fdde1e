// The vocabulary of rosters: the files of OneRoster 1.1 and 1.2 and the plain student list, with the columns that are
// read. A column that is not here is never read: birth dates, telephone numbers, passwords and middle names end at this
// table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "server/csv/columns.h"

namespace rollcall::service {

enum class RosterFile : std::uint8_t { orgs, terms, courses, classes, roles, users, enrollments, students };
inline constexpr std::size_t kRosterFiles = 8;

namespace org_field {
enum : std::size_t { source_id, status, name, type, identifier };
}
namespace term_field {
enum : std::size_t { source_id, status, title, type, start_date, end_date, school_year };
}
namespace course_field {
enum : std::size_t { source_id, status, title, code, org };
}
namespace class_field {
enum : std::size_t { source_id, status, title, grades, course, code, type, location, school, terms, periods };
}
namespace role_field {
enum : std::size_t { source_id, status, user, role_type, role, org };
}
namespace user_field {
enum : std::size_t {
  source_id, status, enabled, orgs, role, username, given_name, family_name, preferred_given, preferred_family,
  identifier, email, grades, primary_org
};
}
namespace enrollment_field {
enum : std::size_t { source_id, status, class_, user, role, primary, begin_date, end_date };
}
namespace student_field {
enum : std::size_t {
  number, enabled, given_name, family_name, preferred_given, preferred_family, school, grades, email, username
};
}

// "users.csv"; of the plain list, whatever the one file is called.
std::string_view name_of(RosterFile file);
std::span<const csv::Field> fields_of(RosterFile file);
std::optional<RosterFile> roster_file_called(std::string_view name);  // of OneRoster; lower case
// The table that a header belongs to better than to `expected`; nothing: it is what it is called.
std::optional<RosterFile> mistaken_for(RosterFile expected, const csv::Row& header);

// Words of enumerations, without case: "Scheduled", "true", "1", "yes", "active".
bool is_yes(std::string_view text, bool when_empty);
// Of a status: "tobedeleted", and the "inactive" of older exports.
bool is_withdrawn(std::string_view status);
// A number that a spreadsheet has rounded: "6.37702E+15". Many records share one such text.
bool is_spreadsheet_number(std::string_view text);

}  // namespace rollcall::service
