// The stores of devices, agents, tokens, reviews, people and sessions.
#include "server/storage/agent_store.h"
#include "server/storage/device_store.h"
#include "server/storage/review_store.h"
#include "server/storage/session_store.h"
#include "server/storage/token_store.h"
#include "server/storage/user_store.h"
#include "tests/contract/contract.h"
#include "tests/must.h"

namespace rollcall::storage {
namespace {

domain::Device device(const std::string& id, const std::string& serial, const std::string& maker = "LENOVO") {
  return {.device_id = id, .serial = serial, .maker = maker, .model = "20XW", .created_ms = 1'000};
}

domain::Agent agent(const std::string& name, const std::string& device_id) {
  return {.agent_id = name,
          .device_id = device_id,
          .key_id = sha256(name),
          .certificate_serial = "ab01",
          .not_before_ms = 1,
          .not_after_ms = 2,
          .enrolled_ms = 3,
          .system_uuid = "uuid-" + name};
}

auto add(const domain::Device& row) {
  return [row](sql::Transaction& transaction) { return insert_device(transaction, row); };
}

Errc code_of(const Result<>& result) {
  REQUIRE_FALSE(result);
  return result.error().code;
}

}  // namespace

TEST_CASE("a device reads back as it was written, and what is empty stays empty") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  domain::Device full = device("01A", "S1");
  full.tag = "Ünï-1";
  full.school_id = "north";
  must(db.write(add(full)));
  must(db.write(add(device("01B", ""))));
  fresh.reopen();
  const auto all = must(fresh.database().read([](sql::Snapshot& s) { return list_devices(s); }));
  REQUIRE(all.size() == 2);
  CHECK(all[0].tag == "Ünï-1");
  CHECK(all[0].school_id == "north");
  CHECK(all[0].version == 1);
  CHECK_FALSE(all[0].deleted());
  CHECK(all[1].tag.empty());
  CHECK(all[1].school_id.empty());
}

TEST_CASE("a serial is unique for its maker, a tag for all, among live devices only") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  domain::Device tagged = device("01A", "S1", "Hewlett-Packard");
  tagged.tag = "T1";
  must(db.write(add(tagged)));
  CHECK(code_of(db.write(add(device("01B", "S1", "HP")))) == Errc::already_exists);
  must(db.write(add(device("01C", "S1", "Dell Inc."))));
  must(db.write(add(device("01D", ""))));
  must(db.write(add(device("01E", ""))));
  domain::Device same_tag = device("01F", "S2");
  same_tag.tag = "t1";
  CHECK(code_of(db.write(add(same_tag))) == Errc::already_exists);

  const auto found =
      must(db.read([](sql::Snapshot& s) { return find_device_by_serial(s, " s1 ", "HP Inc."); }));
  CHECK((found && found->device_id == "01A"));
  CHECK_FALSE(must(db.read([](sql::Snapshot& s) { return find_device_by_serial(s, "", "HP"); })));

