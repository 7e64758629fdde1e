// School years through the people's door: who reads and changes which, what is refused, what snow does.
#include "server/storage/roster_store.h"
#include "tests/unit/api/described.h"
#include "tests/unit/domain/calendar_fixture.h"

namespace rollcall::api {
namespace {

using domain::on;
using net::Method;

const std::string kPattern = "/api/v1/schools/{id}/calendar";

std::string path_of(const std::string& school, const std::string& rest = {}) {
  return "/api/v1/schools/" + school + "/calendar" + rest;
}

class Year : public DescribedServer {
 public:
  Answered get(const std::string& school, const std::string& token = {}) {
    return ask(kPattern, {Method::get, path_of(school), token.empty() ? admin : token});
  }
  Answered put(const std::string& school, const std::string& document, const std::string& etag = "\"v0\"") {
    return ask(kPattern, {Method::put, path_of(school), admin, document, {{"If-Match", etag}}});
  }
  Answered post(const std::string& school, const std::string& rest, const std::string& body,
                const std::string& token = {}) {
    return ask(kPattern + rest, {Method::post, path_of(school, rest), token.empty() ? admin : token, body});
  }
  void set_up() { REQUIRE(put("district", to_json(domain::sample_year())).status == 200); }
  Answered days(const std::string& school, const std::string& query) {
    return ask(kPattern + "/days", {Method::get, path_of(school, "/days?" + query), admin});
  }
  std::string kind(const std::string& school, const std::string& date) {
    const auto days = this->days(school, "from=" + date + "&to=" + date);
    return std::string(days.json().at("items").at(0).at("kind").as_string());
  }
  // What is refused says the field first, what is wrong with it, and what to do.
  void refused(const Answered& answer, const std::string& field, const std::string& remedy) {
    INFO(answer.text);
    CHECK(answer.status == 400);
    CHECK(answer.field("field") == field);
    CHECK(answer.field("detail").starts_with(field + " "));
    CHECK(answer.field("detail").find(remedy) != std::string::npos);
  }
  void add_term(std::int64_t no, const std::string& title, const std::string& first, const std::string& last) {
    const domain::RosterTerm term{.term_no = no,
                                  .source_id = "t" + std::to_string(no),
                                  .title = title,
                                  .kind = "term",
                                  .first_day = static_cast<std::int32_t>(on(first).time_since_epoch().count()),
                                  .last_day = static_cast<std::int32_t>(on(last).time_since_epoch().count())};
    must(server.core->database->write(
        [&](sql::Transaction& transaction) { return storage::put_term(transaction, term); }));
  }

  std::string admin{sign_in_on_a_tuesday()};

