#include "server/service/calendars.h"

#include <catch2/catch.hpp>

#include "server/storage/roster_store.h"
#include "tests/unit/domain/calendar_fixture.h"
#include "tests/unit/service/records_fixture.h"

namespace rollcall::service {
namespace {

using domain::ChangeKind;
using domain::DayKind;
using domain::on;

struct Year : Records {
  Calendars calendars{db, clock, schools, audit};
  Year() { clock.set_wall(instant_ms("UTC", on("2026-09-01"), 12 * 60).value()); }

  Calendars::Document put(std::string_view school, const domain::CalendarDocument& document, std::int64_t version = 0) {
    return must(calendars.put(admin, school, document, version));
  }
  Calendars::Outcome announce(std::string_view school, std::string_view date, std::optional<domain::DayChange> change,
                              Calendars::Mode mode = Calendars::Mode::apply) {
    return must(calendars.change_days(admin, school, Calendars::Layer::announced, {{on(date), std::move(change)}}, mode));
  }
  void add_term(std::int64_t no, std::string title, std::string_view first, std::string_view last) {
    const auto day_no = [](std::string_view date) {
      return static_cast<std::int32_t>(on(date).time_since_epoch().count());
    };
    const domain::RosterTerm term{.term_no = no, .source_id = "t" + std::to_string(no), .title = std::move(title),
                                  .kind = "term", .first_day = day_no(first), .last_day = day_no(last)};
    must(db.write([&](sql::Transaction& transaction) { return storage::put_term(transaction, term); }));
  }
  void add_class(std::int64_t no, std::string school, std::vector<std::int64_t> terms) {
    const domain::RosterClass row{.class_no = no, .source_id = "k" + std::to_string(no), .school_id = std::move(school),
                                  .term_nos = std::move(terms)};
    must(db.write([&](sql::Transaction& transaction) { return storage::put_class(transaction, row); }));
  }
  DayKind kind(std::string_view school, std::string_view date) { return calendars.of(school)->kind_of(on(date)); }
};

const domain::DayChange kSnow{ChangeKind::closure, "Snow", "", 0};

}  // namespace

TEST_CASE("a school without a calendar of its own keeps to the district's, and only differs where it says so") {
  Year it;
  CHECK(it.calendars.of("north") == nullptr);
  CHECK(it.put("", domain::sample_year()).version == 1);
  CHECK(it.calendars.of("north") == it.calendars.of("south"));
  domain::CalendarDocument north;
  north.planned[on("2026-09-07")] = {ChangeKind::school_day, "", "", 0};
  CHECK(it.put("north", north).version == 1);
  CHECK(it.kind("north", "2026-09-07") == DayKind::school_day);
  CHECK(it.kind("south", "2026-09-07") == DayKind::holiday);
  CHECK(it.calendars.own("north").document == north);
  CHECK(it.calendars.own("south").version == 0);

  Calendars again(it.db, it.clock, it.schools, it.audit);
  must(again.load());
  CHECK(again.own("north").document == north);
  CHECK(again.of("south")->document() == it.calendars.of("south")->document());
}

TEST_CASE("a calendar is changed only in the version that was seen, and what stays as it was is not a change") {
  Year it;
  it.put("", domain::sample_year());
  CHECK(it.calendars.put(it.admin, "", domain::sample_year(), 0).error().code == Errc::conflict);
  CHECK(it.put("", domain::sample_year(), 1).version == 1);
  auto other = domain::sample_year();
  other.time_zone = "America/Chicago";
  CHECK(it.put("", other, 1).version == 2);
  CHECK(it.calendars.put(it.admin, "east", other, 0).error().code == Errc::not_found);
  const auto log = it.log();
  REQUIRE(log.size() == 2);
  CHECK(log[0].action == "calendar.edit");
  CHECK(log[0].target == "district");
  CHECK(log[0].detail == "time_zone");
}

TEST_CASE("a district's change that a school could not live by names the school and changes nothing") {
  Year it;
  it.put("", domain::sample_year());
  domain::CalendarDocument north;
  north.weekdays = domain::Week{"wednesday", "", "", "", "", "", ""};
  it.put("north", north);
  auto without = domain::sample_year();
  without.schedules.pop_back();
  without.weekdays->at(2) = "regular";
  const auto refused = it.calendars.put(it.admin, "", without, 1);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().field == "weekdays.mon");
  CHECK(refused.error().message.find("north") != std::string::npos);
  CHECK(it.calendars.own("").version == 1);
  CHECK(it.kind("north", "2026-09-14") == DayKind::school_day);
  CHECK(it.calendars.put(it.admin, "south", {.time_zone = "Mars/Olympus"}, 0).error().field == "time_zone");
}

