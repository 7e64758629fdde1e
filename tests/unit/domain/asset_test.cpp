#include "server/domain/asset.h"

#include <catch2/catch.hpp>

#include "server/domain/place.h"

using namespace rollcall;
using namespace rollcall::domain;

namespace {

LocalDate date(const char* text) {
  return parse_date(text).value();
}

template <class Enum, class Parse>
void reads_back(std::size_t count, Parse parse) {
  for (std::size_t i = 0; i < count; ++i) CHECK(parse(name_of(static_cast<Enum>(i))) == static_cast<Enum>(i));
  CHECK_FALSE(parse("nothing"));
}

}  // namespace

TEST_CASE("every word of an asset reads back") {
  reads_back<Lifecycle>(kLifecycles, parse_lifecycle);
  reads_back<Condition>(kConditions, parse_condition);
  reads_back<Ownership>(kOwnerships, parse_ownership);
  reads_back<Flag>(kFlags, parse_flag);
  reads_back<DeviceKind>(kDeviceKinds, parse_device_kind);
  reads_back<PlaceKind>(kPlaceKinds, parse_place_kind);
}

TEST_CASE("flags are set and cleared each by itself") {
  Flags flags;
  CHECK_FALSE(flags.any());
  flags.set(Flag::stolen).set(Flag::lost);
  CHECK(flags.words() == std::vector<std::string_view>{"lost", "stolen"});
  flags.set(Flag::stolen, false);
  CHECK(flags.has(Flag::lost));
  CHECK_FALSE(flags.has(Flag::stolen));
}

TEST_CASE("months are counted on the calendar") {
  CHECK(months_after(date("2026-08-31"), 12) == date("2027-08-31"));
  CHECK(months_after(date("2026-01-31"), 1) == date("2026-02-28"));
  CHECK(months_after(date("2027-11-30"), 3) == date("2028-02-29"));
  CHECK(months_after(date("2026-08-31"), 0) == date("2026-08-31"));
}

TEST_CASE("papers are trimmed; a reason to hold goes with the hold") {
  CHECK(normalise(Papers{.funding_source = " ESSER III "})->funding_source == "ESSER III");
  CHECK(normalise(Papers{.hold_reason = "court", .on_hold_ms = 5})->hold_reason == "court");
  CHECK(normalise(Papers{.hold_reason = "court"})->hold_reason.empty());
  CHECK(normalise(Papers{.cost_cents = -1}).error().field == "cost_cents");
  CHECK(normalise(Papers{.note = std::string(1001, 'x')}).error().field == "note");
  CHECK(normalise(Papers{.purchase_order = "a\tb"}).error().field == "purchase_order");
}
