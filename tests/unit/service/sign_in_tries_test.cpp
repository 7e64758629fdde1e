#include "server/service/sign_in_tries.h"

#include "tests/unit/service/records_fixture.h"

namespace rollcall::service {
namespace {

bool is_locked(SignInTries& tries, const SignInTries::Try& it) {
  const auto counted = tries.count(it);
  if (counted) return false;
  CHECK(counted.error().code == Errc::rate_limited);
  return true;
}

void succeed(Records& records, SignInTries& tries, const SignInTries::Try& it) {
  must(tries.count(it));
  must(records.db.write([&](sql::Transaction& transaction) { return tries.forgive(transaction, it); }));
  tries.succeeded(it);
}

TEST_CASE("ten wrong tries lock a name out of where they came from, and nowhere else") {
  Records records;
  SignInTries tries(records.db, records.clock);
  for (int i = 0; i < 10; ++i) CHECK_FALSE(is_locked(tries, {"admin", "203.0.113.9"}));
  CHECK(is_locked(tries, {" ADMIN", "203.0.113.9"}));
  CHECK_FALSE(is_locked(tries, {"admin", "192.0.2.7"}));
  CHECK_FALSE(is_locked(tries, {"ada", "203.0.113.9"}));
  CHECK(must(tries.wait_s({"admin", "203.0.113.9"})) == domain::kFailedTriesWindowMs / kSecondMs);
  records.clock.advance(kMinuteMs);
  CHECK(must(tries.wait_s({"admin", "203.0.113.9"})) == (domain::kFailedTriesWindowMs - kMinuteMs) / kSecondMs);
  CHECK(must(tries.wait_s({"admin", "192.0.2.7"})) == 0);
}

TEST_CASE("one guesser behind a school's address locks out nobody who works there") {
  Records records;
  SignInTries tries(records.db, records.clock);
  succeed(records, tries, {"teacher", "192.0.2.7"});
  int guesses = 0;
  while (!is_locked(tries, {"name" + std::to_string(guesses), "192.0.2.7"})) ++guesses;
  CHECK(guesses == 50);
  CHECK_FALSE(is_locked(tries, {"teacher", "192.0.2.7"}));
  CHECK(is_locked(tries, {"visitor", "192.0.2.7"}));
  CHECK_FALSE(is_locked(tries, {"visitor", "192.0.2.8"}));
}

TEST_CASE("guessing one name from everywhere ends after a hundred tries, but not for who it belongs to") {
  Records records;
  SignInTries tries(records.db, records.clock);
  succeed(records, tries, {"admin", "192.0.2.7"});
  int guesses = 0;
  while (!is_locked(tries, {"admin", "2001:db8:0:" + std::to_string(guesses) + "::/64"})) ++guesses;
  CHECK(guesses == 100);
  CHECK_FALSE(is_locked(tries, {"admin", "192.0.2.7"}));
}

TEST_CASE("signing in takes back what it was charged, and no more") {
  Records records;
  SignInTries tries(records.db, records.clock);
  for (int i = 0; i < 45; ++i) must(tries.count({"name" + std::to_string(i), "192.0.2.7"}));
  for (int i = 0; i < 20; ++i) succeed(records, tries, {"teacher", "192.0.2.7"});
  int left = 0;
  while (!is_locked(tries, {"other" + std::to_string(left), "192.0.2.7"})) ++left;
  CHECK(left == 5);
}

TEST_CASE("a stranger's wrong tries keep nobody from changing a password") {
  Records records;
  const auto created = must(records.users.create(records.admin, {.name = "ada", .role = domain::Role::admin, .scope = {domain::ScopeKind::district, {}}}));
  const auto opened = must(records.users.sign_in("ada", created.one_time_password, "gravel otter umbrella",
                                                  domain::SessionKind::console, "192.0.2.7"));
  for (int i = 0; i < 30; ++i) {
    CHECK_FALSE(records.users.sign_in("ada", "wrong", {}, domain::SessionKind::console,
                                       "203.0.113." + std::to_string(i / 10)));
  }
  CHECK(records.users.change_password(opened.principal, "gravel otter umbrella", "purple bicycles avoid lunch"));
}

}  // namespace
}  // namespace rollcall::service
