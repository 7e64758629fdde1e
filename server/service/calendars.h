// The school year of the district and of each school that differs from it. Thread-safe: reading is answered from memory
// and never waits for the database.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/calendar.h"
#include "server/domain/user.h"
#include "server/holidays/holiday_list.h"
#include "server/service/audit.h"
#include "server/service/schools.h"
#include "server/storage/calendar_store.h"

namespace rollcall::service {

class Calendars {
 public:
  using CalendarPtr = std::shared_ptr<const domain::Calendar>;

  Calendars(sql::Database& db, const Clock& clock, const Schools& schools, Audit& audit)
      : db_(db), clock_(clock), schools_(schools), audit_(audit) {}

  // Reads every document; once, before the doors open.
  Result<> load();

  // What a school has to keep to: the district's calendar and what it says differently. "" asks for the district's.
  // Null until somebody has set one up.
  CalendarPtr of(std::string_view school_id) const;
  // Errors: conflict instead of null.
  Result<CalendarPtr> expect(std::string_view school_id) const;

  struct Document {
    std::int64_t version{};  // 0: nobody wrote one
    domain::CalendarDocument document{};
  };
  Document own(std::string_view school_id) const;  // "": the district's

  // Errors of all that change: not_found (no such school), conflict (`expected_version` is not the version),
  // invalid_argument with the field and a remedy, also when a school could not live by the district's new calendar.
  Result<Document> put(const domain::Actor& actor, std::string_view school_id, const domain::CalendarDocument& document,
                       std::int64_t expected_version);

  // Which days of which school become what. "" is the district, where no school is known yet.
  struct Effect {
    std::string school_id{};
    domain::Day before{};
    domain::Day after{};
  };
  struct OwnDay {
    std::string school_id{};
    domain::Day day{};
  };
  struct Outcome {
    Document document{};
    std::vector<Effect> effects{};  // by school, then date; days that stay as they are left out; at most kMaxEffects
    std::size_t effects_total{};
    std::vector<OwnDay> kept{};  // of a change of the district's: schools that say something of their own about the day
  };
  static constexpr std::size_t kMaxEffects = 500;
  enum class Mode : std::uint8_t { preview, apply };
  enum class Layer : std::uint8_t { planned, announced };  // of domain::CalendarDocument
  using Changes = std::map<LocalDate, std::optional<domain::DayChange>>;  // nothing: taken back

  // "" changes the days of every school that says nothing of its own about them. Twice the same is the same.
  Result<Outcome> change_days(const domain::Actor& actor, std::string_view school_id, Layer layer,
                              const Changes& changes, Mode mode);

  // Puts the list's dates into what is planned; what is planned already and not in the list stays. `only`: of these
  // dates (nothing: all). Errors: also those of holidays::read_holidays.
  struct Import {
    Outcome outcome{};
    holidays::List list{};  // what the file held, the year around today
  };
  Result<Import> import_holidays(const domain::Actor& actor, std::string_view school_id, std::string_view text,
                                 const std::optional<std::vector<LocalDate>>& only, Mode mode);

  // calendar_terms.cpp: the roster's academic sessions as terms; those of a school are what its classes are held in.
  struct Terms {
    Outcome outcome{};
    std::vector<domain::Term> before{};  // what held so far
    std::vector<std::string> notes{};    // what was left out of the roster's, and why
  };
  // `follow`: whether they are taken again after each import (nothing: as before). Errors: also conflict (the roster
  // has none for this school).
  Result<Terms> take_terms(const domain::Actor& actor, std::string_view school_id, std::optional<bool> follow,
                           Mode mode);
  // After an import: each calendar that follows the roster. Which of them keep their terms, and why.
  std::vector<std::string> follow_roster();

 private:
  using Documents = std::map<std::string, Document, std::less<>>;
  using Built = std::map<std::string, CalendarPtr, std::less<>>;  // of every document; "" is the district's
  struct State {
    Documents documents{};
    Built built{};
  };

  // A refusal names the school, unless it is the one that is changed.
  static Result<Built> build(const Documents& documents, std::string_view changed = {});
  static CalendarPtr find(const Built& built, std::string_view school_id);
  State state() const;
  Result<> expect_school(std::string_view school_id) const;
  std::vector<std::string> schools_under(std::string_view school_id) const;
  static void add_effect(Outcome& out, std::string school_id, const domain::Calendar& was, const domain::Calendar& is,
                         LocalDate date);
  // What becomes of which day, from what is there and what would be.
  void judge_days(Outcome& out, const State& before, const Built& after, std::string_view school_id, Layer layer,
                  const Changes& changes) const;
  void judge_terms(Terms& out, const Built& before, const Built& after, std::string_view school_id) const;
  Result<Document> write(const domain::Actor& actor, std::string_view school_id, const Document& wanted,
                         std::string_view action, const std::string& detail);

  sql::Database& db_;
  const Clock& clock_;
  const Schools& schools_;
  Audit& audit_;
  std::mutex writing_;               // one change at a time, so that what was judged is what is written
  mutable std::shared_mutex mutex_;  // guards what follows
  Documents documents_;
  Built built_;
};

}  // namespace rollcall::service
