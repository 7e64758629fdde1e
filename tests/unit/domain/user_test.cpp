#include "server/domain/user.h"

#include <catch2/catch.hpp>
#include <string>

#include "server/domain/audit_record.h"
#include "server/domain/permission.h"
#include "server/domain/token.h"

namespace rollcall::domain {

TEST_CASE("a password of words that do not belong together is accepted") {
  for (const char* password : {"gravel otter umbrella", "vier blaue Kamele tanzen", "tq8-vn2p-xj5d-mk3w-r7",
                               "Ünwahrscheinlich kühne Hüte", "purple bicycles avoid lunch"}) {
    INFO(password);
    CHECK(password_objection(password, "avery") == "");
  }
}

TEST_CASE("a password that is short, common, repeated or made of the account's name is refused") {
  for (const char* password :
       {"fourteen chars", "passwordpassword", "P@ssw0rd!P@ssw0rd!", "Password1234567", "123456789012345",
        "qwertyuiopasdfg", "1qaz2wsx3edc4rfv", "aaaaaaaaaaaaaaaaa", "abcabcabcabcabcabc", "Summer2025!!!!!!!",
        "correct horse battery staple", "rollcall-admin-2025", "avery.quinn.avery.quinn", "RollcallRollcall1",
        "letmeinletmein123", "iloveyouforever!", "may the force be with you", "zyxwvutsrqponmlkjihg", "Rollcall2026!Rollcall2026!",
        "Summer2026!Summer2026!", "1984-dragon-2026-x"}) {
    INFO(password);
    CHECK(password_objection(password, "avery.quinn") != "");
  }
}

TEST_CASE("a password's length is counted in characters and bounded in bytes") {
  CHECK(password_objection("ñandúñandúxyz", "a") != "");  // 13 characters, 17 bytes
  CHECK(password_objection(std::string(500, 'x').append("gravel otter umbrella").append(600, 'y'), "a") != "");
  CHECK(password_objection("gravel otter \xff umbrella", "a") != "");
}

TEST_CASE("names to sign in with are plain and lower case") {
  CHECK(normalise_user_name(" Avery.Quinn ") == "avery.quinn");
  CHECK(normalise_user_name("a@school.example") == "a@school.example");
  for (const char* name : {"", ".hidden", "two words", "naïve", "semi;colon", "new\nline"}) {
    CHECK_FALSE(normalise_user_name(name));
  }
  CHECK_FALSE(normalise_user_name(std::string(65, 'a')));
}

TEST_CASE("every role holds what the one below it holds") {
  for (std::size_t i = 0; i < kPermissions; ++i) {
    const auto permission = static_cast<Permission>(i);
    INFO(name_of(permission));
    CHECK_FALSE(name_of(permission).empty());
    CHECK(holds(Role::admin, permission));
    if (holds(Role::viewer, permission)) CHECK(holds(Role::technician, permission));
    if (holds(Role::technician, permission)) CHECK(holds(Role::school_admin, permission));
  }
  CHECK_FALSE(holds(Role::viewer, Permission::edit_devices));
  CHECK_FALSE(holds(Role::technician, Permission::edit_users));
  CHECK_FALSE(holds(Role::technician, Permission::view_audit));
  CHECK_FALSE(holds(Role::viewer, Permission::view_people));
  CHECK_FALSE(holds(Role::school_admin, Permission::import_roster));
}

TEST_CASE("a scope reaches what is as narrow as itself, and no other school") {
  const Scope district{ScopeKind::district, {}}, north{ScopeKind::school, {"north"}}, self{ScopeKind::self, {}};
  CHECK(district.reaches(ScopeKind::district));
  CHECK_FALSE(north.reaches(ScopeKind::district));
  CHECK(north.reaches(ScopeKind::school));
  CHECK_FALSE(self.reaches(ScopeKind::class_));
  CHECK(district.covers_school(""));
  CHECK(north.covers_school("north"));
  CHECK_FALSE(north.covers_school("south"));
  CHECK_FALSE(north.covers_school(""));
  const Scope both{ScopeKind::school, {"north", "south"}};
  CHECK(both.covers_school("south"));
  CHECK_FALSE(both.covers_school("east"));
  CHECK_FALSE((Scope{ScopeKind::school, {""}}.covers_school("")));
  CHECK_FALSE(self.covers_school("north"));
}

TEST_CASE("names of roles and scopes read back as what they are") {
  for (const Role role : {Role::viewer, Role::technician, Role::school_admin, Role::admin})
    CHECK(parse_role(name_of(role)) == role);
  for (const ScopeKind kind : {ScopeKind::self, ScopeKind::class_, ScopeKind::school, ScopeKind::district}) {
    CHECK(parse_scope_kind(name_of(kind)) == kind);
  }
  CHECK_FALSE(parse_role("Admin"));
  CHECK_FALSE(parse_scope_kind(""));
}

TEST_CASE("a token's state names the strongest reason against it") {
  TokenRecord token;
  token.max_uses = 1;
  token.expires_ms = 1'000;
  CHECK(state_of(token, 999) == TokenState::usable);
  token.uses = 1;
  CHECK(state_of(token, 999) == TokenState::used_up);
  CHECK(state_of(token, 1'000) == TokenState::expired);
  token.revoked_ms = 5;
  CHECK(state_of(token, 1'000) == TokenState::revoked);
}

TEST_CASE("moving text from one field of an audit record to the next changes its hash") {
  AuditRecord record{
      .seq = 1, .at_ms = 2, .actor = "user:A", .action = "x", .target = "yz", .outcome = "ok", .detail = ""};
  const Sha256 hash = chain_hash({}, record);
  record.action = "xy";
  record.target = "z";
  CHECK(chain_hash({}, record) != hash);
  CHECK(chain_hash(hash, record) != chain_hash({}, record));
}

}  // namespace rollcall::domain
