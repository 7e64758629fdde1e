#include "server/domain/permission.h"

namespace rollcall::domain {

std::string_view name_of(Permission permission) {
  switch (permission) {
    case Permission::own_session:
      return "own_session";
    case Permission::view_devices:
      return "view_devices";
    case Permission::edit_devices:
      return "edit_devices";
    case Permission::delete_devices:
      return "delete_devices";
    case Permission::revoke_agents:
      return "revoke_agents";
    case Permission::view_tokens:
      return "view_tokens";
    case Permission::edit_tokens:
      return "edit_tokens";
    case Permission::view_reviews:
      return "view_reviews";
    case Permission::resolve_reviews:
      return "resolve_reviews";
    case Permission::view_access_points:
      return "view_access_points";
    case Permission::view_settings:
      return "view_settings";
    case Permission::view_users:
      return "view_users";
    case Permission::edit_users:
      return "edit_users";
    case Permission::view_audit:
      return "view_audit";
    case Permission::view_people:
      return "view_people";
    case Permission::import_roster:
      return "import_roster";
    case Permission::edit_calendar:
      return "edit_calendar";
    case Permission::edit_inventory:
      return "edit_inventory";
    case Permission::import_inventory:
      return "import_inventory";
    case Permission::move_custody:
      return "move_custody";
    case Permission::audit_rooms:
      return "audit_rooms";
  }
  return "";
}

std::string_view name_of(Role role) {
  switch (role) {
    case Role::viewer:
      return "viewer";
    case Role::technician:
      return "technician";
    case Role::school_admin:
      return "school_admin";
    case Role::admin:
      return "admin";
  }
  return "";
}

std::optional<Role> parse_role(std::string_view text) {
  for (const Role role : {Role::viewer, Role::technician, Role::school_admin, Role::admin}) {
    if (name_of(role) == text) return role;
  }
  return std::nullopt;
}

std::string_view name_of(ScopeKind kind) {
  switch (kind) {
    case ScopeKind::self:
      return "self";
    case ScopeKind::class_:
      return "class";
    case ScopeKind::school:
      return "school";
    case ScopeKind::district:
      return "district";
  }
  return "";
}

std::optional<ScopeKind> parse_scope_kind(std::string_view text) {
  for (const ScopeKind kind : {ScopeKind::self, ScopeKind::class_, ScopeKind::school, ScopeKind::district}) {
    if (name_of(kind) == text) return kind;
  }
  return std::nullopt;
}

}  // namespace rollcall::domain
