#include <catch2/catch.hpp>

#include "server/storage/session_store.h"
#include "tests/unit/service/records_fixture.h"

namespace rollcall::service {
namespace {

using domain::SessionKind;

std::size_t stored(Records& records) {
  return must(records.db.read([](sql::Snapshot& snapshot) { return storage::list_sessions(snapshot); }))
      .size();
}

// A session without the trouble of a password.
Sessions::Opened open(Records& records, SessionKind kind) {
  const auto created = must(records.users.create(
      records.admin,
      {.name = "avery", .role = domain::Role::viewer, .scope = {domain::ScopeKind::district, {}}}));
  const auto session = records.sessions.prepare(created.user, kind);
  must(records.db.write(
      [&](sql::Transaction& transaction) { return records.sessions.store(transaction, session); }));
  records.sessions.opened(session);
  return session.opened;
}

}  // namespace

TEST_CASE("a token of another shape than ours is nobody's") {
  Records records;
  const auto opened = open(records, SessionKind::console);
  CHECK(opened.token.size() == 43);
  CHECK(records.sessions.authenticate(opened.token));
  for (const std::string& token : {std::string(), opened.token.substr(1), opened.token + "A",
                                   std::string(1'000'000, 'A'), opened.principal.session_id}) {
    const auto nobody = records.sessions.authenticate(token);
    REQUIRE_FALSE(nobody);
    CHECK(nobody.error().code == Errc::unauthenticated);
  }
}

TEST_CASE("a console session ends an hour after the last word and at the latest after twelve") {
  Records records;
  const auto opened = open(records, SessionKind::console);
  SECTION("idle") {
    records.clock.advance(domain::kConsoleIdleMs - 1);
    CHECK(records.sessions.authenticate(opened.token));
    records.clock.advance(domain::kConsoleIdleMs - 1);
    CHECK(records.sessions.find(opened.principal.session_id));  // a look is not a sign of life
    records.clock.advance(1);
    CHECK_FALSE(records.sessions.find(opened.principal.session_id));
    CHECK_FALSE(records.sessions.authenticate(opened.token));
  }
  SECTION("absolute") {
    for (int i = 0; i < 24; ++i) {
      CHECK(records.sessions.authenticate(opened.token));
      records.clock.advance(kHourMs / 2);
    }
    CHECK_FALSE(records.sessions.authenticate(opened.token));
  }
}

TEST_CASE("a command-line session rests for days and ends after thirty") {
  Records records;
  const auto opened = open(records, SessionKind::command_line);
  records.clock.advance(29 * kDayMs);
  CHECK(records.sessions.authenticate(opened.token));
  records.clock.advance(kDayMs);
  CHECK_FALSE(records.sessions.authenticate(opened.token));
}

TEST_CASE("signing out is at once and for good") {
  Records records;
  const auto opened = open(records, SessionKind::console);
  must(records.sessions.close(opened.principal.session_id));
  must(records.sessions.close(opened.principal.session_id));
  CHECK_FALSE(records.sessions.authenticate(opened.token));
  CHECK(records.sessions.ends_ms(opened.principal.session_id) == 0);
  CHECK(stored(records) == 0);
}

TEST_CASE("a restart signs nobody out and remembers the last sign of life") {
  Records records;
  const auto opened = open(records, SessionKind::console);
  records.clock.advance(domain::kConsoleIdleMs / 2);
  CHECK(records.sessions.authenticate(opened.token));
  must(records.sessions.run_due(records.clock.wall_ms()));
  CHECK(records.sessions.next_due_ms() == records.clock.wall_ms() + kMinuteMs);
  Sessions restarted(records.db, records.clock, records.random);
  must(restarted.load());
  records.clock.advance(domain::kConsoleIdleMs * 3 / 4);
  CHECK(restarted.authenticate(opened.token));
}

TEST_CASE("sessions that are over are forgotten on disk too") {
  Records records;
  open(records, SessionKind::console);
  must(records.sessions.run_due(records.clock.wall_ms()));
  CHECK(stored(records) == 1);
  records.clock.advance(domain::kConsoleIdleMs);
  must(records.sessions.run_due(records.clock.wall_ms()));
  CHECK(stored(records) == 0);
}

TEST_CASE("nobody fills the memory with sessions: one too many ends the oldest, here and on disk") {
  Records records;
  const auto first = open(records, SessionKind::command_line);
  const domain::User user{.user_id = first.principal.user_id, .name = "avery"};
  std::string second;
  for (std::int64_t i = 0; i < domain::kMaxSessionsOfUser; ++i) {
    records.clock.advance(1);
    const auto session = records.sessions.prepare(user, SessionKind::console);
    must(records.db.write([&](sql::Transaction& t) { return records.sessions.store(t, session); }));
    records.sessions.opened(session);
    if (i == 0) second = session.opened.token;
  }
  CHECK_FALSE(records.sessions.authenticate(first.token));
  CHECK(records.sessions.authenticate(second));
  CHECK(stored(records) == static_cast<std::size_t>(domain::kMaxSessionsOfUser));
}

}  // namespace rollcall::service