TEST_CASE("snow closes every school with one call, is shown before, and is taken back without a trace") {
  Year it;
  it.put("", domain::sample_year());
  it.announce("south", "2026-09-03", domain::DayChange{ChangeKind::school_day, "Shelter", "", 0});
  const auto preview = it.announce("", "2026-09-03", kSnow, Calendars::Mode::preview);
  REQUIRE(preview.effects.size() == 1);
  CHECK(preview.effects[0].school_id == "north");
  CHECK(preview.effects[0].before.kind == DayKind::school_day);
  CHECK(preview.effects[0].after.kind == DayKind::closure);
  CHECK(it.kind("north", "2026-09-03") == DayKind::school_day);

  CHECK(it.announce("", "2026-09-03", kSnow).document.version == 2);
  CHECK(it.kind("north", "2026-09-03") == DayKind::closure);
  CHECK(it.kind("south", "2026-09-03") == DayKind::school_day);
  CHECK(it.calendars.of("north")->next_school_day(on("2026-09-02")) == on("2026-09-04"));
  CHECK(it.announce("", "2026-09-03", kSnow).document.version == 2);  // twice the same
  CHECK(it.log()[0].detail == "closure 2026-09-03");

  CHECK(it.announce("", "2026-09-03", std::nullopt).document.document == domain::sample_year());
  CHECK(it.kind("north", "2026-09-03") == DayKind::school_day);
  CHECK(it.log()[0].detail == "as planned 2026-09-03");
}

TEST_CASE("schools that say something of their own about a day are named when the district changes it") {
  Year it;
  it.put("", domain::sample_year());
  it.announce("south", "2026-09-03", domain::DayChange{ChangeKind::late_start, "", "", 60});
  const auto closed = it.announce("", "2026-09-03", kSnow);
  REQUIRE(closed.effects.size() == 1);
  REQUIRE(closed.kept.size() == 1);
  CHECK(closed.kept[0].school_id == "south");
  CHECK(closed.kept[0].day.kind == DayKind::late_start);
  CHECK(it.announce("", "2026-09-03", std::nullopt).kept.empty());
  CHECK(it.announce("south", "2026-09-03", kSnow).kept.empty());
}

TEST_CASE("more effects than a person looks at are counted") {
  Year it;
  it.put("", domain::sample_year());
  Calendars::Changes changes;
  for (int i = 0; i < 400; ++i) changes[on("2026-09-05") + std::chrono::days(i)] = kSnow;
  const auto outcome = must(it.calendars.change_days(it.admin, "", Calendars::Layer::planned, changes,
                                                     Calendars::Mode::preview));
  CHECK(outcome.effects_total == 800);
  CHECK(outcome.effects.size() == Calendars::kMaxEffects);
}

TEST_CASE("days cannot be changed before there is a calendar, nor into days without a period") {
  Year it;
  const auto change = [&](const domain::DayChange& wanted) {
    return it.calendars.change_days(it.admin, "north", Calendars::Layer::announced, {{on("2026-09-03"), wanted}},
                                    Calendars::Mode::apply);
  };
  CHECK(change(kSnow).error().code == Errc::conflict);
  it.put("", domain::sample_year());
  CHECK(change({ChangeKind::late_start, "", "", 600}).error().field == "announced[2026-09-03].minutes");
  CHECK(change({ChangeKind::late_start, "", "", 0}).error().field == "announced[2026-09-03].minutes");
  CHECK(change({ChangeKind::late_start, "", "gone", 0}).error().field == "announced[2026-09-03].schedule");
  CHECK(it.calendars.own("north").version == 0);
  must(change({ChangeKind::late_start, "", "", 120}));
  CHECK(it.calendars.of("north")->bell_schedule_of(on("2026-09-03"))->periods.front().start_minute == 580);
}

