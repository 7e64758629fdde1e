// What the agent costs its laptop: the real collectors, outbox, phases and TLS, on a clock that is stepped, so
// that a day takes seconds: a week with the server, a week without it, and its coming back. The rhythm is the
// default one, five minutes, around the clock; the laptop is a fixture, so that the reports have the size of a real
// laptop's.
//   rollcall-bench-agent [--days N] [--data DIR] [--machine DIR] [--json FILE]
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
#include "tests/bench/figures.h"

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
  std::uint64_t thinned() const { return reporting_->outbox().thinned(); }

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

constexpr Target kTargets[] = {
    {"agent.rss_online_mb", "memory (RSS) after the time online, MB", 15},
    {"agent.rss_offline_mb", "memory (RSS) after as long without the server, MB", 15},
    {"agent.cpu_online_percent", "CPU online, % of one core", 0.1},
    {"agent.cpu_offline_percent", "CPU without the server, % of one core", 0.1},
    {"agent.written_online_kb_per_day", "written a day online, kB", 1'000},
    {"agent.written_offline_kb_per_day", "written a day without the server, kB", 1'000},
    {"agent.wire_school_day_kb", "on the wire in an 8-hour day, kB", 250},
    {"agent.backlog_left", "reports left two hours after the server is back", 0},
};

double rss_mb() { return static_cast<double>(number_after("/proc/self/status", "VmRSS:")) / 1'024; }

Figures measure(MeasuredAgent& agent, FarEnd& far_end, std::int64_t days) {
  Figures figures{{"agent.days", static_cast<double>(days)}};
  const double share = static_cast<double>(days) * 24 * 3'600 / 100, kb_per_day = 1'000 * static_cast<double>(days);
  agent.run_for(kMinuteMs);
  const Cost school_day = agent.run_for(8 * kHourMs);
  const Cost rest = agent.run_for(days * kDayMs - 8 * kHourMs);
  figures["agent.rss_online_mb"] = rss_mb();
  figures["agent.cpu_online_percent"] = (school_day.cpu_s + rest.cpu_s) / share;
  figures["agent.written_online_kb_per_day"] = static_cast<double>(school_day.written + rest.written) / kb_per_day;
  figures["agent.wire_online_kb_per_day"] = static_cast<double>(school_day.wire + rest.wire) / kb_per_day;
  figures["agent.wire_school_day_kb"] = static_cast<double>(school_day.wire) / 1'000;
  figures["agent.wire_check_in_bytes"] =
      static_cast<double>(school_day.wire) / static_cast<double>(std::max<std::uint64_t>(school_day.connections, 1));
  far_end.pull_the_plug();
  const Cost offline = agent.run_for(days * kDayMs);
  figures["agent.rss_offline_mb"] = rss_mb();
  figures["agent.cpu_offline_percent"] = offline.cpu_s / share;
  figures["agent.written_offline_kb_per_day"] = static_cast<double>(offline.written) / kb_per_day;
  figures["agent.backlog_reports"] = static_cast<double>(agent.waiting());
  figures["agent.thinned"] = static_cast<double>(agent.thinned());
  far_end.plug_in();
  const Cost back = agent.run_for(2 * kHourMs);
  figures["agent.backlog_wire_kb"] = static_cast<double>(back.wire) / 1'000;
  figures["agent.backlog_left"] = static_cast<double>(agent.waiting());
  return figures;
}

struct Options {
  std::string data = "build/bench/agent";
  std::string machine = "tests/fixtures/machines/thinkpad-t470-two-packs";
  std::string json;
  std::int64_t days = 7;
};

Result<> run(const Options& options) {
  const SystemClock clock;
  SystemRandom random;
  log::set_level(log::Level::error);
  const auto material = TRY(pki::CertificateAuthority::create("Bench", clock, random));
  const auto authority = TRY(pki::CertificateAuthority::open(material));
  FarEnd far_end(authority);
  const auto key = TRY(pki::PrivateKey::generate());
  const auto request = TRY(pki::parse_request_pem(TRY(pki::make_request_pem(key))));
  const sync::Credentials credentials{fmt::format("https://127.0.0.1:{}", far_end.port()),
                                      "bench",
                                      TRY(key.to_pem()),
                                      TRY(authority.issue_agent(request, "bench", clock, random)),
                                      authority.certificate_pem(),
                                      random.bytes(32)};
  std::filesystem::remove_all(options.data);
  std::filesystem::create_directories(options.data);
  MeasuredAgent agent(far_end, options.data + "/state", options.machine, credentials);
  const Figures figures = measure(agent, far_end, options.days);
  fmt::print("{} days online, {} without the server: {:.0f} reports kept, {:.0f} thinned, {:.0f} kB to catch up;"
             " a check-in is {:.0f} bytes on the wire\n",
             options.days, options.days, figures.at("agent.backlog_reports"), figures.at("agent.thinned"),
             figures.at("agent.backlog_wire_kb"), figures.at("agent.wire_check_in_bytes"));
  print_targets(figures, kTargets);
  return options.json.empty() ? Result<>() : write_json(options.json, figures);
}

}  // namespace
}  // namespace rollcall::bench

int main(int argc, char** argv) {
  rollcall::bench::Options options;
  CLI::App cli("What the agent costs its laptop");
  cli.add_option("--data", options.data, "State folder; on a disk, since writes are counted")->capture_default_str();
  cli.add_option("--machine", options.machine, "The laptop: a fixture")->capture_default_str();
  cli.add_option("--json", options.json, "Write the figures there");
  cli.add_option("--days", options.days, "Simulated with the server, and as many without it")
      ->check(CLI::Range(1, 60))
      ->capture_default_str();
  CLI11_PARSE(cli, argc, argv);
  if (const auto done = rollcall::bench::run(options); !done) {
    fmt::print(stderr, "rollcall-bench-agent: {}\n", done.error().message);
    return 1;
  }
  return 0;
}
