#include <catch2/catch.hpp>
#include <thread>

#include "tests/unit/service/records_fixture.h"

namespace rollcall::service {
namespace {

using domain::Role;
using domain::ScopeKind;
using domain::SessionKind;

constexpr const char* kPassword = "gravel otter umbrella";
constexpr const char* kOtherPassword = "purple bicycles avoid lunch";

NewUser user(std::string name, Role role = Role::technician) {
  return {.name = std::move(name), .role = role, .scope = {ScopeKind::district, {}}};
}

// An account that has its own password already.
domain::User settled(Records& records, const std::string& name, Role role = Role::technician) {
  const auto created = must(records.users.create(records.admin, user(name, role)));
  must(records.users.sign_in(name, created.one_time_password, kPassword, SessionKind::console));
  return created.user;
}

Errc refused(const Result<Sessions::Opened>& opened) {
  REQUIRE_FALSE(opened);
  return opened.error().code;
}

Result<Sessions::Opened> sign_in(Records& records, const std::string& name, const std::string& password) {
  return records.users.sign_in(name, password, {}, SessionKind::console);
}

}  // namespace

TEST_CASE("a one-time password must be changed at the first sign-in") {
  Records records;
  const auto created = must(records.users.create(records.admin, user("Avery")));
  const std::string& once = created.one_time_password;
  CHECK(once.size() == 23);

  const auto early = sign_in(records, "avery", once);
  CHECK(refused(early) == Errc::conflict);
  CHECK(early.error().field == "new_password");
  const auto weak = records.users.sign_in("avery", once, "passwordpassword", SessionKind::console);
  CHECK(refused(weak) == Errc::invalid_argument);
  CHECK(weak.error().field == "new_password");
  CHECK(refused(records.users.sign_in("avery", once, once, SessionKind::console)) == Errc::invalid_argument);

  const auto opened = must(records.users.sign_in(" AVERY ", once, kPassword, SessionKind::console));
  CHECK(must(records.sessions.authenticate(opened.token)).user_id == created.user.user_id);
  CHECK(refused(sign_in(records, "avery", once)) == Errc::unauthenticated);
  CHECK(sign_in(records, "avery", kPassword));
}

TEST_CASE("a one-time password runs out after a day") {
  Records records;
  const auto created = must(records.users.create(records.admin, user("avery")));
  records.clock.advance(domain::kOneTimePasswordMs);
  const auto late =
      records.users.sign_in("avery", created.one_time_password, kPassword, SessionKind::console);
  CHECK(refused(late) == Errc::unauthenticated);
  CHECK_THAT(late.error().message, Catch::Contains("run out"));
}

TEST_CASE("a wrong name, a wrong password and a disabled account are told alike") {
  Records records;
  const auto avery = settled(records, "avery");
  const auto wrong = sign_in(records, "avery", "something else entirely");
  const auto unknown = sign_in(records, "nobody", kPassword);
  must(records.users.edit(records.admin, avery.user_id, {.disabled = true}));
  const auto disabled = sign_in(records, "avery", kPassword);
  for (const auto* result : {&wrong, &unknown, &disabled}) {
    CHECK(refused(*result) == Errc::unauthenticated);
    CHECK(result->error().message == wrong.error().message);
  }
}

TEST_CASE("after ten wrong tries a name is locked for the rest of the quarter of an hour") {
  Records records;
  settled(records, "avery");
  const std::string name = GENERATE("avery", "nobody");
  for (int i = 0; i < 10; ++i)
    CHECK(refused(sign_in(records, name, "wrong wrong wrong")) == Errc::unauthenticated);
  CHECK(refused(sign_in(records, name, kPassword)) == Errc::rate_limited);
  records.clock.advance(domain::kFailedTriesWindowMs - kMinuteMs);
  CHECK(refused(sign_in(records, name, kPassword)) == Errc::rate_limited);  // and trying does not prolong it
  records.clock.advance(kMinuteMs + 1);
  CHECK(sign_in(records, name, kPassword).has_value() == (name == "avery"));
}

TEST_CASE("many wrong tries at once are not more than ten") {
  Records records;
  settled(records, "avery");
  std::atomic<int> looked_at{0};
  std::vector<std::jthread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5; ++i) {
        const auto result = records.users.sign_in("avery", "wrong wrong wrong", {}, SessionKind::console);
        if (!result && result.error().code == Errc::unauthenticated) ++looked_at;
      }
    });
  }
  threads.clear();
  CHECK(looked_at == 10);
}

TEST_CASE("a right password forgives the wrong tries before it") {
  Records records;
  settled(records, "avery");
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 9; ++i) CHECK_FALSE(sign_in(records, "avery", "wrong wrong wrong"));
    CHECK(sign_in(records, "avery", kPassword));
  }
}

TEST_CASE("choosing a refused password again and again locks nobody out") {
  Records records;
  const auto created = must(records.users.create(records.admin, user("avery")));
  for (int i = 0; i < 12; ++i) {
    CHECK(refused(records.users.sign_in("avery", created.one_time_password, "short",
                                         SessionKind::console)) == Errc::invalid_argument);
  }
  CHECK(records.users.sign_in("avery", created.one_time_password, kPassword, SessionKind::console));
}