TEST_CASE("holidays of a file are shown before they are planned, all of them or those that were chosen") {
  Year it;
  it.put("", domain::sample_year());
  const std::string file = "holidays:\n  - {date: 2026-09-07, name: Labor Day}\n  - {date: 2026-10-12, name: Fall break}\n"
                           "  - {date: 2026-10-13, name: Fall break}\n  - {date: 2012-01-01, name: Long ago}\n";
  const auto preview = must(it.calendars.import_holidays(it.admin, "", file, {}, Calendars::Mode::preview));
  CHECK(preview.list.entries == 4);
  CHECK(preview.list.dates.size() == 3);
  CHECK(preview.outcome.effects.size() == 4);  // two new days at two schools; Labor Day is there already
  CHECK(it.calendars.own("").version == 1);
  must(it.calendars.import_holidays(it.admin, "", file, {{on("2026-10-12")}}, Calendars::Mode::apply));
  CHECK(it.kind("north", "2026-10-12") == DayKind::holiday);
  CHECK(it.kind("north", "2026-10-13") == DayKind::school_day);
  CHECK(it.log()[0].action == "calendar.plan");
  const auto twice = must(it.calendars.import_holidays(it.admin, "", file, {{on("2026-10-12")}}, Calendars::Mode::apply));
  CHECK(twice.outcome.document.version == 2);
  CHECK_FALSE(it.calendars.import_holidays(it.admin, "", "", {}, Calendars::Mode::apply));
}

TEST_CASE("terms come from the roster: the district's from all of it, a school's from its classes") {
  Year it;
  const auto take = [&](std::string_view school, std::optional<bool> follow = {},
                        Calendars::Mode mode = Calendars::Mode::apply) {
    return it.calendars.take_terms(it.admin, school, follow, mode);
  };
  CHECK(take("").error().code == Errc::conflict);
  it.put("", domain::sample_year());
  CHECK(take("").error().message.find("academicSessions.csv") != std::string::npos);
  it.add_term(1, "Fall", "2026-08-24", "2026-12-18");
  it.add_term(2, "Trimester 1", "2026-08-24", "2026-11-20");
  it.add_class(1, "north", {2});

  const auto shown = must(take("", true, Calendars::Mode::preview));
  CHECK(shown.before == *domain::sample_year().terms);
  CHECK(shown.outcome.document.document.terms->size() == 2);
  CHECK(it.calendars.own("").version == 1);
  CHECK(must(take("", true)).outcome.document.version == 2);
  CHECK(must(take("")).outcome.document.version == 2);  // twice the same
  CHECK(it.calendars.own("").document.terms_from_roster);
  CHECK(it.log()[0].action == "calendar.terms");
  CHECK(it.log()[0].detail == "2 from the roster, again after each import");

  CHECK(take("south").error().code == Errc::conflict);
  CHECK(must(take("north")).outcome.effects_total > 0);
  CHECK(it.kind("north", "2026-11-30") == DayKind::outside_terms);
  CHECK(it.kind("south", "2026-11-30") == DayKind::school_day);
  CHECK_FALSE(it.calendars.own("north").document.terms_from_roster);
}

TEST_CASE("who follows the roster has its new terms after an import, or keeps the old ones and says why") {
  Year it;
  it.put("", domain::sample_year());
  it.add_term(1, "Fall", "2026-08-24", "2026-12-18");
  CHECK(it.calendars.follow_roster().empty());  // nobody follows
  CHECK(it.calendars.own("").version == 1);
  must(it.calendars.take_terms(it.admin, "", true, Calendars::Mode::apply));
  it.add_term(1, "Fall", "2026-08-17", "2026-12-18");
  CHECK(it.calendars.follow_roster().empty());
  CHECK(it.kind("north", "2026-08-18") == DayKind::school_day);
  CHECK(it.log()[0].actor == "system");
  it.add_term(1, "Fall", "2026-09-05", "2026-09-07");  // a weekend and Labor Day
  const auto kept = it.calendars.follow_roster();
  REQUIRE(kept.size() == 1);
  CHECK(kept[0].starts_with("the calendar of the district keeps its terms as they were: terms hold no day"));
  CHECK(it.kind("north", "2026-08-18") == DayKind::school_day);
}

TEST_CASE("a calendar without terms says what it means to take some") {
  Year it;
  auto all_year = domain::sample_year();
  all_year.terms.reset();
  it.put("", all_year);
  it.add_term(1, "Fall", "2026-08-24", "2026-12-18");
  const auto taken = must(it.calendars.take_terms(it.admin, "", {}, Calendars::Mode::preview));
  REQUIRE(taken.notes.size() == 1);
  CHECK(taken.notes[0].find("outside of these there is none") != std::string::npos);
}

}  // namespace rollcall::service
