#include <catch2/catch.hpp>

#include "tests/sim/flood.h"
#include "tests/sim/school.h"

using namespace rollcall::sim;

namespace {

std::string text_of(const Findings& findings) {
  std::string text;
  for (const auto& line : findings.lines()) text += line + "\n";
  return text;
}

// How many of some seeds notice that a piece is broken, and what they say.
std::pair<int, std::string> noticed(Sabotage sabotage, std::uint64_t seeds = 6) {
  int count = 0;
  std::string text;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const Outcome outcome = run_school({.seed = seed, .laptops = 12, .sabotage = sabotage});
    count += !outcome.findings.empty();
    text += text_of(outcome.findings);
  }
  return {count, text};
}

}  // namespace

TEST_CASE("a school day keeps every promise") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const Outcome outcome = run_school({.seed = seed, .laptops = 20});
    INFO("sim_school --seeds " << seed << " --laptops 20 --trace\n" << text_of(outcome.findings));
    CHECK(outcome.findings.empty());
    CHECK(outcome.stored > 100);
  }
}

TEST_CASE("the same seed has the same trace, another seed another one") {
  for (std::uint64_t seed = 3; seed <= 6; ++seed) {
    const Outcome first = run_school({.seed = seed, .laptops = 10});
    const Outcome again = run_school({.seed = seed, .laptops = 10});
    CHECK(first.hash == again.hash);
    CHECK(first.stored == again.stored);
    CHECK(run_school({.seed = seed + 100, .laptops = 10}).hash != first.hash);
  }
}

TEST_CASE("control: a server that acknowledges before its disk has synced is caught") {
  const auto [count, text] = noticed(Sabotage::server_disk_lies);
  CHECK(count > 0);
  CHECK_THAT(text, Catch::Contains("was acknowledged and is gone"));
}

TEST_CASE("control: an outbox that is not durable is caught") {
  const auto [count, text] = noticed(Sabotage::laptop_disk_lies, 12);
  CHECK(count > 0);
  CHECK_THAT(text, Catch::Contains("samples are gone"));
}

TEST_CASE("control: merged days whose names or contents are not synced are caught") {
  for (const Sabotage sabotage : {Sabotage::folder_sync_lies, Sabotage::file_sync_lies}) {
    const auto [count, text] = noticed(sabotage);
    CHECK(count > 0);
    CHECK_THAT(text, Catch::Contains("log cannot be read") || Catch::Contains("was acknowledged and is gone") ||
                       Catch::Contains("the server does not start"));
  }
}

TEST_CASE("control: a server that does not refuse duplicates is caught") {
  const auto [count, text] = noticed(Sabotage::forgets_accepted);
  CHECK(count > 0);
  CHECK_THAT(text, Catch::Contains("is stored twice"));
}

TEST_CASE("control: an outbox that does not drain is caught") {
  const auto [count, text] = noticed(Sabotage::stays_cut, 2);
  CHECK(count == 2);
  CHECK_THAT(text, Catch::Contains("samples are gone"));
  CHECK_THAT(text, Catch::Contains("reports wait still"));
}

TEST_CASE("control: laptops that are taken for one another are caught") {
  const auto [count, text] = noticed(Sabotage::shared_key, 2);
  CHECK(count == 2);
  CHECK_THAT(text, Catch::Contains("is not its own"));
}

TEST_CASE("control: laptops that become one device are caught") {
  const auto [count, text] = noticed(Sabotage::cloned_firmware, 2);
  CHECK(count == 2);
  CHECK_THAT(text, Catch::Contains("are one device"));
}

TEST_CASE("control: a laptop that becomes another device with each image is caught") {
  const auto [count, text] = noticed(Sabotage::forgetful_firmware);
  CHECK(count > 0);
  CHECK_THAT(text, Catch::Contains("is two devices"));
}

TEST_CASE("control: a server that shows older states than its log has is caught") {
  const auto [count, text] = noticed(Sabotage::skips_tail, 12);
  CHECK(count > 0);
  CHECK_THAT(text, Catch::Contains("tells of report"));
}

TEST_CASE("control: a server that dates reports wrongly is caught") {
  const auto [count, text] = noticed(Sabotage::wrong_clock, 2);
  CHECK(count == 2);
  CHECK_THAT(text, Catch::Contains("dated"));
}

TEST_CASE("control: technicians who make up a new key for each try are caught") {
  const auto [count, text] = noticed(Sabotage::forgets_keys);
  CHECK(count > 0);
  CHECK_THAT(text, Catch::Contains("and was done"));
}

TEST_CASE("control: a device that is given to a second holder while it has one is caught") {
  const auto [count, text] = noticed(Sabotage::two_holders);
  CHECK(count > 0);
  CHECK_THAT(text, Catch::Contains("has two holders"));
}

TEST_CASE("a flood of repeated and reordered reports has no double effect") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const FloodOutcome outcome = run_flood({.seed = seed});
    INFO("seed " << seed << "\n" << text_of(outcome.findings));
    CHECK(outcome.findings.empty());
    CHECK(outcome.stored == 20'000);
    CHECK(outcome.repeats * 10 > outcome.check_ins);
  }
}

TEST_CASE("control: the flood notices a server that forgets what it accepted") {
  const FloodOutcome outcome = run_flood({.seed = 1, .reports = 2'000, .forgets_accepted = true});
  CHECK_THAT(text_of(outcome.findings), Catch::Contains("is stored twice"));
}

TEST_CASE("out of order beyond all gaps that are kept, what is acknowledged is stored, and what is not is refused") {
  const FloodOptions scattered{.seed = 1, .reports = 12'000, .senders = 4, .window = 2'000, .check_in_reports = 1};
  const FloodOutcome outcome = run_flood(scattered);
  INFO(text_of(outcome.findings));
  CHECK(outcome.findings.empty());
  CHECK(outcome.refused > 100);
  CHECK(outcome.stored + outcome.refused == scattered.reports);

  FloodOptions believing = scattered;
  believing.believes_refusals = true;
  CHECK_THAT(text_of(run_flood(believing).findings), Catch::Contains("was acknowledged and is gone"));
}
