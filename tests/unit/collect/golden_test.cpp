// Every machine under tests/fixtures/machines is collected at school, and the report compared with the
// expected.json beside it. After a wanted change: `unit_collect "[update-golden]"` writes them anew; read the
// difference before committing it.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "common/wire/codec.h"
#include "tests/unit/collect/school.h"

namespace rollcall::collect {
namespace {

std::set<std::string> machines() {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kMachines)) {
    if (entry.is_directory()) names.insert(entry.path().filename().string());
  }
  return names;
}

// The connectivity of a machine that is not at school is looked at too, so the rules of place are left to
// privacy_test.cpp: here the school lists its networks, but the collectors' own answer is compared.
std::string collected(const std::string& name) {
  const FakeClock clock;
  wire::Report report;
  const auto machine = fixture(name);
  const Context context{machine,
                        school_policy(),
                        good_link(),
                        wire::Occasion::scheduled,
                        clock.wall_ms(),
                        clock.monotonic_ms(),
                        "the key of the fixtures",
                        "0.1.0"};
  for (auto& [collector_name, collector] : all_collectors()) {
    const auto outcome = collector->collect(context, report);
    wire::CollectorResult result{std::string(collector_name), wire::CollectorState::failed, 0, ""};
    if (!outcome) result.error = name_of(outcome.error().code);
    if (outcome) {
      result.state = *outcome == Presence::present ? wire::CollectorState::ok : wire::CollectorState::absent;
    }
    report.collectors.push_back(std::move(result));
  }
  return wire::encode(report, wire::Form::readable) + "\n";
}

std::string expected_path(const std::string& name) {
  return fixture_path(name).append("/expected.json");
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST_CASE("each fixture machine yields the report that was expected of it") {
  const auto names = machines();
  REQUIRE(names.size() >= 9);
  for (const auto& name : names) {
    INFO(name);
    CHECK(collected(name) == text_of(expected_path(name)));
  }
}

TEST_CASE("collecting a machine twice gives the same report") {
  for (const auto& name : machines()) {
    INFO(name);
    CHECK(collected(name) == collected(name));
  }
}

TEST_CASE("the expected reports are written anew", "[.][update-golden]") {
  for (const auto& name : machines()) std::ofstream(expected_path(name)) << collected(name);
}

TEST_CASE("no expected report holds an address, a user's name or a file's name") {
  for (const auto& name : machines()) {
    INFO(name);
    const auto text = text_of(expected_path(name));
    for (const auto* secret : {"10.20.", "192.168.", "2001:db8", "fe80", "02:00:5e", "jdoe", "asmith",
                               "student/", "STICK", "0f1e2d3c4b5a69788796a5b4c3d2e1f0", "Cruzer", "M185"}) {
      INFO(secret);
      CHECK(text.find(secret) == std::string::npos);
    }
  }
}

}  // namespace
}  // namespace rollcall::collect
