// What the agent costs its laptop: the real collectors, outbox, phases and TLS, on a clock that is stepped, so
// that a day takes seconds. The rhythm is the default one, five minutes, around the clock; the laptop is a
// fixture, so that the reports have the size of a real laptop's.
//   rollcall-bench-agent [--data DIR] [--machine DIR] [--json FILE]
#include <fmt/core.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include "agent/app/client.h"
#include "agent/app/power_watch.h"
#include "agent/app/reporting.h"
#include "agent/app/sampler.h"
#include "agent/collect/runner.h"
#include "common/base/check.h"
#include "common/base/log.h"
#include "common/base/text.h"
#include "tests/bench/agent/far_end.h"

namespace rollcall::bench {
namespace {

std::int64_t number_after(const char* path, const std::string& key) {
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(key)) return parse_number<std::int64_t>(split(trim(line.substr(key.size())), ' ')[0]).value_or(0);
  }
  return 0;
}

double cpu_seconds() {
  double total = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    getrusage(who, &usage);
    for (const timeval& time : {usage.ru_utime, usage.ru_stime}) {
      total += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    }
  }
  return total;
}

struct Cost {
  double cpu_s{};
  std::int64_t written{};
  std::uint64_t wire{};
  std::uint64_t connections{};
};

// The agent as app.cpp builds it, but for its clock and its machine.
class MeasuredAgent {
 public:
  MeasuredAgent(const FarEnd& far_end, const std::string& folder, const std::string& machine,
                const sync::Credentials& credentials)
      : far_end_(far_end), folder_(files_, folder), credentials_(credentials) {
    CHECK(folder_.keep(credentials_).has_value());
    const auto laptop = collect::machine_at(machine);
    collect::Runner::Options runner{.hash_key = credentials_.hash_key, .agent_version = "0.1.0"};
    runner.launch = [](std::function<void()> job) { std::thread(std::move(job)).detach(); };
    runner_ = std::make_unique<collect::Runner>(laptop, clock_, collect::all_collectors(), std::move(runner));
    reporting_ = std::move(*app::Reporting::open({
        .clock = clock_, .random = random_, .files = files_, .folder = folder_, .credentials = credentials_,
        .open_link = [this] { return app::open_server(credentials_, "", session_, system_clock_); },
        .urgent = {}, .sample = app::make_sampler(*runner_, "", {}), .open_probe = {}, .boot_id = "boot"}));
    power_ = std::make_unique<app::PowerWatch>(laptop, clock_, 4, kMinuteMs);
    reporting_->cycle().start();
  }

  Cost run_for(std::int64_t ms) {
    const Cost before = now();
    const std::int64_t end_ms = clock_.monotonic_ms() + ms;
    for (;;) {
      const std::int64_t due = std::min(reporting_->cycle().next_due_ms(), power_->due_ms());
      if (due > end_ms) break;
      clock_.advance(std::max<std::int64_t>(due - clock_.monotonic_ms(), 0));
      if (power_->due_ms() <= clock_.monotonic_ms()) power_->look();
      if (reporting_->cycle().next_due_ms() <= clock_.monotonic_ms()) reporting_->cycle().run_due();
    }
    clock_.advance(end_ms - clock_.monotonic_ms());
    const Cost after = now();
    return {after.cpu_s - before.cpu_s, after.written - before.written, after.wire - before.wire,
            after.connections - before.connections};
  }
  std::uint64_t waiting() const { return reporting_->outbox().waiting(); }

 private:
  Cost now() const {
    return {cpu_seconds(), number_after("/proc/self/io", "write_bytes: "), far_end_.wire().bytes(),
            far_end_.wire().connections};
  }

  const FarEnd& far_end_;
  FakeClock clock_{SystemClock().wall_ms(), SystemClock().monotonic_ms()};
  SystemClock system_clock_;
  SystemFiles files_;
  SystemRandom random_;
  sync::StateFolder folder_;
  sync::Credentials credentials_;
  std::string session_;
  std::unique_ptr<collect::Runner> runner_;
  std::unique_ptr<app::Reporting> reporting_;
  std::unique_ptr<app::PowerWatch> power_;
};

struct Row {
  const char* key;
  const char* name;
  double value;
  double budget;
  const char* unit;
};

