#include "agent/collect/battery.h"

#include <catch2/catch.hpp>

namespace rollcall::collect {
namespace {

PowerSupply energy_pack() {
  return {{"type", "Battery"},
          {"present", "1"},
          {"status", "Discharging"},
          {"capacity", "63"},
          {"energy_now", "30000000"},
          {"energy_full", "47500000"},
          {"energy_full_design", "50000000"},
          {"cycle_count", "212"},
          {"voltage_now", "11400000"},
          {"power_now", "6250000"}};
}

PowerSupply charge_pack() {
  return {{"type", "Battery"},
          {"status", "Charging"},
          {"charge_now", "2000000"},
          {"charge_full", "3000000"},
          {"charge_full_design", "4000000"},
          {"voltage_min_design", "7600000"},
          {"voltage_now", "8000000"},
          {"current_now", "-500000"}};
}

TEST_CASE("energy in microwatt-hours becomes milliwatt-hours") {
  const auto pack = parse_pack("BAT0", energy_pack());
  REQUIRE(pack);
  CHECK(pack->name == "BAT0");
  CHECK(pack->state == wire::PackState::discharging);
  CHECK(pack->percent == 63.0);
  CHECK(pack->now_mwh == 30'000);
  CHECK(pack->full_mwh == 47'500);
  CHECK(pack->design_mwh == 50'000);
  CHECK(pack->cycles == 212);
  CHECK(pack->voltage_mv == 11'400);
  CHECK(pack->power_mw == 6'250);
}

TEST_CASE("charge is multiplied by the design's lowest voltage, and current has no sign") {
  const auto pack = parse_pack("BAT0", charge_pack());
  REQUIRE(pack);
  CHECK(pack->now_mwh == 15'200);
  CHECK(pack->full_mwh == 22'800);
  CHECK(pack->design_mwh == 30'400);
  CHECK(pack->power_mw == 4'000);
  CHECK(pack->percent == 66.7);
}

TEST_CASE("without a design voltage the present one keeps the ratio right") {
  auto supply = charge_pack();
  supply.erase("voltage_min_design");
  const auto pack = parse_pack("BAT0", supply);
  REQUIRE(pack);
  CHECK(pack->full_mwh == 24'000);
  CHECK(pack->design_mwh == 32'000);
  supply.erase("voltage_now");
  CHECK_FALSE(parse_pack("BAT0", supply)->full_mwh.has_value());
}

TEST_CASE("what is not the laptop's pack is left out") {
  for (const auto& [key, value] :
       {std::pair{"type", "Mains"}, {"type", ""}, {"scope", "Device"}, {"present", "0"}}) {
    auto supply = energy_pack();
    supply[key] = value;
    INFO(key << "=" << value);
    CHECK_FALSE(parse_pack("BAT0", supply).has_value());
  }
  auto supply = energy_pack();
  supply["scope"] = "System";
  CHECK(parse_pack("BAT0", supply).has_value());
  CHECK_FALSE(parse_pack("BAT0", {}).has_value());
}

TEST_CASE("a count of cycles that no gauge means is unknown") {
  for (const auto* cycles : {"0", "-1", "65535", "", "many"}) {
    auto supply = energy_pack();
    supply["cycle_count"] = cycles;
    INFO(cycles);
    CHECK_FALSE(parse_pack("BAT0", supply)->cycles.has_value());
  }
}

TEST_CASE("a gauge's lie within the limits is kept, and nonsense beyond is left out") {
  auto supply = energy_pack();
  supply["capacity"] = "240";
  supply["energy_full"] = "59500000";
  CHECK(parse_pack("BAT0", supply)->percent == 240.0);
  CHECK(parse_pack("BAT0", supply)->full_mwh == 59'500);
  supply["capacity"] = "4000";
  supply["energy_full"] = "99999999999999999999";
  supply["energy_now"] = "-1";
  const auto pack = parse_pack("BAT0", supply);
  CHECK_FALSE(pack->percent.has_value());
  CHECK_FALSE(pack->full_mwh.has_value());
  CHECK_FALSE(pack->now_mwh.has_value());
}

TEST_CASE("a pack's serial number of zeros is none") {
  auto supply = energy_pack();
  supply["serial_number"] = " 0000 ";
  CHECK(parse_pack("BAT0", supply)->serial.empty());
  supply["serial_number"] = " 1204";
  CHECK(parse_pack("BAT0", supply)->serial == "1204");
}

TEST_CASE("mains and USB-C chargers tell whether the laptop is plugged in; a mouse does not") {
  CHECK(parse_mains({{"type", "Mains"}, {"online", "1"}}) == true);
  CHECK(parse_mains({{"type", "USB"}, {"online", "0"}}) == false);
  CHECK(parse_mains({{"type", "USB_PD"}, {"online", "2"}}) == true);
  CHECK_FALSE(parse_mains({{"type", "Mains"}}).has_value());
  CHECK_FALSE(parse_mains({{"type", "Mains"}, {"online", "yes"}}).has_value());
  CHECK_FALSE(parse_mains({{"type", "USB"}, {"scope", "Device"}, {"online", "1"}}).has_value());
  CHECK_FALSE(parse_mains(energy_pack()).has_value());
}

}  // namespace
}  // namespace rollcall::collect
