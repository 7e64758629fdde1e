// rollcall-bench-ingest: acknowledged durable reports a second through the real server over mutual TLS 1.3,
// beside the bare floor (floor/floor.cpp) and what SQLite alone commits, on the same disk in the same run.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/files.h"
#include "tests/bench/figures.h"
#include "tests/bench/fleet.h"
#include "tests/bench/load.h"
#include "tests/bench/raw_sqlite.h"
#include "tests/bench/server_process.h"

namespace rollcall::bench {
namespace {

struct Options {
  std::string server, floor, data = "build/bench/ingest", json;
  int laptops = 10'000;
  std::size_t busy = 768;
  double seconds = 10, rate = 5'800;
  bool quick{}, plain{};
};

constexpr std::size_t kOtherFiles = 500;   // beside the connections
constexpr double kMostPerSecond = 80'000;  // closed loop: reports are made beforehand for so many

constexpr Target kTargets[] = {
    {"ingest.reports_per_s", "acknowledged durable reports/s, saturated", 45'000, true, "floor.reports_per_s"},
    {"ingest.cpu_s_per_1000", "server CPU s per 1,000, saturated", 0.025, false, "floor.cpu_s_per_1000"},
    {"ingest.ratio_to_floor", "  of it times the floor's in the same run", 1.5},
    {"ingest.cpu_s_per_1000_at_5800", "server CPU s per 1,000 at an even 5,800/s, few laptops", 0.045, false,
     "floor.cpu_s_per_1000_at_5800"},
    {"ingest.p99_ms_at_5800", "acknowledgement p99 ms at an even 5,800/s", 5, false, "floor.p99_ms_at_5800"},
    {"handshake.full_cpu_ms", "full handshake and first durable report, CPU ms", 0.85, false,
     "floor.handshake.full_cpu_ms"},
    {"handshake.resumed_cpu_ms", "resumed handshake and a durable report, CPU ms", 0.45, false,
     "floor.handshake.resumed_cpu_ms"},
    {"idle.kb_per_connection", "resident KB an idle connection", 28, false, "floor.idle.kb_per_connection"},
    {"log.bytes_per_report", "bytes a report on disk, fresh", 120, false, "raw_sqlite.bytes_per_row"},
};

struct Measured {
  LoadResult load;
  double cpu_s_per_1000{};
};

double per_1000(double cpu_s, std::uint64_t reports) {
  return cpu_s * 1000 / static_cast<double>(std::max<std::uint64_t>(1, reports));
}

double per_second(const LoadResult& load) { return static_cast<double>(load.acknowledged) / load.seconds; }

// Nothing is packed while the clock runs: this machine's cores are the server's and the laptops' talking.
Result<Measured> measure(Load& load, const ServerProcess& server, double seconds, double rate, std::size_t busy) {
  load.prepare(static_cast<std::size_t>(seconds * (rate > 0 ? rate : kMostPerSecond)));
  const double cpu = server.cpu_seconds();
  const auto result = TRY(load.run(seconds, rate, busy));
  return Measured{result, per_1000(server.cpu_seconds() - cpu, result.acknowledged)};
}

void print(std::string_view name, const Measured& it) {
  const LoadResult& load = it.load;
  fmt::print("{:<22} {:>8.0f} reports/s   {:.4f} CPU s per 1,000   p50 {:.1f} ms, p99 {:.1f}, max {:.1f}"
             "   {} refused, {} not sent in time{}\n",
             name, per_second(load), it.cpu_s_per_1000, load.p50_ms, load.p99_ms, load.max_ms, load.refused, load.late,
             load.unprepared > 0 ? fmt::format(", {} made meanwhile", load.unprepared) : "");
}

// What is pressed: how it is called, and what its figures' keys begin with.
struct Subject {
  std::string program, config, label, arrivals, ingest;
  std::uint16_t port = free_port();
  std::unique_ptr<ServerProcess> process{};
  std::unique_ptr<Load> load{};
  std::vector<Measured> saturated{}, even{};  // a round each
};

// `of` is told a round's number.
template <class Of>
double median_of(std::size_t rounds, Of of) {
  std::vector<double> values;
  for (std::size_t i = 0; i < rounds; ++i) values.push_back(of(i));
  std::ranges::sort(values);
  return values[rounds / 2];
}

double cpu_ratio(const std::vector<Measured>& ours, const std::vector<Measured>& theirs) {
  return median_of(ours.size(), [&](std::size_t i) { return ours[i].cpu_s_per_1000 / theirs[i].cpu_s_per_1000; });
}

class Bench {
 public:
  explicit Bench(const Options& options)
      : options_(options),
        server_{options.server, options.data + "/server.yaml", "", "", "ingest."},
        floor_{options.floor, options.data + "/floor.yaml", "floor, ", "floor.", "floor."} {}

  Result<> run() {
    TRY(raise_file_limit(static_cast<std::size_t>(options_.laptops) + kept() + kOtherFiles));
    const std::string data = std::filesystem::absolute(options_.data).string() + "/data", beside = data + "-floor";
    TRY(files_.write_atomic(server_.config, config_of(data, server_.port), 0600));
    TRY(files_.write_atomic(floor_.config, config_of(beside, floor_.port), 0600));
    const auto fleet = TRY(with(enrol_fleet(server_.config, options_.laptops), "enrolling the laptops"));
    std::filesystem::copy(data, beside, std::filesystem::copy_options::recursive);
    // The floor first: the server lets go of a connection that is silent for 75 s.
    for (Subject* who : {&floor_, &server_}) TRY(with(start(*who, fleet), who->program));
    TRY(press());
    tell(server_), tell(floor_);
    figures_["ingest.ratio_to_floor"] = cpu_ratio(server_.saturated, floor_.saturated);
    figures_["ingest.ratio_to_floor_at_5800"] = cpu_ratio(server_.even, floor_.even);
    TRY(draw());
    figures_["server.rss_mb"] = server_.process->rss_mb();
    for (Subject* who : {&server_, &floor_}) TRY(who->process->stop());
    TRY(compare(data));
    print_targets(figures_, kTargets);
    if (!options_.json.empty()) TRY(write_json(options_.json, figures_));
    return broken_.empty() ? Result<>() : fail(Errc::internal, broken_);
  }

 private:
  Result<> start(Subject& who, const EnrolledFleet& fleet) {
    who.process = TRY(ServerProcess::start(who.program, who.config, who.port, options_.data + "/" + who.ingest + "log"));
    who.load = TRY(Load::open(fleet, who.port, clock_, !options_.plain));
    TRY(arrive(*who.load, *who.process, who.arrivals));
    who.load->keep(kept());
    return {};
  }

  // Of the laptops that came; a usual process may not hold twice as many connections as came.
  std::size_t kept() const { return static_cast<std::size_t>(options_.laptops) * 9 / 10; }

  // The closed loop, then the even one. Server and floor take turns, because a machine's speed drifts within a minute:
  // what stands side by side was measured side by side, and the rounds' median counts.
  Result<> press() {
    for (int round = 0; round < rounds(); ++round) {
      for (Subject* who : {&server_, &floor_}) {
        who->saturated.push_back(TRY(measure(*who, "saturated", options_.seconds / 2, 0)));
      }
    }
    for (int round = 0; round < rounds(); ++round) {
      for (Subject* who : {&server_, &floor_}) {
        const auto it = TRY(measure(*who, fmt::format("an even {:.0f}/s", options_.rate), options_.seconds, options_.rate));
        who->even.push_back(it);
        if (it.load.refused + it.load.late == 0) continue;
        broken_ += fmt::format("{}at {:.0f}/s {} reports were refused and {} not sent in time\n", who->label,
                               options_.rate, it.load.refused, it.load.late);
      }
    }
    return {};
  }

  Result<Measured> measure(Subject& who, const std::string& what, double seconds, double rate) {
    const auto it = TRY(bench::measure(*who.load, *who.process, seconds, rate, options_.busy));
    print(who.label + what, it);
    if (&who == &server_) acknowledged_ += it.load.acknowledged;
    settle();
    return it;
  }

  void tell(const Subject& who) {
    const auto note = [&](const std::string& key, const std::vector<Measured>& rounds, auto value) {
      figures_[who.ingest + key] =
          median_of(rounds.size(), [&](std::size_t i) { return static_cast<double>(value(rounds[i])); });
    };
    note("reports_per_s", who.saturated, [](const Measured& it) { return per_second(it.load); });
    note("cpu_s_per_1000", who.saturated, [](const Measured& it) { return it.cpu_s_per_1000; });
    note("p99_ms_saturated", who.saturated, [](const Measured& it) { return it.load.p99_ms; });
    note("cpu_s_per_1000_at_5800", who.even, [](const Measured& it) { return it.cpu_s_per_1000; });
    note("p50_ms_at_5800", who.even, [](const Measured& it) { return it.load.p50_ms; });
    note("p99_ms_at_5800", who.even, [](const Measured& it) { return it.load.p99_ms; });
    note("late_at_5800", who.even, [](const Measured& it) { return it.load.late; });
    if (&who != &server_) return;
    figures_["wire.request_bytes"] = who.saturated.front().load.request_bytes;
    figures_["wire.reply_bytes"] = who.saturated.front().load.reply_bytes;
  }

  // All laptops come new and report once, go, come again and report once more. What their connections hold is
  // what is resident with them and not without them, when everything else is there already.
  Result<> arrive(Load& load, const ServerProcess& server, const std::string& prefix) {
    double without_mb = 0;
    for (const std::string key : {"handshake.full_cpu_ms", "handshake.resumed_cpu_ms"}) {
      const double cpu_before = server.cpu_seconds();
      TRY(load.connect());
      const double shaken = server.cpu_seconds();
      const auto first = TRY(load.report_once(options_.busy));
      const double each = 1000.0 / options_.laptops;
      if (prefix.empty()) acknowledged_ += first.acknowledged;
      figures_[prefix + key] = (server.cpu_seconds() - cpu_before) * each;
      fmt::print("{} laptops came, {} of them resumed: {:.2f} ms of server CPU each, {:.2f} with a durable report\n",
                 options_.laptops, load.resumed(), (shaken - cpu_before) * each, figures_[prefix + key]);
      if (first.refused > 0) return fail(Errc::internal, "a laptop's first report was refused");
      if (load.resumed() > 0) break;
      load.disconnect();
      settle();
      without_mb = server.rss_mb();
    }
    settle();
    figures_[prefix + "idle.kb_per_connection"] = (server.rss_mb() - without_mb) * 1024 / options_.laptops;
    return {};
  }

  // States are written, and what the allocator keeps for a moment is given back.
  void settle() const { std::this_thread::sleep_for(std::chrono::seconds(options_.quick ? 2 : 6)); }

  int rounds() const { return options_.quick ? 1 : 3; }

  Result<> draw() {
    const Measured& open = server_.even.back();
    Curve median{"p50", {}}, high{"p99", {}}, cost{"CPU ms per 1,000 reports", {}};
    const auto add = [&](double rate, const Measured& it) {
      median.points.emplace_back(rate, it.load.p50_ms);
      high.points.emplace_back(rate, it.load.p99_ms);
      cost.points.emplace_back(rate, it.cpu_s_per_1000 * 1000);
    };
    const double most = figures_["ingest.reports_per_s"] * 0.9;
    std::vector<double> rates{options_.rate / 8, options_.rate / 4, options_.rate / 2};
    for (const double share : {0.4, 0.6, 0.8}) rates.push_back(options_.rate + (most - options_.rate) * share);
    if (options_.quick) rates = {options_.rate / 4, options_.rate / 2};
    bool past = false;
    for (const double rate : rates) {
      if (rate > options_.rate && !std::exchange(past, true)) add(options_.rate, open);
      const auto it =
          TRY(bench::measure(*server_.load, *server_.process, options_.quick ? 1 : 3, rate, options_.busy));
      acknowledged_ += it.load.acknowledged;
      add(rate, it);
    }
    if (!past) add(options_.rate, open);
    TRY(write_svg(options_.data + "/latency.svg", "Acknowledgement by load", "reports a second, even", "ms",
                  {median, high}));
    return write_svg(options_.data + "/cost.svg", "Server CPU by load", "reports a second, even", "ms", {cost});
  }

  // What the server acknowledged is in its database, and SQLite alone on the same disk.
  Result<> compare(const std::string& data) {
    const auto stored = TRY(stored_reports(data + "/rollcall.db"));
    figures_["log.bytes_per_report"] = stored.bytes_each;
    figures_["log.acknowledged"] = static_cast<double>(acknowledged_);
    figures_["log.stored"] = static_cast<double>(stored.count);
    const auto raw = TRY(measure_raw_sqlite(options_.data + "/raw.db", static_cast<std::size_t>(stored.fact_bytes), 512,
                                            options_.quick ? 1 : 3));
    figures_["raw_sqlite.rows_per_s"] = raw.rows_per_s;
    figures_["raw_sqlite.cpu_s_per_1000"] = raw.cpu_s_per_1000;
    figures_["raw_sqlite.bytes_per_row"] = raw.bytes_per_row;
    fmt::print("raw SQLite             {:>8.0f} rows/s      {:.4f} CPU s per 1,000   groups of 512, the same bytes, FULL\n"
               "on disk                {:.1f} bytes a report (raw SQLite {:.1f}), {:.1f} of them its facts\n"
               "on the wire            {:.0f} bytes a request, {:.0f} a reply\n"
               "acknowledged {} reports, found {} after the stop\n",
               raw.rows_per_s, raw.cpu_s_per_1000, stored.bytes_each, raw.bytes_per_row, stored.fact_bytes,
               figures_["wire.request_bytes"], figures_["wire.reply_bytes"], acknowledged_, stored.count);
    if (static_cast<std::uint64_t>(stored.count) >= acknowledged_) return {};
    return fail(Errc::corrupt, "acknowledged reports are missing");
  }

  const Options& options_;
  Subject server_, floor_;
  SystemFiles files_;
  SystemClock clock_;
  Figures figures_;
  std::uint64_t acknowledged_{};  // by the server
  std::string broken_;  // what must not be; said after the table
};

std::string beside_this(std::string_view program) {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / program;
}

}  // namespace
}  // namespace rollcall::bench

int main(int count, char** arguments) {
  using namespace rollcall::bench;
  Options options;
  options.server = beside_this("rollcalld");
  options.floor = beside_this("rollcall-bench-floor");
  CLI::App app("Acknowledged durable reports a second, beside raw SQLite on the same disk");
  app.add_option("--server", options.server, "the rollcalld to measure");
  app.add_option("--floor", options.floor, "what it is compared with");
  app.add_option("--data", options.data, "folder on the disk to measure; emptied first");
  app.add_option("--json", options.json, "writes the figures as flat keys to this file");
  app.add_option("--laptops", options.laptops, "each with a key and a connection of its own");
  app.add_option("--busy", options.busy, "closed loop: laptops that wait for an answer at the same time");
  app.add_option("--seconds", options.seconds, "of the even phase; the closed loop takes half of it");
  app.add_option("--rate", options.rate, "open loop: reports a second");
  app.add_flag("--plain", options.plain, "plain JSON instead of what agents send, which is packed");
  app.add_flag("--quick", options.quick, "short phases and fewer laptops");
  CLI11_PARSE(app, count, arguments);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  if (options.quick) options.laptops = 600, options.busy = 512, options.seconds = 2;

  std::filesystem::remove_all(options.data);
  std::filesystem::create_directories(options.data);
  if (const auto done = Bench(options).run(); !done) {
    fmt::print(stderr, "rollcall-bench-ingest: {}\n", done.error().message);
    return 1;
  }
  return 0;
}
