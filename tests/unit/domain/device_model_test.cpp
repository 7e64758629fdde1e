#include "server/domain/device_model.h"

#include <catch2/catch.hpp>

#include "server/domain/place.h"

using namespace rollcall;
using namespace rollcall::domain;

TEST_CASE("a kit is its words, in one order, whoever wrote them") {
  const auto kit = Kit::parse("case,charger");
  REQUIRE(kit);
  CHECK(kit->to_text() == "charger,case");
  CHECK(kit->has(Accessory::case_));
  CHECK_FALSE(kit->has(Accessory::stylus));
  CHECK(kit->without(Kit{}.add(Accessory::case_)).to_text() == "charger");
  CHECK(Kit::parse("")->empty());
  CHECK_FALSE(Kit::parse("charger,mouse"));
  CHECK_FALSE(Kit::parse("charger,"));
}

TEST_CASE("a model is trimmed, and refused with the field that is wrong") {
  const DeviceModel good{.maker = " Lenovo ", .name = " 300e  Gen 3 ", .cost_cents = 28'900};
  const auto model = normalise(good);
  REQUIRE(model);
  CHECK(model->maker == "Lenovo");
  CHECK(model->name == "300e  Gen 3");
  CHECK(model_key(model->name) == model_key("300E GEN 3"));
  CHECK(model_key(" Chromebook  11 G8 Education Edition") == "chromebook 11 g8 education edition");
  const auto field = [&](auto change) {
    DeviceModel bad = good;
    change(bad);
    const auto refused = normalise(bad);
    return refused ? "none" : refused.error().field;
  };
  CHECK(field([](DeviceModel& it) { it.maker = "  "; }) == "maker");
  CHECK(field([](DeviceModel& it) { it.name.clear(); }) == "name");
  CHECK(field([](DeviceModel& it) { it.name = "a\nb"; }) == "name");
  CHECK(field([](DeviceModel& it) { it.name = std::string(129, 'x'); }) == "name");
  CHECK(field([](DeviceModel& it) { it.warranty_months = 241; }) == "warranty_months");
  CHECK(field([](DeviceModel& it) { it.life_months = -1; }) == "life_months");
  CHECK(field([](DeviceModel& it) { it.cost_cents = kMaxCostCents + 1; }) == "cost_cents");
}

TEST_CASE("a place has a name and a capacity that can be") {
  CHECK(normalise(Place{.name = " Cart 7 "})->name == "Cart 7");
  CHECK(normalise(Place{.name = " "}).error().field == "name");
  CHECK(normalise(Place{.name = "a", .capacity = 0}).error().field == "capacity");
  CHECK(normalise(Place{.name = "a", .note = std::string(501, 'x')}).error().field == "note");
}
