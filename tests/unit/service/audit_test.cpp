#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "common/base/log.h"
#include "common/base/text.h"
#include "tests/unit/service/records_fixture.h"

namespace rollcall::service {
namespace {

void note(Records& records, const std::string& target) {
  must(records.db.write([&](sql::Transaction& transaction) {
    return records.audit.append(transaction, records.admin, "device.edit", target);
  }));
}

// Does what an intruder with the database's file can do: the triggers go first.
void tamper(Records& records, std::string_view sql) {
  must(records.db.write([&](sql::Transaction& transaction) -> Result<> {
    TRY(
        transaction.run_script("DROP TRIGGER audit_log_no_update; DROP TRIGGER audit_log_no_delete;"
                               " DROP TRIGGER audit_log_dense;"));
    return transaction.run_script(sql);
  }));
}

// Sends the log's lines to a file for as long as it lives.
class Logged {
 public:
  explicit Logged(const std::string& path) : stderr_(dup(STDERR_FILENO)) {
    const int file = open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    dup2(file, STDERR_FILENO);
    close(file);
    log::set_level(log::Level::debug);
  }
  ~Logged() {
    dup2(stderr_, STDERR_FILENO);
    close(stderr_);
    log::set_level(log::Level::info);
  }
  Logged(const Logged&) = delete;
  Logged& operator=(const Logged&) = delete;

 private:
  int stderr_;
};

}  // namespace

TEST_CASE("the audit log is read in pages, newest first, each record once") {
  Records records;
  for (int i = 1; i <= 25; ++i) note(records, "device:" + std::to_string(i));
  std::string cursor;
  std::int64_t expected = 25;
  int pages = 0;
  do {
    const auto page = must(records.audit.page(cursor, 10));
    for (const auto& record : page.records) CHECK(record.seq == expected--);
    cursor = page.next_cursor;
    ++pages;
  } while (!cursor.empty());
  CHECK(expected == 0);
  CHECK(pages == 3);
  CHECK(records.audit.page("nonsense", 10).error().field == "cursor");
}

TEST_CASE("the database itself refuses to change or shorten the audit log") {
  Records records;
  note(records, "device:1");
  const auto script =
      GENERATE(values<std::string>({"UPDATE audit_log SET actor = 'x'", "DELETE FROM audit_log",
                                    "INSERT OR REPLACE INTO audit_log SELECT seq, at_ms, 'x', action,"
                                    " target, outcome, detail, hash FROM audit_log",
                                    "INSERT INTO audit_log SELECT 9, at_ms, 'x', action, target,"
                                    " outcome, detail, hash FROM audit_log"}));
  INFO(script);
  CHECK_FALSE(
      records.db.write([&](sql::Transaction& transaction) { return transaction.run_script(script); }));
  CHECK(must(records.audit.verify()).seq == 1);
}

TEST_CASE("whoever gets around the triggers is found by the chain") {
  Records records;
  for (int i = 1; i <= 5; ++i) note(records, "device:" + std::to_string(i));
  const auto anchor = must(records.audit.head());
  CHECK(must(records.audit.verify(anchor)).hash == anchor.hash);
  std::string where;
  SECTION("changed") {
    tamper(records, "UPDATE audit_log SET actor = 'user:other' WHERE seq = 3");
    where = "record 3";
  }
  SECTION("removed from the middle") {
    tamper(records, "DELETE FROM audit_log WHERE seq = 2");
    where = "record 2";
  }
  SECTION("cut off at the end") {
    tamper(records, "DELETE FROM audit_log WHERE seq > 3");
    CHECK(records.audit.verify());  // the chain alone cannot know
    where = "ends at record 3";
  }
  const auto verified = records.audit.verify(anchor);
  REQUIRE_FALSE(verified);
  CHECK(verified.error().code == Errc::corrupt);
  CHECK_THAT(verified.error().message, Catch::Contains(where));
}

TEST_CASE("a chain that was rewritten as a whole does not hold the anchor") {
  Records records;
  for (int i = 1; i <= 3; ++i) note(records, "device:" + std::to_string(i));
  const auto anchor = must(records.audit.head());
  tamper(records, "DELETE FROM audit_log");
  for (int i = 1; i <= 4; ++i) note(records, "device:9");
  CHECK(records.audit.verify());
  CHECK_FALSE(records.audit.verify(anchor));
}

TEST_CASE("many writers at once make one chain") {
  Records records;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        (void)records.db.write([&](sql::Transaction& transaction) {
          return records.audit.append(transaction, records.admin, "device.edit", "device:1");
        });
      }
    });
  }
  threads.clear();
  CHECK(must(records.audit.verify()).seq == 200);
}