int report(const std::vector<Row>& rows, const std::string& json_path) {
  int over = 0;
  for (const Row& row : rows) {
    const bool fits = row.budget <= 0 || row.value <= row.budget;
    over += fits ? 0 : 1;
    const std::string budget = row.budget > 0 ? fmt::format("≤ {:g} {}", row.budget, row.unit) : "";
    fmt::print("{:<52} {:>10.3f} {:<7} {:<16} {}\n", row.name, row.value, row.unit, budget, fits ? "" : "OVER BUDGET");
  }
  if (!json_path.empty()) {
    std::ofstream out(json_path);
    out << "{";
    for (std::size_t i = 0; i < rows.size(); ++i) out << (i == 0 ? "" : ",") << fmt::format("\"{}\":{}", rows[i].key, rows[i].value);
    out << "}\n";
  }
  return over == 0 ? 0 : 1;
}

double rss_mb() { return static_cast<double>(number_after("/proc/self/status", "VmRSS:")) / 1'024; }

int run(const std::string& data, const std::string& machine, const std::string& json_path) {
  const SystemClock clock;
  SystemRandom random;
  log::set_level(log::Level::error);
  const auto material = pki::CertificateAuthority::create("Bench", clock, random);
  const auto authority = pki::CertificateAuthority::open(*material);
  CHECK(authority.has_value());
  FarEnd far_end(*authority);
  const auto key = pki::PrivateKey::generate();
  const auto request = pki::parse_request_pem(*pki::make_request_pem(*key));
  const sync::Credentials credentials{fmt::format("https://127.0.0.1:{}", far_end.port()),
                                      "bench",
                                      *key->to_pem(),
                                      *authority->issue_agent(*request, "bench", clock, random),
                                      authority->certificate_pem(),
                                      random.bytes(32)};
  std::filesystem::remove_all(data);
  std::filesystem::create_directories(data);
  MeasuredAgent agent(far_end, data + "/state", machine, credentials);
  agent.run_for(kMinuteMs);
  const Cost school_day = agent.run_for(8 * kHourMs);
  const Cost rest = agent.run_for(16 * kHourMs);
  const double rss_online = rss_mb();
  far_end.pull_the_plug();
  const Cost offline = agent.run_for(24 * kHourMs);
  const double rss_offline = rss_mb();
  const auto waited = agent.waiting();
  far_end.plug_in();
  const Cost back = agent.run_for(2 * kHourMs);
  const double day_s = 24 * 3'600;
  const auto kb = [](auto bytes) { return static_cast<double>(bytes) / 1'000; };
  const std::vector<Row> rows = {
      {"rss_online_mb", "memory (RSS) after a day online", rss_online, 15, "MB"},
      {"rss_offline_mb", "memory (RSS) after 24 h without the server", rss_offline, 15, "MB"},
      {"cpu_online_percent", "CPU online, of one core", (school_day.cpu_s + rest.cpu_s) / day_s * 100, 0.1, "%"},
      {"cpu_offline_percent", "CPU without the server, of one core", offline.cpu_s / day_s * 100, 0.1, "%"},
      {"written_online_kb", "written in a day online", kb(school_day.written + rest.written), 1'000, "kB"},
      {"written_offline_kb", "written in 24 h without the server", kb(offline.written), 1'000, "kB"},
      {"wire_day_kb", "on the wire in an 8-hour day", kb(school_day.wire), 250, "kB"},
      {"wire_check_in_bytes", "  of it a check-in, all in",
       static_cast<double>(school_day.wire) / static_cast<double>(std::max<std::uint64_t>(school_day.connections, 1)), 0,
       "B"},
      {"backlog_reports", "reports kept through the outage", static_cast<double>(waited), 0, ""},
      {"backlog_wire_kb", "on the wire in the 2 hours that catch up", kb(back.wire), 0, "kB"},
      {"backlog_left", "  reports left after them", static_cast<double>(agent.waiting()), 0.5, ""},
  };
  return report(rows, json_path);
}

}  // namespace
}  // namespace rollcall::bench

int main(int argc, char** argv) {
  CLI::App cli("What the agent costs its laptop");
  std::string data = "build/bench-agent";
  std::string machine = "tests/fixtures/machines/thinkpad-t470-two-packs";
  std::string json;
  cli.add_option("--data", data, "State folder; on a disk, since writes are counted")->capture_default_str();
  cli.add_option("--machine", machine, "The laptop: a fixture")->capture_default_str();
  cli.add_option("--json", json, "Write the figures there");
  CLI11_PARSE(cli, argc, argv);
  return rollcall::bench::run(data, machine, json);
}