TEST_CASE("changing the password ends every other session") {
  Records records;
  settled(records, "avery");
  const auto laptop = must(sign_in(records, "avery", kPassword));
  const auto shell = must(records.users.sign_in("avery", kPassword, {}, SessionKind::command_line));
  const auto wrong = records.users.change_password(laptop.principal, "wrong wrong wrong", kOtherPassword);
  CHECK(refused(wrong) == Errc::permission_denied);
  CHECK(wrong.error().field == "password");
  const auto fresh = must(records.users.change_password(laptop.principal, kPassword, kOtherPassword));
  CHECK_FALSE(records.sessions.authenticate(laptop.token));
  CHECK_FALSE(records.sessions.authenticate(shell.token));
  CHECK(records.sessions.authenticate(fresh.token));
  CHECK_FALSE(sign_in(records, "avery", kPassword));
  CHECK(sign_in(records, "avery", kOtherPassword));
}

TEST_CASE("disabling and resetting end every session at once, also after a restart") {
  Records records;
  const auto avery = settled(records, "avery");
  const auto opened = must(sign_in(records, "avery", kPassword));
  SECTION("disabled") {
    must(records.users.edit(records.admin, avery.user_id, {.disabled = true}));
  }
  SECTION("reset") {
    const auto reset = must(records.users.reset_password(records.admin, avery.user_id));
    CHECK(reset.user.one_time_until_ms);
    CHECK_FALSE(sign_in(records, "avery", kPassword));
  }
  CHECK_FALSE(records.sessions.authenticate(opened.token));
  CHECK_FALSE(records.sessions.find(opened.principal.session_id));
  Sessions restarted(records.db, records.clock, records.random);
  must(restarted.load());
  CHECK_FALSE(restarted.authenticate(opened.token));
}

TEST_CASE("a changed role and scope count for open sessions at once") {
  Records records;
  const auto avery = settled(records, "avery");
  const auto opened = must(sign_in(records, "avery", kPassword));
  must(records.users.edit(records.admin, avery.user_id,
                           {.role = Role::viewer, .scope = domain::Scope{ScopeKind::school, {"north"}}}));
  const auto principal = must(records.sessions.authenticate(opened.token));
  CHECK(principal.role == Role::viewer);
  CHECK(principal.scope.covers_school("north"));
  CHECK_FALSE(principal.scope.covers_school("south"));
}

TEST_CASE("the last admin cannot be disabled, demoted or bounded") {
  Records records;
  const auto first = must(records.users.create_admin_from_shell("root.admin"));
  const UserChange changes[] = {
      {.disabled = true}, {.role = Role::viewer}, {.scope = domain::Scope{ScopeKind::school, {"north"}}}};
  for (const UserChange& change : changes) {
    const auto refusal = records.users.edit(records.admin, first.user.user_id, change);
    REQUIRE_FALSE(refusal);
    CHECK(refusal.error().code == Errc::conflict);
  }
  must(records.users.create(records.admin, user("second", Role::admin)));
  must(records.users.edit(records.admin, first.user.user_id, changes[0]));
  CHECK(must(records.users.get(first.user.user_id)).disabled);
}

TEST_CASE("the server's own shell makes an admin, and lets a locked-out one in again") {
  Records records;
  const auto first = must(records.users.create_admin_from_shell("Chief"));
  CHECK(first.user.role == Role::admin);
  for (int i = 0; i < 11; ++i) CHECK_FALSE(sign_in(records, "chief", "wrong wrong wrong"));
  const auto again = must(records.users.create_admin_from_shell("chief"));
  CHECK(again.user.user_id == first.user.user_id);
  CHECK(records.users.sign_in("chief", again.one_time_password, kPassword, SessionKind::console));
  CHECK(records.log().back().actor == "shell");
  CHECK_FALSE(records.users.create_admin_from_shell("no good name"));
}

TEST_CASE("a profile minted on the shell outlives the first sign-in but not a later change") {
  Records records;
  const auto created = must(records.users.create_admin_from_shell("chief"));
  const auto profile = must(records.users.mint_profile_from_shell("chief"));
  CHECK(profile.principal.kind == SessionKind::command_line);
  const auto opened =
      must(records.users.sign_in("chief", created.one_time_password, kPassword, SessionKind::console));
  CHECK(records.sessions.authenticate(profile.token));
  must(records.users.change_password(opened.principal, kPassword, kOtherPassword));
  CHECK_FALSE(records.sessions.authenticate(profile.token));
  CHECK(records.users.mint_profile_from_shell("nobody").error().code == Errc::not_found);
}

TEST_CASE("accounts that cannot be are refused with their field") {
  Records records;
  settled(records, "avery");
  const auto field = [&](const NewUser& wanted) {
    return records.users.create(records.admin, wanted).error().field;
  };
  CHECK(field(user("Avery")) == "name");
  CHECK(field(user("two words")) == "name");
  CHECK(field({.name = "b", .role = Role::viewer, .scope = {ScopeKind::school, {"east"}}}) == "scope");
  CHECK(field({.name = "b", .role = Role::viewer, .scope = {ScopeKind::self, {}}}) == "scope");
  CHECK(must(records.users.list()).users.size() == 1);
}

TEST_CASE("a crowd at the sign-in page is sent away instead of queueing for ever") {
  Passwords passwords(Passwords::Cost{.passes = 1, .memory_bytes = 8192});
  auto one = must(passwords.wait_for_turn());
  auto two = std::make_unique<Passwords::Turn>(must(passwords.wait_for_turn()));
  std::atomic<int> done{0};
  std::vector<std::jthread> crowd;
  std::atomic<int> sent_away{0};
  for (int i = 0; i < 20; ++i) {
    crowd.emplace_back([&] { passwords.wait_for_turn() ? ++done : ++sent_away; });
  }
  while (sent_away < 4) std::this_thread::yield();
  CHECK(done == 0);
  two.reset();
  crowd.clear();
  CHECK(sent_away == 4);
  CHECK(done == 16);
}

}  // namespace rollcall::service
