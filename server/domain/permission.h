// Who may do what, and how far it reaches. Every route of the API names a permission and a scope; a role
// holds a fixed set of permissions; a person's scope bounds which devices they reach.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::domain {

enum class Permission : std::uint8_t {
  own_session,   // sign out, look at oneself, change one's own password
  view_devices,  // overview, list, device pages, events, schools
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
};

enum class Role : std::uint8_t { viewer, technician, admin };

std::string_view name_of(Permission permission);
std::string_view name_of(Role role);  // "admin", "technician", "viewer"
std::optional<Role> parse_role(std::string_view text);

namespace detail {
consteval std::uint32_t set_of(std::initializer_list<Permission> permissions) {
  std::uint32_t set = 0;
  for (const Permission permission : permissions) set |= 1u << static_cast<unsigned>(permission);
  return set;
}
inline constexpr std::uint32_t kViewer = set_of({Permission::own_session, Permission::view_devices,
                                                 Permission::view_access_points, Permission::view_settings});
inline constexpr std::uint32_t kTechnician =
    kViewer | set_of({Permission::edit_devices, Permission::revoke_agents, Permission::view_tokens,
                      Permission::edit_tokens, Permission::view_reviews, Permission::resolve_reviews});
inline constexpr std::uint32_t kAdmin =
    kTechnician | set_of({Permission::delete_devices, Permission::view_users, Permission::edit_users,
                          Permission::view_audit});
}  // namespace detail

constexpr bool holds(Role role, Permission permission) {
  const std::uint32_t set = role == Role::admin        ? detail::kAdmin
                            : role == Role::technician ? detail::kTechnician
                                                       : detail::kViewer;
  return (set >> static_cast<unsigned>(permission)) & 1u;
}

// From narrow to wide. On a route: the narrowest scope that may use it (`district`: only who sees the whole
// district; `school`: answers are limited to the caller's school; `self`: the caller's own things). On a
// person: what they reach; `id` names the school or class, and is empty for district and self.
enum class ScopeKind : std::uint8_t { self, class_, school, district };

std::string_view name_of(ScopeKind kind);  // "self", "class", "school", "district"
std::optional<ScopeKind> parse_scope_kind(std::string_view text);

struct Scope {
  ScopeKind kind{ScopeKind::self};
  std::string id{};

  bool operator==(const Scope&) const = default;
  // May somebody with this scope use a route that is marked `route`?
  bool reaches(ScopeKind route) const { return kind >= route; }
  // May they see a device of this school (empty: of none)? Class and self reach no device as such.
  bool covers_school(std::string_view school_id) const {
    return kind == ScopeKind::district || (kind == ScopeKind::school && !id.empty() && id == school_id);
  }
};

}  // namespace rollcall::domain
