#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <string>

#include "common/wire/codec.h"
#include "common/wire/limits.h"
#include "tests/unit/wire/samples.h"

namespace rollcall::wire {
namespace {

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

// The check-in of one ordinary report with `from` in its JSON replaced by `to`.
DecodedCheckIn decode_with(std::string_view from, std::string_view to) {
  const auto decoded = decode_check_in(replaced(encode(ordinary_check_in()), from, to));
  REQUIRE(decoded.has_value());
  return *decoded;
}

TEST_CASE("an ordinary check-in comes back as it was sent") {
  const CheckIn sent = ordinary_check_in();
  const auto read = decode_check_in(encode(sent));
  REQUIRE(read.has_value());
  CHECK(read->unknown_fields == 0);
  CHECK(read->rejected.empty());
  CHECK(encode(read->message) == encode(sent));
  const Report& report = read->message.reports.at(0);
  CHECK(report.boot_id == sent.boot_id);
  CHECK(report.battery->packs.at(0).percent == 84.2);
  CHECK(report.connectivity->wifi->bssid == "f0:9f:c2:11:22:33");
  CHECK(report.health->disks.at(0).media_errors == 0);
  CHECK(report.collectors.at(3).error == "smartctl: timed out");
}

TEST_CASE("an ordinary report stays small on the wire") {
  const auto bytes = encode(ordinary_report()).size();
  INFO("bytes: " << bytes);
  CHECK(bytes <= 900);
}

TEST_CASE("a machine without a battery differs from a battery that was not read") {
  Report report = ordinary_report();
  report.battery = Battery{};
  CHECK(decode_report(encode(report))->message.battery->packs.empty());
  report.battery.reset();
  CHECK_FALSE(decode_report(encode(report))->message.battery.has_value());
}

TEST_CASE("a report of an earlier boot keeps its own boot id") {
  CheckIn check_in = ordinary_check_in();
  check_in.reports.push_back(ordinary_report());
  check_in.reports[1].boot_id = "an-earlier-boot";
  const auto read = decode_check_in(encode(check_in));
  CHECK(read->message.reports.at(0).boot_id == check_in.boot_id);
  CHECK(read->message.reports.at(1).boot_id == "an-earlier-boot");
}

TEST_CASE("unknown fields are dropped and counted at every depth") {
  const auto read = decode_with(R"("n":"BAT0")", R"("n":"BAT0","smell":"burnt","nested":{"a":[1,2]})");
  CHECK(read.unknown_fields == 2);
  CHECK(read.rejected.empty());
}

TEST_CASE("a report that breaks a rule is rejected alone, with its sequence and the field's path") {
  CheckIn check_in = ordinary_check_in();
  check_in.reports.push_back(ordinary_report());
  check_in.reports[1].sequence = 41'238;
  const auto read = decode_check_in(replaced(encode(check_in), R"("pc":84.2)", R"("pc":4000)"));
  REQUIRE(read.has_value());
  REQUIRE(read->rejected.size() == 1);
  CHECK(read->rejected[0].sequence == 41'237);
  CHECK(read->rejected[0].reason == "reports[0].battery.packs[0].percent must be between 0 and 300");
  REQUIRE(read->message.reports.size() == 1);
  CHECK(read->message.reports[0].sequence == 41'238);
}

TEST_CASE("wrong types, absurd numbers and bad text are refused with the field's path") {
  struct Row {
    const char *from, *to, *reason;
  };
  const auto row = GENERATE(
      Row{R"("pc":84.2)", R"("pc":"NaN")", "reports[0].battery.packs[0].percent must be a number"},
      Row{R"("pc":84.2)", R"("pc":1e999)", "reports[0].battery.packs[0].percent must be between 0 and 300"},
      Row{R"("pc":84.2)", R"("pc":-1)", "reports[0].battery.packs[0].percent must be between 0 and 300"},
      Row{R"("cy":212)", R"("cy":0)", "reports[0].battery.packs[0].cycles must be between 1 and 100000"},
      Row{R"("cy":212)", R"("cy":2.5)", "reports[0].battery.packs[0].cycles must be a whole number"},
      Row{R"("ef":48900)", R"("ef":18446744073709551615)",
          "reports[0].battery.packs[0].full_mwh must be between 0 and 1000000"},
      Row{R"("s":"discharging")", R"("s":"melting")", "reports[0].battery.packs[0].state is not one of its words"},
      Row{R"("n":"BAT0")", R"("n":"BA\u0007T")", "reports[0].battery.packs[0].name holds a control character"},
      Row{R"("n":"BAT0")", R"("n":"BA\u0085T")", "reports[0].battery.packs[0].name holds a control character"},
      Row{R"("n":"BAT0")", "\"n\":\"BA\xff\xfeT\"", "reports[0].battery.packs[0].name is not UTF-8"},
      Row{R"("n":"BAT0")", R"("n":{"x":1})", "reports[0].battery.packs[0].name must be a text"},
      Row{R"("n":"BAT0")", R"("n":null)", "reports[0].battery.packs[0].name must be a text"},
      Row{R"("ac":false)", R"("ac":0)", "reports[0].battery.on_ac must be true or false"},
      Row{R"("wf":{)", R"("wf":[],"x":{)", "reports[0].connectivity.wifi must be an object"},
      Row{R"("if":[{)", R"("if":[7,{)", "reports[0].connectivity.interfaces[0] must be an object"},
      Row{R"("q":41237)", R"("q":"41237")", "reports[0].sequence must be a whole number"},
      Row{R"("q":41237,)", "", "reports[0].sequence is missing"},
      Row{R"("q":41237)", R"("q":0)", "reports[0].sequence must be between 1 and 9223372036854775807"});
  INFO(row.to);
  const auto read = decode_with(row.from, row.to);
  REQUIRE(read.rejected.size() == 1);
  CHECK(read.rejected[0].reason == row.reason);
  CHECK(read.message.reports.empty());
}

TEST_CASE("a text that is too long is refused, one at its limit is not") {
  const std::string fits(kMaxText, 'x');
  CHECK(decode_with("BAT0", fits).rejected.empty());
  CHECK(decode_with("BAT0", fits + "x").rejected.at(0).reason ==
        "reports[0].battery.packs[0].name is longer than 128 bytes");
}

TEST_CASE("an envelope that breaks a rule is refused as a whole, with the field") {
  const std::string good = encode(ordinary_check_in());
  const auto error = [&](std::string_view from, std::string_view to) {
    const auto read = decode_check_in(replaced(good, from, to));
    REQUIRE_FALSE(read.has_value());
    return read.error();
  };
  CHECK(error(R"("v":1,)", "").field == "version");
  CHECK(error(R"("v":1)", R"("v":0)").field == "version");
  CHECK(error(R"("m":9412400)", R"("m":NaN)").message.find("not JSON") != std::string::npos);
  CHECK(error(R"("m":9412400)", R"("m":-5)").field == "sent_monotonic_ms");
  CHECK(error(R"("r":[)", R"("r":7,"x":[)").field == "reports");
}

TEST_CASE("what is not an object in JSON is refused") {
  for (const char* text : {"", "[]", "7", "null", "\"x\"", "{", "{}x", "{\"a\":\"\\ud800\"}"}) {
    INFO(text);
    const auto read = decode_check_in(text);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().code == Errc::invalid_argument);
  }
}

TEST_CASE("a body that is too deep or too large is refused") {
  std::string deep = R"({"x":)" + std::string(kMaxDepth + 1, '[') + std::string(kMaxDepth + 1, ']') + "}";
  CHECK(decode_check_in(deep).error().message.find("nested deeper") != std::string::npos);
  const std::string large = R"({"x":")" + std::string(kMaxBodyBytes, 'x') + "\"}";
  CHECK(decode_check_in(large).error().code == Errc::too_large);
}

TEST_CASE("too many reports are refused") {
  CheckIn check_in = ordinary_check_in();
  std::string reports;
  for (std::size_t i = 0; i <= kMaxReportsPerCheckIn; ++i) reports += "{},";
  const auto read = decode_check_in(replaced(encode(check_in), R"("r":[)", R"("r":[)" + reports));
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().field == "reports");
}

TEST_CASE("the encoder never writes what the decoder refuses") {
  Report report = ordinary_report();
  report.battery->packs[0].percent = std::numeric_limits<double>::quiet_NaN();
  report.battery->packs[0].cycles = 0;
  report.battery->packs[0].name = "BAT\x01\xff";
  report.battery->packs[0].model = std::string(500, 'm');
  report.battery->packs.resize(20, report.battery->packs[0]);
  report.health->temperature_c = std::numeric_limits<double>::infinity();
  report.wall_ms = -1;
  const auto read = decode_report(encode(report));
  REQUIRE(read.has_value());
  CHECK(read->message.battery->packs.size() == kMaxPacks);
  const BatteryPack& pack = read->message.battery->packs[0];
  CHECK_FALSE(pack.percent.has_value());
  CHECK_FALSE(pack.cycles.has_value());
  CHECK(pack.name == "BAT??");
  CHECK(pack.model.size() == kMaxText);
  CHECK(read->message.wall_ms == 0);
}

TEST_CASE("the readable form has full names and is indented") {
  const std::string text = encode(ordinary_report(), Form::readable);
  CHECK(text.find("\n      {\n        \"name\": \"BAT0\",\n") != std::string::npos);
  CHECK(text.find("\"full_mwh\": 48900") != std::string::npos);
  CHECK(text.find("\"occasion\": \"scheduled\"") != std::string::npos);
}

}  // namespace
}  // namespace rollcall::wire
