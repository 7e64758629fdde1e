// Who may do what, and how far it reaches. Every route of the API names a permission and a scope; a role
// holds a fixed set of permissions; a person's scope bounds which devices they reach.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::domain {

enum class Permission : std::uint8_t {
  own_session,   // sign out, look at oneself, change one's own password
  view_devices,  // overview, list, device pages, events, schools, calendars
  edit_devices,  // tag, school
  delete_devices,
  revoke_agents,
  view_tokens,
  edit_tokens,  // make and revoke enrolment tokens
  view_reviews,
  resolve_reviews,
  view_access_points,
  view_settings,  // retention, what is collected
  view_users,
  edit_users,
  view_audit,
  view_people,       // students and staff of the roster, who holds what
  import_roster,     // the roster's files, and what is to be done with them
  edit_calendar,     // school days, bells, a closure
  edit_inventory,    // models, devices' records, places, purchase orders, labels
  import_inventory,  // the inventory's files
  move_custody,      // give a device to somebody, take it back
  audit_rooms,       // count what lies in a room or cart
};
inline constexpr std::size_t kPermissions = static_cast<std::size_t>(Permission::audit_rooms) + 1;

// A viewer sees devices and never a name; a school_admin runs a school without settings of the server.
enum class Role : std::uint8_t { viewer, technician, school_admin, admin };
inline constexpr std::size_t kRoles = static_cast<std::size_t>(Role::admin) + 1;

std::string_view name_of(Permission permission);
std::string_view name_of(Role role);  // "admin", "school_admin", "technician", "viewer"
std::optional<Role> parse_role(std::string_view text);

namespace detail {
using PermissionSet = std::uint64_t;
consteval PermissionSet set_of(std::initializer_list<Permission> permissions) {
  PermissionSet set = 0;
  for (const Permission permission : permissions) set |= PermissionSet{1} << static_cast<unsigned>(permission);
  return set;
}
inline constexpr PermissionSet kViewer = set_of({Permission::own_session, Permission::view_devices,
                                                 Permission::view_access_points, Permission::view_settings});
inline constexpr PermissionSet kTechnician =
    kViewer | set_of({Permission::edit_devices, Permission::revoke_agents, Permission::view_tokens,
                      Permission::edit_tokens, Permission::view_reviews, Permission::resolve_reviews,
                      Permission::view_people, Permission::edit_inventory, Permission::move_custody,
                      Permission::audit_rooms});
inline constexpr PermissionSet kSchoolAdmin =
    kTechnician | set_of({Permission::delete_devices, Permission::edit_calendar});
inline constexpr PermissionSet kAdmin =
    kSchoolAdmin | set_of({Permission::view_users, Permission::edit_users, Permission::view_audit,
                           Permission::import_roster, Permission::import_inventory});

constexpr PermissionSet set_of(Role role) {
  switch (role) {
    case Role::viewer:
      return kViewer;
    case Role::technician:
      return kTechnician;
    case Role::school_admin:
      return kSchoolAdmin;
    case Role::admin:
      return kAdmin;
  }
  return 0;
}
}  // namespace detail

constexpr bool holds(Role role, Permission permission) {
  return (detail::set_of(role) >> static_cast<unsigned>(permission)) & 1u;
}

// From narrow to wide. On a route: the narrowest scope that may use it (`district`: only who sees the whole
// district; `school`: answers are limited to the caller's schools; `self`: the caller's own things). On a
// person: what they reach; `ids` names the schools or classes, and is empty for district and self.
enum class ScopeKind : std::uint8_t { self, class_, school, district };

std::string_view name_of(ScopeKind kind);  // "self", "class", "school", "district"
std::optional<ScopeKind> parse_scope_kind(std::string_view text);

struct Scope {
  ScopeKind kind{ScopeKind::self};
  std::vector<std::string> ids{};  // ascending, each once

  bool operator==(const Scope&) const = default;
  // May somebody with this scope use a route that is marked `route`?
  bool reaches(ScopeKind route) const { return kind >= route; }
  // May they see a device of this school (empty: of none)? Class and self reach no device as such.
  bool covers_school(std::string_view school_id) const {
    return kind == ScopeKind::district ||
           (kind == ScopeKind::school && !school_id.empty() && std::ranges::binary_search(ids, school_id));
  }
};

}  // namespace rollcall::domain
