// A bad morning and a new school year through the real command line and the real server.
#include "common/base/local_time.h"
#include "tests/e2e/desk.h"

namespace rollcall::e2e {
namespace {

// School on every day of the week, so that it has school today, whenever that is.
constexpr const char* kYear = R"({
  "time_zone": "America/New_York",
  "schedules": [{"id": "regular", "name": "Regular", "periods": [
    {"name": "1", "start": "08:00", "end": "10:00"}, {"name": "2", "start": "10:05", "end": "15:00"}]}],
  "weekdays": {"mon": "regular", "tue": "regular", "wed": "regular", "thu": "regular", "fri": "regular",
               "sat": "regular", "sun": "regular"}
})";

// A server with two schools and, once `set` was called, a calendar.
class Year : public Desk {
 public:
  Year() {
    server.stop();
    home.write_config("schools:\n  - { id: north, name: North High }\n  - { id: south, name: South High }\n");
    server.start_again();
    sign_in();
    write_text(home.path("year.json"), kYear);
  }
  boost::json::value as_json(std::vector<std::string> words) {
    words.insert(words.begin(), std::string("calendar"));
    words.emplace_back("--json");
    const auto ended = rollcall(words);
    INFO(ended.errors);
    REQUIRE(ended.exit_code == 0);
    return boost::json::parse(ended.output);
  }
  std::string today() {
    return std::string(as_json({"list"}).at("items").at(0).at("today").as_string());
  }
};

TEST_CASE("`rollcall calendar` sets a year up, closes on a bad morning, starts late and takes it back") {
  Year desk;
  const auto none = desk.rollcall({"calendar", "close"});
  CHECK(none.exit_code == 6);
  CHECK_THAT(none.errors, Catch::Contains("rollcall calendar set"));
  CHECK(desk.rollcall({"calendar", "set", desk.home.path("year.json")}).exit_code == 0);
  CHECK(desk.as_json({"show", "--from", "today", "--to", "tomorrow"}).at("items").as_array().size() == 2);

  const auto late = desk.as_json({"late-start", "--school", "south", "--minutes", "90", "--reason", "Ice"});
  CHECK(late.at("effects").at(0).at("after").at("first_bell") == "09:30");
  const auto dry = desk.rollcall({"calendar", "close", "--reason", "Snow", "--dry-run"});
  CHECK_THAT(dry.output, Catch::Contains("WOULD BE") && Catch::Contains("closure (announced)"));
  CHECK_THAT(dry.output, Catch::Contains("School south keeps to what it said itself"));
  CHECK(desk.as_json({"close", "today", "tomorrow", "--reason", "Snow"}).at("effects_total") == 3);
  const auto list = desk.rollcall({"calendar", "list"});
  CHECK_THAT(list.output, Catch::Contains("north") && Catch::Contains("Snow") && Catch::Contains("late start"));
  CHECK_THAT(desk.rollcall({"calendar", "show", "--school", "north"}).output, Catch::Contains("America/New_York"));

  CHECK(desk.as_json({"close", "today", "tomorrow", "--undo"}).at("effects_total") == 3);
  CHECK_THAT(desk.rollcall({"calendar", "close", "--undo"}).output, Catch::Contains("No day changes."));
  const auto early = desk.as_json({"early-release", "--school", "north", "--minutes", "60"});
  CHECK(early.at("effects").at(0).at("after").at("last_bell") == "14:00");
}

TEST_CASE("`rollcall calendar` imports holidays, and says what is wrong with what it is given") {
  Year desk;
  REQUIRE(desk.rollcall({"calendar", "set", desk.home.path("year.json")}).exit_code == 0);
  const auto today = desk.today(), next = iso_date(*parse_date(today) + std::chrono::days(7));
  write_text(desk.home.path("days.yaml"),
             "holidays:\n  - {date: " + today + ", name: Founders Day}\n  - {date: " + next + ", name: Other}\n");
  const auto dry = desk.rollcall({"calendar", "import", desk.home.path("days.yaml"), "--dry-run"});
  CHECK_THAT(dry.output, Catch::Contains("Entries in the file: 2") && Catch::Contains("holiday"));
  CHECK(desk.as_json({"import", desk.home.path("days.yaml"), "--date", "today"}).at("effects_total") == 2);
  CHECK(desk.as_json({"list"}).at("items").at(1).at("day").at("name") == "Founders Day");

  const auto exported = desk.rollcall({"calendar", "export"});
  CHECK(boost::json::parse(exported.output).at("planned").at(0).at("date").as_string() == today);
  write_text(desk.home.path("year.json"), R"({"time_zone": "America/New_York", "weekdays": {}})");
  const auto refused = desk.rollcall({"calendar", "set", desk.home.path("year.json")});
  CHECK(refused.exit_code == 2);
  CHECK_THAT(refused.errors, Catch::Contains("weekdays leave no day with school: give at least one weekday"));
  CHECK(desk.rollcall({"calendar", "import", desk.home.path("year.json")}).exit_code == 2);
  CHECK(desk.rollcall({"calendar", "import", desk.home.path("nothing.ics")}).exit_code == 3);
  CHECK(desk.rollcall({"calendar", "close", "someday"}).exit_code == 2);
  CHECK(desk.rollcall({"calendar", "show", "--school", "east"}).exit_code == 3);
  CHECK(desk.rollcall({"calendar", "terms"}).exit_code == 6);
  CHECK(desk.rollcall({"calendar", "terms", "--follow", "--no-follow"}).exit_code == 2);
}

TEST_CASE("terms follow an import of the roster when the calendar says so, through the real programs") {
  Year desk;
  REQUIRE(desk.rollcall({"calendar", "set", desk.home.path("year.json")}).exit_code == 0);
  const auto today = *parse_date(desk.today());
  const auto import_until = [&](LocalDate last) {
    write_text(desk.home.path("export/manifest.csv"), "propertyName,value\nfile.users,absent\nfile.academicSessions,bulk\n");
    write_text(desk.home.path("export/academicSessions.csv"),
               "sourcedId,title,type,startDate,endDate,schoolYear\nt1,Fall,term," +
                   iso_date(today - std::chrono::days(30)) + "," + iso_date(last) + ",2027\n");
    const auto ended = desk.rollcall({"import", "oneroster", desk.home.path("export")});
    INFO(ended.errors);
    CHECK(ended.exit_code == 0);
  };
  import_until(today + std::chrono::days(30));
  const auto taken = desk.rollcall({"calendar", "terms", "--follow"});
  CHECK_THAT(taken.output, Catch::Contains("Fall") && Catch::Contains("again after each import"));
  import_until(today + std::chrono::days(40));
  const auto date = iso_date(today + std::chrono::days(35));
  CHECK(desk.as_json({"show", "--from", date, "--to", date}).at("items").at(0).at("term") == "Fall");
}

}  // namespace
}  // namespace rollcall::e2e