  CHECK(must(db.write([](sql::Transaction& t) { return delete_device(t, "01A", 5'000); })));
  CHECK_FALSE(must(db.write([](sql::Transaction& t) { return delete_device(t, "01A", 6'000); })));
  must(db.write(add(device("01B", "S1", "HP"))));
  must(db.write(add(same_tag)));
  CHECK(must(db.read([](sql::Snapshot& s) { return find_device(s, "01A"); }))->deleted_ms == 5'000);
  CHECK(must(db.read([](sql::Snapshot& s) { return find_device_by_tag(s, "T1"); }))->device_id == "01F");
}

TEST_CASE("a device is updated only in the version that was seen") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  must(db.write(add(device("01A", "S1"))));
  domain::Device changed = device("01A", "S1");
  changed.tag = "T1";
  changed.version = 2;
  const auto update = [&](std::int64_t seen) {
    return must(db.write([&](sql::Transaction& t) { return update_device(t, changed, seen); }));
  };
  CHECK(update(1));
  CHECK_FALSE(update(1));
}

TEST_CASE("agents are numbered densely, whatever fails in between, and keys are unique") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  must(db.write(add(device("01A", "S1"))));
  const auto enrol = [&](const domain::Agent& row) {
    return db.write([&](sql::Transaction& t) { return insert_agent(t, row); });
  };
  CHECK(must(enrol(agent("one", "01A"))) == 1);
  CHECK(enrol(agent("one", "01A")).error().code == Errc::already_exists);
  CHECK_FALSE(enrol(agent("lost", "no such device")));
  CHECK(must(enrol(agent("two", "01A"))) == 2);

  must(db.write([](sql::Transaction& t) -> Result<> {
    TRY(supersede_agents(t, "01A", 2, 70));
    TRY(supersede_agents(t, "01A", 2, 80));
    return revoke_agent(t, 2, 90);
  }));
  const auto one = must(db.read([](sql::Snapshot& s) { return find_agent_by_key(s, sha256("one")); }));
  REQUIRE(one);
  CHECK(one->agent.superseded_ms == 70);
  CHECK_FALSE(one->agent.revoked_ms);
  CHECK(one->agent.key_id == sha256("one"));
  CHECK(must(db.read([](sql::Snapshot& s) { return find_agent(s, 2); }))->agent.revoked_ms == 90);
  CHECK(must(db.read([](sql::Snapshot& s) { return list_agents_of(s, "01A"); })).size() == 2);
  must(db.write([](sql::Transaction& t) { return reinstate_agent(t, 1); }));
  CHECK_FALSE(must(db.read([](sql::Snapshot& s) { return find_agent(s, 1); }))->agent.superseded_ms);
}

TEST_CASE("a token counts its uses and stops at the last, at its end and when it is revoked") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  const domain::TokenRecord record{.token_id = "01T",
                                   .note = "n",
                                   .max_uses = 2,
                                   .created_ms = 1,
                                   .expires_ms = 100,
                                   .created_by = "shell",
                                   .serials = {"A", "B"}};
  must(db.write([&](sql::Transaction& t) { return insert_token(t, record, sha256("secret")); }));
  const auto use = [&](std::int64_t now_ms) {
    return must(db.write([&](sql::Transaction& t) { return use_token(t, "01T", now_ms); }));
  };
  CHECK_FALSE(use(100));
  CHECK(use(99));
  CHECK(use(99));
  CHECK_FALSE(use(99));
  const auto row = must(db.read([](sql::Snapshot& s) { return find_token_by_hash(s, sha256("secret")); }));
  REQUIRE(row);
  CHECK(row->record.uses == 2);
  CHECK(row->record.last_used_ms == 99);
  CHECK_FALSE(row->any_serial);
  CHECK(must(db.read([](sql::Snapshot& s) { return token_lists_serial(s, "01T", "B"); })));
  CHECK_FALSE(must(db.read([](sql::Snapshot& s) { return token_lists_serial(s, "01T", "C"); })));
  CHECK(must(db.read([](sql::Snapshot& s) { return list_tokens(s, {}, 10); })).front().serials == record.serials);
}

TEST_CASE("a revoked token has no use left") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  must(db.write([&](sql::Transaction& t) -> Result<> {
    TRY(insert_token(t, {.token_id = "01T", .max_uses = 2, .expires_ms = 100}, sha256("secret")));
    return revoke_token(t, "01T", 7);
  }));
  CHECK_FALSE(must(db.write([](sql::Transaction& t) { return use_token(t, "01T", 8); })));
}

TEST_CASE("an agent has one open review at a time, and a review is resolved once") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  must(db.write(add(device("01A", ""))));
  must(db.write([](sql::Transaction& t) { return insert_agent(t, agent("one", "01A")); }));
  const auto open = [&](const std::string& id) {
    return db.write([&](sql::Transaction& t) {
      return insert_review(t, {.review_id = id,
                               .kind = domain::ReviewKind::placeholder_serial,
                               .agent_no = 1,
                               .claimed_serial = "None",
                               .created_ms = 5});
    });
  };
  must(open("01R"));
  CHECK(code_of(open("01S")) == Errc::already_exists);
  const auto review = must(db.read([](sql::Snapshot& s) { return find_review(s, "01R"); }));
  REQUIRE(review);
  CHECK(review->device_id == "01A");
  CHECK(review->model == "20XW");
  CHECK(review->other_device_id.empty());
  const auto resolve = [&] {
    return must(db.write(
        [](sql::Transaction& t) { return resolve_review(t, "01R", domain::ReviewAction::separate, 9); }));
  };
  CHECK(resolve());
  CHECK_FALSE(resolve());
  must(open("01S"));
  CHECK(must(db.read([](sql::Snapshot& s) { return count_open_reviews(s); })) == 1);
  must(db.write([](sql::Transaction& t) { return dismiss_reviews_of(t, "01A", 10); }));
  CHECK_FALSE(must(db.read([](sql::Snapshot& s) { return find_open_review(s, 1); })));
}

TEST_CASE("people and their sessions read back; a disabled person's sessions do not") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  UserRow row{.user = {.user_id = "01U",
                       .name = "avery",
                       .role = domain::Role::technician,
                       .scope = {domain::ScopeKind::school, {"north"}},
                       .one_time_until_ms = 50,
                       .created_ms = 1},
              .password_hash = "$argon2id$…"};
  must(db.write([&](sql::Transaction& t) -> Result<> {
    TRY(insert_user(t, row));
    return insert_session(
        t, {.principal = {.user_id = "01U", .session_id = "01S", .kind = domain::SessionKind::command_line},
            .token_hash = sha256("token"),
            .created_ms = 1,
            .last_seen_ms = 2,
            .expires_ms = 3});
  }));
  UserRow twin = row;
  twin.user.user_id = "01V";
  CHECK(code_of(db.write([&](sql::Transaction& t) { return insert_user(t, twin); })) == Errc::already_exists);
  const auto found = must(db.read([](sql::Snapshot& s) { return find_user_by_name(s, "avery"); }));
  REQUIRE(found);
  CHECK(found->user.role == domain::Role::technician);
  CHECK(found->user.scope == row.user.scope);
  CHECK(found->user.one_time_until_ms == 50);
  CHECK(found->password_hash == row.password_hash);

  const auto sessions = [&] { return must(db.read([](sql::Snapshot& s) { return list_sessions(s); })); };
  REQUIRE(sessions().size() == 1);
  CHECK(sessions()[0].principal.scope == row.user.scope);
  CHECK(sessions()[0].principal.kind == domain::SessionKind::command_line);
  CHECK(sessions()[0].token_hash == sha256("token"));
  row.user.disabled = true;
  must(db.write([&](sql::Transaction& t) { return update_user(t, row); }));
  CHECK(sessions().empty());
}

TEST_CASE("tries to sign in are counted, forgotten and swept") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  const auto put = [&](std::int64_t tries) {
    must(db.write([&](sql::Transaction& t) {
      return put_tries(t, sha256("a"), {.tries = tries, .window_start_ms = 100});
    }));
  };
  const auto seen = [&] {
    return must(db.read([](sql::Snapshot& s) { return find_tries(s, sha256("a")); }));
  };
  CHECK_FALSE(seen());
  put(1);
  put(2);
  CHECK(seen()->tries == 2);
  must(db.write([](sql::Transaction& t) { return forget_tries_before(t, 100); }));
  CHECK(seen());
  must(db.write([](sql::Transaction& t) { return forget_tries_before(t, 101); }));
  CHECK_FALSE(seen());
}

}  // namespace rollcall::storage