 private:
  std::string sign_in_on_a_tuesday() {
    server.clock.set_wall(instant_ms("UTC", on("2026-09-01"), 12 * 60).value());
    return server.sign_in("ada", domain::Role::admin);
  }
};

// The sample year with one part in the place of another.
std::string edited(void (*change)(domain::CalendarDocument&)) {
  auto year = domain::sample_year();
  change(year);
  return to_json(year);
}

TEST_CASE("a calendar is set up, read with its ETag, and changed in the version that was seen only") {
  Year it;
  const auto none = it.get("district");
  CHECK(none.headers.get("ETag") == "\"v0\"");
  CHECK_FALSE(none.json().as_object().contains("effective"));
  CHECK(it.days("north", "from=2026-09-01&to=2026-09-01").status == 409);

  const auto made = it.put("district", to_json(domain::sample_year()));
  CHECK(made.status == 200);
  CHECK(made.headers.get("ETag") == "\"v1\"");
  CHECK(made.field("today") == "2026-09-01");
  const auto north = it.get("north").json();
  CHECK(north.at("version") == 0);
  CHECK(north.at("own").as_object().empty());
  CHECK(north.at("effective").at("terms").as_array().size() == 3);

  CHECK(it.put("district", to_json(domain::sample_year())).status == 412);
  CHECK(it.put("district", to_json(domain::sample_year()), "W/\"other\"").status == 412);
  CHECK(it.ask(kPattern, {Method::put, path_of("district"), it.admin, "{}"}).status == 428);
  CHECK(it.put("north", R"({"time_zone":"America/Chicago"})").status == 200);
  CHECK(it.get("north").json().at("effective").at("time_zone") == "America/Chicago");
  CHECK(it.get("north").json().at("effective").at("weekdays").at("wed") == "wednesday");
}

TEST_CASE("days come with kind, term, rotation and bells, at most 400 of them") {
  Year it;
  it.put("district", edited([](auto& year) {
    year.rotation = domain::Rotation{{{"A", ""}, {"B", "wednesday"}}, {on("2026-09-01")}, {}};
  }));
  const auto ask = [&](const std::string& query) { return it.days("south", query); };
  const auto days = ask("from=2026-09-03&to=2026-09-07").json();
  CHECK(days.at("today") == "2026-09-01");
  CHECK(days.at("time_zone") == "America/Indiana/Indianapolis");
  const auto& first = days.at("items").at(0);
  CHECK(first.at("kind") == "school_day");
  CHECK(first.at("term") == "Quarter 1");
  CHECK(first.at("rotation") == "A");
  CHECK(first.at("first_bell") == "07:40");
  CHECK(first.at("last_bell") == "14:40");
  CHECK(first.at("bells").as_array().size() == 5);
  CHECK(days.at("items").at(1).at("schedule") == "wednesday");
  CHECK(days.at("items").at(4).at("name") == "Labor Day");
  CHECK_FALSE(ask("from=2026-09-03&to=2026-09-03&bells=false").json().at("items").at(0).as_object().contains("bells"));
  CHECK(ask("from=2026-09-03&to=2027-10-07").json().at("items").as_array().size() == 400);
  it.refused(ask("from=2026-09-03&to=2027-10-08"), "to", "0 to 399 days");
  it.refused(ask("from=2026-09-03&to=2026-09-02"), "to", "0 to 399 days");
  it.refused(ask("to=2026-09-02"), "from", "a date such as 2026-08-31");
  it.refused(ask("from=9/3/2026&to=2026-09-02"), "from", "a date such as 2026-08-31");
}

TEST_CASE("a calendar that no school could live by is refused with its field and a remedy") {
  Year it;
  const auto refused = [&](const std::string& document, const std::string& field, const std::string& remedy) {
    it.refused(it.put("district", document), field, remedy);
  };
  using D = domain::CalendarDocument;
  refused("{}", "time_zone", "choose one such as America/New_York");
  refused(edited([](D& year) { year.time_zone = "Indiana"; }), "time_zone", "choose one such as America/New_York");
  refused(edited([](D& year) { year.weekdays.reset(); }), "weekdays", "give at least one weekday a bell schedule");
  refused(edited([](D& year) { year.weekdays = domain::Week{}; }), "weekdays", "give at least one weekday a bell");
  refused(edited([](D& year) { year.terms = {{"w", "Weekend", on("2026-08-08"), on("2026-08-09")}}; }), "terms",
          "make a term longer");
  refused(edited([](D& year) { year.schedules[0].periods[1].start_minute = 500; }), "schedules[0].periods[1].start",
          "begin at 08:30 or later, or end by then");
  refused(edited([](D& year) { year.schedules[1].periods[0].end_minute = 490; }), "schedules[1].periods[0].end",
          "later than the start");
  refused(edited([](D& year) { year.schedules[1].periods.clear(); }), "schedules[1].periods", "at least one");
  refused(edited([](D& year) { year.weekdays->at(4) = "friday"; }), "weekdays.fri", "add it, or choose another");
  refused(R"({"time_zone":"UTC","rotation":{}})", "rotation.days", "name 2 to 10 such as A and B");
  refused(R"({"rotation":{"days":[],"starts":["2026-09-01"]}})", "rotation.days", "name 2 to 10 such as A and B");
  refused(R"({"rotation":{"days":[{"name":"A"}],"starts":["2026-09-01"]}})", "rotation.days", "2 to 10, such as A");
  refused(R"({"rotation":{"days":[{"name":"A"},{"name":"B"}]}})", "rotation.starts", "say on which date");
  refused(R"({"rotation":{"none":true,"days":[]}})", "rotation.none", "leave one out");
  refused(R"({"terms_from_roster":true})", "terms", "taken from it, or typed");
  refused(R"({"timezone":"UTC"})", "timezone", "is not known here");
  CHECK(it.put("district", "[]").status == 400);
  CHECK(it.put("north", "{}").field("field") == "time_zone");  // a school without one, nor its district
  CHECK(it.get("district").json().at("version") == 0);

  it.set_up();
  it.refused(it.put("north", R"({"weekdays":{}})"), "weekdays", "give at least one weekday");
  CHECK(it.put("north", R"({"rotation":{"none":true}})").status == 200);
  CHECK(it.put("south", R"({"weekdays":{"mon":"wednesday"}})").status == 200);
  const auto broken = it.put("district", edited([](D& year) {
                               year.schedules.pop_back();
                               year.weekdays->at(2) = "regular";
                             }),
                             "\"v1\"");
  CHECK(broken.status == 400);
  CHECK(broken.field("field") == "weekdays.mon");
  CHECK(broken.field("detail").starts_with("at school south: weekdays.mon "));
}

TEST_CASE("snow closes the district with one request, says who keeps to what they said, and is taken back") {
  Year it;
  it.set_up();
  CHECK(it.post("south", "/days", R"({"dates":["2026-09-01"],"kind":"late_start","minutes":120})").status == 200);
  const std::string snow = R"({"dates":["2026-09-01"],"kind":"closure","name":"Snow")";
  const auto shown = it.post("district", "/days", snow + R"(,"dry_run":true})").json();
  CHECK(shown.at("effects_total") == 1);
  CHECK(shown.at("effects").at(0).at("school") == "north");
  CHECK(shown.at("effects").at(0).at("after").at("kind") == "closure");
  CHECK(shown.at("kept").at(0).at("school") == "south");
  CHECK(shown.at("kept").at(0).at("day").at("kind") == "late_start");
  CHECK(it.kind("north", "2026-09-01") == "school_day");

  CHECK(it.post("district", "/days", snow + "}").json().at("version") == 2);
  CHECK(it.kind("north", "2026-09-01") == "closure");
  CHECK(it.kind("south", "2026-09-01") == "late_start");
  const auto list = it.ask("/api/v1/calendars", {Method::get, "/api/v1/calendars", it.admin}).json();
  const auto& all = list.at("items").as_array();
  REQUIRE(all.size() == 3);
  CHECK(all[0].at("school") == "district");
  CHECK(all[1].at("day").at("kind") == "closure");
  CHECK(all[1].at("next_school_day") == "2026-09-02");
  CHECK(all[2].at("differs").as_array() == boost::json::array{"announced"});
  const auto other = it.ask("/api/v1/calendars", {Method::get, "/api/v1/calendars?date=2026-09-07", it.admin}).json();
  CHECK(other.at("items").at(1).at("day").at("name") == "Labor Day");

  CHECK(it.post("district", "/days", R"({"dates":["2026-09-01"],"kind":"as_planned"})").status == 200);
  CHECK(it.kind("north", "2026-09-01") == "school_day");
  CHECK(it.get("district").json().at("own") == boost::json::parse(to_json(domain::sample_year())));
}

TEST_CASE("a change of days that cannot be is refused with its field") {
  Year it;
  CHECK(it.post("district", "/days", R"({"dates":["2026-09-01"],"kind":"closure"})").status == 409);
  it.set_up();
  const auto refused = [&](const std::string& body, const std::string& field, const std::string& remedy) {
    it.refused(it.post("north", "/days", body), field, remedy);
  };
  refused(R"({"kind":"closure"})", "dates", "1 to 31 dates");
  refused(R"({"dates":["tomorrow"],"kind":"closure"})", "dates[0]", "a date such as");
  refused(R"({"dates":["2026-09-01"],"kind":"snow"})", "kind", "must be closure, late_start");
  refused(R"({"dates":["2026-09-01"],"kind":"closure","layer":"secret"})", "layer", "announced");
  refused(R"({"dates":["2026-09-01"],"kind":"late_start"})", "announced[2026-09-01].minutes", "must be 1 to 720");
  refused(R"({"dates":["2026-09-01"],"kind":"late_start","minutes":600})", "announced[2026-09-01].minutes",
          "choose fewer minutes");
  refused(R"({"dates":["2026-09-01"],"kind":"early_release","schedule":"noon"})", "announced[2026-09-01].schedule",
          "add it, or choose another");
  refused(R"({"dates":["2026-09-01"],"kind":"closure","minutes":30})", "announced[2026-09-01].minutes", "late start");
  refused(R"({"dates":["2026-09-01"],"kind":"closure","whole_day":true})", "whole_day", "is not a field");
  const std::string planned = R"({"dates":["2026-09-02"],"kind":"early_release","minutes":60,"layer":"planned"})";
  CHECK(it.post("north", "/days", planned).status == 200);
  CHECK(it.get("north").json().at("own").at("planned").at(0).at("minutes") == 60);
}

TEST_CASE("holidays of a file are shown, chosen and planned; a file that is none says so") {
  Year it;
  it.set_up();
  const std::string file =
      "holidays:\\n  - {date: 2026-10-12, name: Fall break}\\n"
      "  - {first: 2026-12-21, last: 2026-12-22, name: Winter}\\n";
  const auto shown = it.post("district", "/import", R"({"text":")" + file + R"(","dry_run":true})").json();
  CHECK(shown.at("entries") == 2);
  CHECK(shown.at("holidays").as_array().size() == 3);
  CHECK(shown.at("effects_total") == 6);  // three days at two schools
  CHECK(it.get("district").json().at("version") == 1);
  const auto done = it.post("district", "/import", R"({"text":")" + file + R"(","dates":["2026-10-12"]})").json();
  CHECK(done.at("effects_total") == 2);
  CHECK(it.kind("north", "2026-10-12") == "holiday");
  CHECK(it.kind("north", "2026-12-21") == "outside_terms");
  CHECK(it.post("district", "/import", R"({"text":"a: b"})").status == 400);
  CHECK(it.post("district", "/import", R"({"text":""})").status == 400);
  it.refused(it.post("district", "/import", R"({"dry_run":true})"), "text", "is missing");
  it.refused(it.post("district", "/import", R"({"text":"x","dates":["12"]})"), "dates[0]", "a date such as");
}

TEST_CASE("terms are taken from the roster once it is known, shown before, and followed if that is wished") {
  Year it;
  it.set_up();
  CHECK(it.post("district", "/terms", "{}").status == 409);
  it.add_term(1, "Fall", "2026-08-24", "2026-12-18");
  it.add_term(2, "Spring", "2027-01-05", "2027-05-28");
  const auto shown = it.post("district", "/terms", R"({"dry_run":true})").json();
  CHECK(shown.at("before").as_array().size() == 3);
  CHECK(shown.at("after").at(0).at("name") == "Fall");
  CHECK(shown.at("follow") == false);
  // August 5 to 21 has school no more, May 28 has.
  CHECK(shown.at("effects_total") == 2 * (13 + 1));
  CHECK(it.get("district").json().at("version") == 1);
  CHECK(it.post("district", "/terms", R"({"follow":true})").json().at("follow") == true);
  CHECK(it.get("district").json().at("own").at("terms_from_roster") == true);
  CHECK(it.kind("north", "2026-08-10") == "outside_terms");
  CHECK(it.post("north", "/terms", "{}").status == 409);  // no class of it names a term
  it.refused(it.post("district", "/terms", R"({"follow":"yes"})"), "follow", "true or false");
}

TEST_CASE("a school administrator changes their own schools' calendars, everybody reads those they reach") {
  Year it;
  it.set_up();
  const domain::Scope north{domain::ScopeKind::school, {"north"}};
  const auto nora = it.server.sign_in("nora", domain::Role::school_admin, north);
  const auto tom = it.server.sign_in("tom", domain::Role::technician, north);
  const auto vic = it.server.sign_in("vic", domain::Role::viewer);
  const std::string snow = R"({"dates":["2026-09-01"],"kind":"closure"})";
  CHECK(it.post("north", "/days", snow, nora).status == 200);
  CHECK(it.post("south", "/days", snow, nora).status == 404);
  CHECK(it.post("district", "/days", snow, nora).status == 403);
  CHECK(it.post("north", "/days", snow, tom).status == 403);
  CHECK(it.post("north", "/days", snow, vic).status == 403);
  CHECK(it.get("district", nora).status == 200);
  CHECK(it.get("north", tom).status == 200);
  CHECK(it.get("south", tom).status == 404);
  CHECK(it.get("east", it.admin).status == 404);
  CHECK(it.get("south", vic).status == 200);
  const auto seen = it.ask("/api/v1/calendars", {Method::get, "/api/v1/calendars", tom}).json().at("items").as_array();
  REQUIRE(seen.size() == 2);
  CHECK(seen[1].at("school") == "north");
  const auto log = must(it.server.core->audit.page("", 10)).records;
  CHECK(log.front().action == "calendar.announce");
  CHECK(log.front().target == "school:north");
  CHECK(log.front().detail == "closure 2026-09-01");
}

}  // namespace
}  // namespace rollcall::api