TEST_CASE("a guesser cannot fill the disk with refusals, and their number is kept") {
  Records records;
  for (int i = 0; i < 1'000; ++i) must(records.audit.refused({}, "agent.enrol", "", "unknown token"));
  CHECK(must(records.audit.head()).seq == Audit::kRefusalsAnHour);
  must(
      records.audit.refused({}, "session.open", "", "wrong password"));  // hidden by no flood of another kind
  CHECK(must(records.audit.head()).seq == Audit::kRefusalsAnHour + 1);
  const auto due_ms = records.audit.next_due_ms();
  CHECK(due_ms == records.clock.wall_ms() + kHourMs);
  must(records.audit.run_due(due_ms - 1));
  CHECK(must(records.audit.head()).seq == Audit::kRefusalsAnHour + 1);
  must(records.audit.run_due(due_ms));
  CHECK_THAT(records.log().front().detail, Catch::Contains("970 more"));
  CHECK(records.log().front().action == "agent.enrol");
  CHECK(must(records.audit.verify()).seq == Audit::kRefusalsAnHour + 2);
  CHECK(records.audit.next_due_ms() == INT64_MAX);
}

TEST_CASE("a day of guessing adds some hundred records, and all of it is counted") {
  Records records;
  std::int64_t tries = 0, told = 0;
  for (; tries < 24 * 360; ++tries) {
    must(records.audit.refused({}, "session.open", "", "wrong name or password"));
    records.clock.advance(10 * kSecondMs);
  }
  must(records.audit.finish());
  CHECK(must(records.audit.verify()).seq <= (Audit::kRefusalsAnHour + 1) * 25);
  std::string cursor;
  do {
    const auto page = must(records.audit.page(cursor, 500));
    for (const auto& record : page.records) {
      const auto more = parse_number<std::int64_t>(record.detail.substr(0, record.detail.find(' ')));
      told += more.value_or(1);
    }
    cursor = page.next_cursor;
  } while (!cursor.empty());
  CHECK(told == tries);
}

TEST_CASE("how many refusals were left out is not lost while nothing can be written") {
  Records records;
  for (int i = 0; i < 100; ++i) must(records.audit.refused({}, "agent.enrol", "", "unknown token"));
  const auto run = [&](std::string_view script) {
    must(records.db.write([&](sql::Transaction& transaction) { return transaction.run_script(script); }));
  };
  run("CREATE TRIGGER no_room BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'no room'); END");
  records.clock.advance(kHourMs);
  CHECK_FALSE(records.audit.refused({}, "agent.enrol", "", "unknown token"));
  run("DROP TRIGGER no_room");
  must(records.audit.run_due(records.clock.wall_ms() + kHourMs));
  const auto log = records.log();
  CHECK_THAT(log.front().detail, Catch::Contains("70 more"));
}

TEST_CASE("a change and its audit record are there together or not at all") {
  Records records;
  const auto failed = records.db.write([&](sql::Transaction& transaction) -> Result<> {
    TRY(records.audit.append(transaction, records.admin, "device.edit", "device:1"));
    return fail(Errc::conflict, "no");
  });
  CHECK_FALSE(failed);
  CHECK(must(records.audit.head()).seq == 0);
}

TEST_CASE("no secret is in the database's files, in the audit log or in what is logged") {
  Records records;
  Logged logged(records.fresh.folder() + "/log");
  std::vector<std::string> secrets;
  const auto token = records.token();
  secrets.push_back(token.text);
  secrets.push_back(must(wire::EnrolmentToken::parse(token.text)).secret);
  secrets.push_back(to_base64url(secrets.back()));
  must(records.enrolment.enroll(records.request({.serial = "A1"}, token.text)));
  CHECK_FALSE(records.enrolment.enroll(records.request({.serial = "B1"}, token.text)));
  const auto created = must(records.users.create_admin_from_shell("chief"));
  secrets.push_back(created.one_time_password);
  secrets.push_back("gravel otter umbrella");
  const auto opened = must(records.users.sign_in("chief", created.one_time_password, secrets.back(),
                                                  domain::SessionKind::console));
  secrets.push_back(opened.token);
  secrets.push_back(*from_base64url(opened.token));
  // People type their password into the name's field.
  secrets.push_back("typed into the wrong field");
  CHECK_FALSE(records.users.sign_in(secrets.back(), "x", {}, domain::SessionKind::console));
  secrets.push_back("not the password at all");
  CHECK_FALSE(records.users.sign_in("chief", secrets.back(), {}, domain::SessionKind::console));

  log::warn("the last line");
  std::string bytes;
  for (const auto& file : std::filesystem::directory_iterator(records.fresh.folder())) {
    std::ifstream stream(file.path(), std::ios::binary);
    bytes.append(std::istreambuf_iterator<char>(stream), {});
  }
  REQUIRE(bytes.find("agent.enrol") != std::string::npos);
  REQUIRE(bytes.find("the last line") != std::string::npos);
  REQUIRE(bytes.find("$argon2id$") != std::string::npos);
  for (const std::string& secret : secrets) {
    INFO(to_hex(secret));
    CHECK(bytes.find(secret) == std::string::npos);
  }
  for (const auto& record : records.log()) CHECK(record.detail.find("chief") == std::string::npos);
}

}  // namespace rollcall::service
