#include "agent/collect/runner.h"

#include <catch2/catch.hpp>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "common/base/text.h"
#include "common/wire/codec.h"
#include "tests/unit/collect/school.h"

namespace rollcall::collect {
namespace {

using Behavior = std::function<Result<Presence>(const Context&, wire::Report&)>;

class ScriptedCollector final : public Collector {
 public:
  explicit ScriptedCollector(Behavior behavior) : behavior_(std::move(behavior)) {}
  Result<Presence> collect(const Context& context, wire::Report& report) override {
    return behavior_(context, report);
  }

 private:
  Behavior behavior_;
};

std::vector<NamedCollector> scripted(std::string_view name, Behavior behavior) {
  std::vector<NamedCollector> list;
  list.push_back({name, std::make_unique<ScriptedCollector>(std::move(behavior))});
  return list;
}

// Threads that are joined at the end, as app.cpp's would be abandoned.
class Threads {
 public:
  ~Threads() {
    for (auto& thread : threads_) thread.join();
  }
  Launch launch() {
    return [this](std::function<void()> job) { threads_.emplace_back(std::move(job)); };
  }

 private:
  std::vector<std::thread> threads_;
};

class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_{};
};

TEST_CASE("the runner stamps clocks, boot, occasion and each collector's outcome") {
  FakeClock clock;
  auto list = scripted("slow", [&](const Context& context, wire::Report& report) -> Result<Presence> {
    clock.advance(25);
    report.battery = wire::Battery{};
    CHECK(context.occasion == wire::Occasion::resumed);
    return Presence::absent;
  });
  Runner runner(fixture("thinkpad-t470-two-packs"), clock, std::move(list), {});
  Request request;
  request.occasion = wire::Occasion::resumed;
  const auto report = runner.run(request);
  CHECK(report.sequence == 0);
  CHECK(report.occasion == wire::Occasion::resumed);
  CHECK(report.wall_ms == FakeClock().wall_ms());
  CHECK(report.monotonic_ms == FakeClock().monotonic_ms());
  CHECK(report.boot_id == "5f0c2a52-7c1b-4c39-9d0e-0a4d2f7b6e11");
  REQUIRE(report.collectors.size() == 1);
  CHECK(report.collectors[0].state == wire::CollectorState::absent);
  CHECK(report.collectors[0].duration_ms == 25);
  CHECK(report.battery.has_value());
}

TEST_CASE("a collector that fails or throws leaves its section out, and the others go on") {
  const FakeClock clock;
  auto list = scripted("fails", [](const Context&, wire::Report& report) -> Result<Presence> {
    report.identity = wire::Identity{};
    return fail(Errc::permission_denied, "/sys/class/dmi/id/product_serial: Permission denied\x1b[31m");
  });
  list.push_back(
      {"throws", std::make_unique<ScriptedCollector>([](const Context&, wire::Report&) -> Result<Presence> {
         throw std::runtime_error(std::string(10'000, 'x'));
       })});
  list.push_back({"works", std::make_unique<ScriptedCollector>(
                               [](const Context&, wire::Report& report) -> Result<Presence> {
                                 report.health = wire::Health{};
                                 return Presence::present;
                               })});
  Runner runner(fixture("thinkpad-t470-two-packs"), clock, std::move(list), {});
  const auto report = runner.run({});
  CHECK_FALSE(report.identity.has_value());
  CHECK(report.health.has_value());
  REQUIRE(report.collectors.size() == 3);
  CHECK(report.collectors[0].state == wire::CollectorState::failed);
  CHECK(report.collectors[0].error == "/sys/class/dmi/id/product_serial: Permission denied?[31m");
  CHECK(report.collectors[1].state == wire::CollectorState::failed);
  CHECK(report.collectors[1].error.size() == 256);
  CHECK(report.collectors[2].state == wire::CollectorState::ok);
}

TEST_CASE("a collector that hangs costs its deadline once, is not started again, and may come back") {
  const FakeClock clock;
  auto gate = std::make_shared<Gate>();
  auto started = std::make_shared<std::atomic<int>>(0);
  Threads threads;
  auto list = scripted("hangs", [gate, started](const Context&, wire::Report& report) -> Result<Presence> {
    ++*started;
    gate->pass();
    report.battery = wire::Battery{};
    return Presence::present;
  });
  list.push_back({"works", std::make_unique<ScriptedCollector>(
                               [](const Context&, wire::Report& report) -> Result<Presence> {
                                 report.health = wire::Health{};
                                 return Presence::present;
                               })});
  Runner runner(fixture("thinkpad-t470-two-packs"), clock, std::move(list), {"", "", threads.launch()});
  Request request;
  request.deadline_ms = 30;
  const auto first = runner.run(request);
  CHECK(first.collectors.at(0).state == wire::CollectorState::failed);
  CHECK(first.collectors.at(0).error == "no answer after 30 ms");
  CHECK_FALSE(first.battery.has_value());
  CHECK(first.collectors.at(1).state == wire::CollectorState::ok);
  const auto second = runner.run(request);
  CHECK(second.collectors.at(0).error == "still hanging since an earlier collection");
  CHECK(*started == 1);
  gate->open();
  request.deadline_ms = 60'000;
  wire::Report third;
  while (*started == 1) third = runner.run(request);
  CHECK(third.collectors.at(0).state == wire::CollectorState::ok);
  CHECK(third.battery.has_value());
}

std::vector<NamedCollector> two_that_hang(const std::shared_ptr<Gate>& gate) {
  const Behavior hang = [gate](const Context&, wire::Report&) -> Result<Presence> {
    gate->pass();
    return Presence::present;
  };
  auto list = scripted("first", hang);
  list.push_back({"second", std::make_unique<ScriptedCollector>(hang)});
  return list;
}

TEST_CASE("before sleep all collectors together have one deadline, each half of what is left") {
  const SystemClock clock;
  auto gate = std::make_shared<Gate>();
  Threads threads;
  Runner runner(fixture("thinkpad-t470-two-packs"), clock, two_that_hang(gate), {"", "", threads.launch()});
  Request request;
  request.occasion = wire::Occasion::going_to_sleep;
  request.hurried_total_ms = 40;
  const auto report = runner.run(request);
  gate->open();
  const auto waited_ms = [&](std::size_t i) {
    return parse_number<int>(split(report.collectors.at(i).error, ' ').at(3)).value_or(-1);
  };
  CHECK(waited_ms(0) <= 20);
  CHECK(waited_ms(1) <= 10);
}

TEST_CASE("a collection gives way to what is urgent: what hangs is left, what follows not begun") {
  const FakeClock clock;
  auto gate = std::make_shared<Gate>();
  Threads threads;
  Runner runner(fixture("thinkpad-t470-two-packs"), clock, two_that_hang(gate), {"", "", threads.launch()});
  Request request;
  request.deadline_ms = kHourMs;
  int asked = 0;
  request.give_up = [&asked] { return ++asked >= 2; };
  const auto report = runner.run(request);
  gate->open();
  CHECK(report.collectors.size() == 1);
  CHECK(asked == 3);
}

TEST_CASE("when no thread can be had, the collector fails and is tried again") {
  const FakeClock clock;
  int refusals = 1;
  const Launch launch = [&](std::function<void()> job) {
    if (refusals-- > 0) throw std::runtime_error("no thread can be had");
    job();
  };
  auto list =
      scripted("works", [](const Context&, wire::Report&) -> Result<Presence> { return Presence::present; });
  Runner runner(fixture("thinkpad-t470-two-packs"), clock, std::move(list), {"", "", launch});
  CHECK(runner.run({}).collectors.at(0).error == "no thread can be had");
  CHECK(runner.run({}).collectors.at(0).state == wire::CollectorState::ok);
}

TEST_CASE("a job may outlive its runner") {
  const FakeClock clock;
  auto gate = std::make_shared<Gate>();
  Threads threads;
  {
    auto list = scripted("hangs", [gate](const Context& context, wire::Report&) -> Result<Presence> {
      gate->pass();
      return context.machine->exists("/proc") ? Presence::present : Presence::absent;
    });
    Runner runner(fixture("thinkpad-t470-two-packs"), clock, std::move(list), {"", "", threads.launch()});
    Request request;
    request.deadline_ms = 1;
    CHECK(runner.run(request).collectors.at(0).state == wire::CollectorState::failed);
  }
  gate->open();
}

TEST_CASE("the rules of place and time are applied before anybody sees the report") {
  const FakeClock clock;
  Runner school(fixture("thinkpad-t470-two-packs"), clock, all_collectors(), {"key", "0.1.0", run_in_place});
  Request request;
  request.policy = school_policy();
  const auto whole = school.run(request);
  CHECK(school.was_at_school());
  CHECK(whole.connectivity->wifi->ssid == "Lincoln Students");
  CHECK(whole.identity->machine_id_hash.size() == 32);
  CHECK(whole.health->user_hash.size() == 32);

  Runner home(fixture("travelmate-b117-over-full"), clock, all_collectors(), {"key", "0.1.0", run_in_place});
  const auto part = home.run(request);
  CHECK_FALSE(home.was_at_school());
  CHECK_FALSE(part.connectivity.has_value());
  CHECK_FALSE(part.identity.has_value());
  CHECK(part.battery->packs.size() == 1);
  CHECK(part.health.has_value());
  CHECK(wire::encode(part).find("FRITZ") == std::string::npos);
}

TEST_CASE("school hours are told by the server's clock when it is known") {
  FakeClock clock(1'760'025'600'000 - 631'152'000'000);  // Thursday noon in New York, but twenty years ago
  Runner runner(fixture("thinkpad-t470-two-packs"), clock, all_collectors(), {"key", "0.1.0", run_in_place});
  Request request;
  request.policy = school_policy();
  request.policy.hours = school_hours();
  request.link.server_offset_ms = 631'152'000'000 + 8LL * 3'600'000;
  runner.run(request);
  CHECK_FALSE(runner.was_at_school());
  request.link.server_offset_ms = 631'152'000'000;
  runner.run(request);
  CHECK(runner.was_at_school());
}

TEST_CASE("before enrollment nothing is hashed, and an identity can be read for it") {
  const FakeClock clock;
  Runner runner(fixture("thinkpad-t470-two-packs"), clock, all_collectors(), {"", "0.1.0", run_in_place});
  const auto identity = runner.identify();
  REQUIRE(identity);
  CHECK(identity->serial == "PF0ZX4K9");
  CHECK(identity->machine_id_hash.empty());
  CHECK(runner.run({}).health->user_hash.empty());
  Runner broken(fixture("garbage"), clock, all_collectors(), {"", "0.1.0", run_in_place});
  CHECK_FALSE(broken.identify().has_value());
}

TEST_CASE("this very machine is collected, and its report is one that a server accepts") {
  const SystemClock clock;
  Runner runner(std::make_shared<const SystemMachine>(), clock, all_collectors(),
                {"key", "0.1.0", run_in_place});
  auto report = runner.run({});
  CHECK(report.boot_id.size() == 36);
  CHECK(report.health->memory_total_mb.value_or(0) > 0);
  CHECK(report.health->uptime_s.has_value());
  CHECK_FALSE(report.health->volumes.empty());
  CHECK(report.battery.has_value());
  report.sequence = 1;
  const auto read = wire::decode_report(wire::encode(report));
  REQUIRE(read.has_value());
  CHECK(read->unknown_fields == 0);
}

}  // namespace
}  // namespace rollcall::collect
