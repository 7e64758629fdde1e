// A roster through the real programs: the command line, the server, a restart in the middle, a full spool.
#include <catch2/catch.hpp>
#include <filesystem>

#include "common/base/text.h"
#include "tests/e2e/desk.h"

namespace rollcall::e2e {
namespace {

// A school of so many.
void write_export(const std::string& folder, int students) {
  write_text(folder + "/manifest.csv", "propertyName,value\nfile.users,bulk\nfile.orgs,bulk\n");
  write_text(folder + "/orgs.csv", "sourcedId,name,type\no1,North High,school\n");
  std::string users = "sourcedId,enabledUser,orgSourcedIds,role,username,givenName,familyName,identifier,password\n";
  for (int i = 0; i < students; ++i) {
    const auto n = std::to_string(i);
    users += "s" + n + ",true,o1,student,user" + n + ",Given" + n + ",Family" + n + "," + n + ",hunter2\n";
  }
  write_text(folder + "/users.csv", users);
}

TEST_CASE("`rollcall import` hands a folder over, says what changed, and exits with what came of it") {
  Desk desk;
  const auto folder = desk.home.path("export");
  write_export(folder, 2'000);
  const auto dry = desk.rollcall({"import", "oneroster", folder, "--dry-run", "--json"});
  INFO(dry.errors);
  REQUIRE(dry.exit_code == 0);
  const auto planned = boost::json::parse(dry.output);
  CHECK(planned.at("state") == "planned");
  CHECK(planned.at("files").at(1).at("file") == "users.csv");
  CHECK(planned.at("files").at(1).at("new") == 2'000);

  const auto done = desk.rollcall({"import", "approve", std::string(planned.at("id").as_string())});
  CHECK(done.exit_code == 0);
  CHECK_THAT(done.output, Catch::Contains("users.csv") && Catch::Contains("2000") && Catch::Contains(": done"));
  const auto again = boost::json::parse(desk.rollcall({"import", "oneroster", folder, "--json"}).output);
  CHECK(again.at("files").at(1).at("new") == 0);
  CHECK(again.at("files").at(1).at("changed") == 0);

  write_export(folder, 1'000);
  const auto held = desk.rollcall({"import", "oneroster", folder, "--json"});
  CHECK(held.exit_code == 6);
  CHECK_THAT(held.errors, Catch::Contains("rollcall import approve"));
  const std::string id(boost::json::parse(held.output).at("id").as_string());
  CHECK(desk.rollcall({"import", "approve", id}).exit_code == 0);
  const auto people = desk.server.get("/api/v1/people?state=missing&limit=1", desk.server.admin_token());
  CHECK(people.json().at("items").as_array().size() == 1);

  write_text(folder + "/users.csv", "sourcedId,role,username,givenName,familyName\n,student,a,b,c\ns1,wizard,a,b,c\n");
  const auto dirty = desk.rollcall({"import", "oneroster", folder, "--dry-run", "--json"});
  CHECK(dirty.exit_code == 2);
  const auto findings = desk.rollcall({"import", "findings", std::string(boost::json::parse(dirty.output).at("id").as_string())});
  CHECK_THAT(findings.output, Catch::Contains("\"users.csv\",2,\"sourcedId\",\"error\",\"is empty\""));
  CHECK(desk.rollcall({"import", "oneroster", desk.home.path("nowhere")}).exit_code == 3);
  CHECK_THAT(desk.rollcall({"import", "list"}).output, Catch::Contains("planned (dry run)"));
  CHECK(desk.rollcall({"import", "cancel", std::string(boost::json::parse(dirty.output).at("id").as_string())}).exit_code == 0);
  CHECK(std::filesystem::is_empty(desk.home.data("imports")));
  CHECK(desk.server.log().find("hunter2") == std::string::npos);
}

TEST_CASE("a server that is killed in the middle of an import says so after its start, and a new run completes it") {
  Desk desk;
  const auto folder = desk.home.path("export");
  write_export(folder, 30'000);
  const auto out = desk.home.path("cut.out");
  Process cut({ROLLCALL_BIN "/rollcall", "--profile", desk.home.path("profile.yaml"), "import", "oneroster", folder}, out, out);
  const auto state = [&] {
    const auto items = desk.server.get("/api/v1/imports", desk.server.admin_token()).json().at("items").as_array();
    return items.empty() ? std::string() : std::string(items[0].at("state").as_string());
  };
  REQUIRE(wait_until(desk.home.clock, 60'000, [&] { return state() == "writing" || state() == "done"; }));
  desk.server.kill_hard();
  cut.wait();
  desk.server.start_again();
  CHECK(wait_until(desk.home.clock, 10'000, [&] { return state() == "failed" || state() == "done"; }));
  CHECK(std::filesystem::is_empty(desk.home.data("imports")));
  desk.sign_in();
  CHECK(desk.rollcall({"import", "oneroster", folder}).exit_code == 0);
  const auto again = boost::json::parse(desk.rollcall({"import", "oneroster", folder, "--json"}).output);
  for (const char* key : {"new", "changed", "gone", "errors"}) CHECK(again.at("files").at(1).at(key) == 0);
  CHECK(again.at("files").at(1).at("kept") == 30'000);
}

}  // namespace
}  // namespace rollcall::e2e
