// How rollcalld starts, and how it refuses to: each with its own exit code and a message that says what to do.
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include <filesystem>

#include "common/base/text.h"
#include "common/sql/sqlite_driver.h"
#include "tests/e2e/server_process.h"

namespace rollcall::e2e {
namespace {

TEST_CASE("the first start makes everything, the second finds it") {
  ServerHome home;
  std::string ca;
  {
    RunningServer server(home);
    ca = server.get("/ca.pem").text;
    CHECK(server.get("/healthz").json().at("status") == "ok");
    CHECK(server.stop() == 0);
  }
  for (const char* name : {"ca.key", "server.key", "metrics.token", "rollcall.db"}) {
    CHECK(must(home.files.info(home.data(name))).mode == 0600);
  }
  RunningServer again(home);
  CHECK(again.get("/ca.pem").text == ca);
  CHECK(again.stop() == 0);
  CHECK_THAT(again.log(), Catch::Contains("stopped"));
}

TEST_CASE("an unknown key stops the start and names its line and column") {
  ServerHome home;
  home.write_config("tyop: 1\n");
  const auto ended = home.run({"serve"});
  CHECK(ended.exit_code == 3);
  CHECK_THAT(ended.errors, Catch::Contains("server.yaml:7:1") && Catch::Contains("tyop"));
  CHECK(home.run({"check"}).exit_code == 3);
}

TEST_CASE("a missing configuration, an unknown command, a version") {
  ServerHome home;
  CHECK(home.run({"dance"}).exit_code == 2);
  CHECK(home.run({"admin"}).exit_code == 2);
  CHECK(trim(home.run({"--version"}).output) == ROLLCALL_VERSION);
  must(home.files.remove(home.path("server.yaml")));
  CHECK(home.run({"serve"}).exit_code == 3);
}

TEST_CASE("a key that others can read stops the start") {
  ServerHome home;
  REQUIRE(home.run({"check"}).exit_code == 0);
  for (const char* name : {"ca.key", "server.key", "metrics.token"}) {
    REQUIRE(::chmod(home.data(name).c_str(), 0640) == 0);
    const auto ended = home.run({"serve"});
    CHECK(ended.exit_code == 5);
    CHECK_THAT(ended.errors, Catch::Contains(name) && Catch::Contains("chmod 600"));
    REQUIRE(::chmod(home.data(name).c_str(), 0600) == 0);
  }
}

TEST_CASE("a port that is in use is named") {
  ServerHome first, second;
  RunningServer server(first);
  second.write_config("", "port: " + std::to_string(server.people));
  const auto ended = second.run({"serve"});
  CHECK(ended.exit_code == 6);
  CHECK_THAT(ended.errors, Catch::Contains(std::to_string(server.people)));
}

TEST_CASE("a second server on the same folder is refused, and the first goes on") {
  ServerHome home;
  RunningServer server(home);
  const auto ended = home.run({"serve"});
  CHECK(ended.exit_code == 4);
  CHECK_THAT(ended.errors, Catch::Contains("another rollcalld"));
  CHECK(server.get("/healthz").status == 200);
  CHECK(home.run({"restore", home.path("none.db")}).exit_code == 4);
}

TEST_CASE("a database of a newer program is refused and left as it is") {
  ServerHome home;
  REQUIRE(home.run({"check"}).exit_code == 0);
  {
    const auto database = must(sql::SqliteDatabase::open({.path = home.data("rollcall.db")}));
    must(database->write([](sql::Transaction& transaction) -> Result<> {
      TRY(transaction.execute("INSERT INTO schema_migrations SELECT MAX(number) + 1, 'later', '', 0 "
                              "FROM schema_migrations"));
      return {};
    }));
  }
  const auto before = must(home.files.read(home.data("rollcall.db"), 64 << 20));
  const auto ended = home.run({"serve"});
  CHECK(ended.exit_code == 7);
  CHECK_THAT(ended.errors, Catch::Contains("newer"));
  CHECK(must(home.files.read(home.data("rollcall.db"), 64 << 20)) == before);
}

TEST_CASE("only serve brings an older database up to date") {
  ServerHome home;
  REQUIRE(home.run({"check"}).exit_code == 0);
  {
    const auto database = must(sql::SqliteDatabase::open({.path = home.data("rollcall.db")}));
    must(database->write([](sql::Transaction& transaction) -> Result<> {
      TRY(transaction.execute("DELETE FROM schema_migrations WHERE number > 1"));
      return {};
    }));
  }
  const auto before = must(home.files.read(home.data("rollcall.db"), 64 << 20));
  const auto ended = home.run({"check"});
  CHECK(ended.exit_code == 7);
  CHECK_THAT(ended.errors, Catch::Contains("rollcalld serve"));
  CHECK(must(home.files.read(home.data("rollcall.db"), 64 << 20)) == before);
}

TEST_CASE("check looks who may read the keys, with a server and without one") {
  ServerHome home;
  REQUIRE(home.run({"check"}).exit_code == 0);
  const auto exposed = [&](const std::string& name) {
    std::filesystem::permissions(home.data(name), std::filesystem::perms(0644));
    const auto ended = home.run({"check"});
    std::filesystem::permissions(home.data(name), std::filesystem::perms(0600));
    return ended.exit_code != 0 && ended.errors.find(name) != std::string::npos;
  };
  for (const char* name : {"ca.key", "server.key", "metrics.token", "user.key", "rollcall.db"}) CHECK(exposed(name));
  RunningServer server(home);
  for (const char* name : {"ca.key", "server.key", "metrics.token", "user.key", "rollcall.db"}) CHECK(exposed(name));
  CHECK(home.run({"check"}).exit_code == 0);
}

TEST_CASE("a database that is none is refused") {
  ServerHome home;
  REQUIRE(home.run({"check"}).exit_code == 0);
  must(home.files.write_atomic(home.data("rollcall.db"), std::string(8'192, 'x'), 0600));
  CHECK(home.run({"serve"}).exit_code == 8);
}

}  // namespace
}  // namespace rollcall::e2e
