// rollcall-bench-ingest: acknowledged durable reports a second through the real server over mutual TLS 1.3,
// beside the bare floor (floor/floor.cpp) and what SQLite alone commits, on the same disk in the same run.
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <string>
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
  int laptops = 9'500;
  std::size_t busy = 768;
  double seconds = 10, rate = 5'800;
  bool quick{}, plain{};
};

constexpr double kPreparedPerSecond = 30'000;  // more than that are made while the clock runs

constexpr Target kTargets[] = {
    {"ingest.reports_per_s", "acknowledged durable reports/s, saturated", 45'000, true},
    {"ingest.cpu_s_per_1000", "server CPU s per 1,000, saturated", 0.025},
    {"ingest.ratio_to_floor", "  of it times the floor's in the same run", 1.5},
    {"ingest.cpu_s_per_1000_at_5800", "server CPU s per 1,000 at an even 5,800/s", 0.045},
    {"ingest.p99_ms_at_5800", "acknowledgement p99 ms at an even 5,800/s", 5},
    {"handshake.full_cpu_ms", "full handshake and first durable report, CPU ms", 0.85},
    {"handshake.resumed_cpu_ms", "resumed handshake and a durable report, CPU ms", 0.45},
    {"idle.kb_per_connection", "resident KB an idle connection", 28},
    {"log.bytes_per_report", "bytes a report on disk, fresh", 120},
};

struct Measured {
  LoadResult load;
  double cpu_s_per_1000{};
};

double per_1000(double cpu_s, std::uint64_t reports) {
  return cpu_s * 1000 / static_cast<double>(std::max<std::uint64_t>(1, reports));
}

Result<Measured> measure(Load& load, const ServerProcess& server, double seconds, double rate, std::size_t busy) {
  const double cpu = server.cpu_seconds();
  const auto result = TRY(load.run(seconds, rate, busy));
  return Measured{result, per_1000(server.cpu_seconds() - cpu, result.acknowledged)};
}

void print(std::string_view name, const Measured& it) {
  const LoadResult& load = it.load;
  fmt::print("{:<22} {:>8.0f} reports/s   {:.4f} CPU s per 1,000   p50 {:.1f} ms, p99 {:.1f}, max {:.1f}"
             "   {} refused, {} not sent in time\n",
             name, static_cast<double>(load.acknowledged) / load.seconds, it.cpu_s_per_1000, load.p50_ms, load.p99_ms,
             load.max_ms, load.refused, load.late);
}

// All laptops come new, report once, go, come again and report once more.
Result<std::uint64_t> arrive(const Options& options, Load& load, const ServerProcess& server, Figures& figures) {
  const double rss_before = server.rss_mb();
  std::uint64_t acknowledged = 0;
  for (const std::string key : {"handshake.full_cpu_ms", "handshake.resumed_cpu_ms"}) {
    const double cpu_before = server.cpu_seconds();
    TRY(load.connect());
    const double shaken = server.cpu_seconds();
    const auto first = TRY(load.report_once(options.busy));
    const double each = 1000.0 / options.laptops;
    acknowledged += first.acknowledged;
    figures[key] = (server.cpu_seconds() - cpu_before) * each;
    fmt::print("{} laptops came, {} of them resumed: {:.2f} ms of server CPU each, {:.2f} with a durable report\n",
               options.laptops, load.resumed(), (shaken - cpu_before) * each, figures[key]);
  }
  figures["idle.kb_per_connection"] = (server.rss_mb() - rss_before) * 1024 / options.laptops;
  return acknowledged;
}

Result<> draw(const Options& options, Load& load, const ServerProcess& server, const Measured& open,
              std::uint64_t& acknowledged, Figures& figures) {
  Curve median{"p50", {}}, high{"p99", {}}, cost{"CPU ms per 1,000 reports", {}};
  const auto add = [&](double rate, const Measured& it) {
    median.points.emplace_back(rate, it.load.p50_ms);
    high.points.emplace_back(rate, it.load.p99_ms);
    cost.points.emplace_back(rate, it.cpu_s_per_1000 * 1000);
  };
  const double most = figures["ingest.reports_per_s"] * 0.9;
  std::vector<double> rates{options.rate / 8, options.rate / 4, options.rate / 2};
  for (const double share : {0.4, 0.6, 0.8}) rates.push_back(options.rate + (most - options.rate) * share);
  if (options.quick) rates = {options.rate / 4, options.rate / 2};
  bool past = false;
  for (const double rate : rates) {
    if (rate > options.rate && !std::exchange(past, true)) add(options.rate, open);
    const auto it = TRY(measure(load, server, options.quick ? 1 : 3, rate, options.busy));
    acknowledged += it.load.acknowledged;
    add(rate, it);
  }
  if (!past) add(options.rate, open);
  TRY(write_svg(options.data + "/latency.svg", "Acknowledgement by load", "reports a second, even", "ms", {median, high}));
  return write_svg(options.data + "/cost.svg", "Server CPU by load", "reports a second, even", "ms", {cost});
}

Result<std::uint64_t> drive(const Options& options, Load& load, const ServerProcess& server, Figures& figures) {
  std::uint64_t acknowledged = TRY(arrive(options, load, server, figures));
  load.prepare(static_cast<std::size_t>(options.seconds * kPreparedPerSecond));
  const auto closed = TRY(measure(load, server, options.seconds, 0, options.busy));
  print("saturated", closed);
  figures["ingest.reports_per_s"] = static_cast<double>(closed.load.acknowledged) / closed.load.seconds;
  figures["ingest.cpu_s_per_1000"] = closed.cpu_s_per_1000;
  figures["ingest.p99_ms_saturated"] = closed.load.p99_ms;
  figures["wire.request_bytes"] = closed.load.request_bytes;
  figures["wire.reply_bytes"] = closed.load.reply_bytes;
  const auto open = TRY(measure(load, server, options.seconds, options.rate, options.busy));
  print(fmt::format("an even {:.0f}/s", options.rate), open);
  figures["ingest.cpu_s_per_1000_at_5800"] = open.cpu_s_per_1000;
  figures["ingest.p50_ms_at_5800"] = open.load.p50_ms;
  figures["ingest.p99_ms_at_5800"] = open.load.p99_ms;
  figures["ingest.late_at_5800"] = static_cast<double>(open.load.late);
  acknowledged += closed.load.acknowledged + open.load.acknowledged;
  TRY(draw(options, load, server, open, acknowledged, figures));
  figures["server.rss_mb"] = server.rss_mb();
  return acknowledged;
}

Result<> drive_floor(const Options& options, const EnrolledFleet& fleet, const std::string& config, std::uint16_t port,
                     const Clock& clock, Figures& figures) {
  const auto server = TRY(ServerProcess::start(options.floor, config, port, options.data + "/floor.log"));
  const auto load = TRY(Load::open(fleet, port, clock, !options.plain));
  TRY(load->connect());
  TRY(load->report_once(options.busy));
  const double seconds = options.quick ? 2 : options.seconds / 2;
  load->prepare(static_cast<std::size_t>(seconds * kPreparedPerSecond));
  const auto closed = TRY(measure(*load, *server, seconds, 0, options.busy));
  print("floor, saturated", closed);
  const auto open = TRY(measure(*load, *server, seconds, options.rate, options.busy));
  print(fmt::format("floor, an even {:.0f}/s", options.rate), open);
  figures["floor.reports_per_s"] = static_cast<double>(closed.load.acknowledged) / closed.load.seconds;
  figures["floor.cpu_s_per_1000"] = closed.cpu_s_per_1000;
  figures["floor.cpu_s_per_1000_at_5800"] = open.cpu_s_per_1000;
  figures["floor.p99_ms_at_5800"] = open.load.p99_ms;
  figures["ingest.ratio_to_floor"] = figures["ingest.cpu_s_per_1000"] / closed.cpu_s_per_1000;
  figures["ingest.ratio_to_floor_at_5800"] = figures["ingest.cpu_s_per_1000_at_5800"] / open.cpu_s_per_1000;
  return server->stop();
}

Result<> compare(const Options& options, const std::string& data, std::uint64_t acknowledged, Figures& figures) {
  const auto stored = TRY(stored_reports(data + "/rollcall.db"));
  figures["log.bytes_per_report"] = stored.bytes_each;
  figures["log.acknowledged"] = static_cast<double>(acknowledged);
  figures["log.stored"] = static_cast<double>(stored.count);
  const auto raw = TRY(measure_raw_sqlite(options.data + "/raw.db", static_cast<std::size_t>(stored.fact_bytes), 512,
                                          options.quick ? 1 : 3));
  figures["raw_sqlite.rows_per_s"] = raw.rows_per_s;
  figures["raw_sqlite.cpu_s_per_1000"] = raw.cpu_s_per_1000;
  fmt::print("raw SQLite             {:>8.0f} rows/s      {:.4f} CPU s per 1,000   groups of 512, the same bytes, FULL\n"
             "on disk                {:.1f} bytes a report (raw SQLite {:.1f}), {:.1f} of them its facts\n"
             "on the wire            {:.0f} bytes a request, {:.0f} a reply\n"
             "acknowledged {} reports, found {} after the stop\n",
             raw.rows_per_s, raw.cpu_s_per_1000, stored.bytes_each, raw.bytes_per_row, stored.fact_bytes,
             figures["wire.request_bytes"], figures["wire.reply_bytes"], acknowledged, stored.count);
  if (static_cast<std::uint64_t>(stored.count) < acknowledged) {
    return fail(Errc::corrupt, "acknowledged reports are missing");
  }
  return {};
}

Result<> run(const Options& options) {
  std::filesystem::remove_all(options.data);
  std::filesystem::create_directories(options.data);
  SystemFiles files;
  SystemClock clock;
  const std::string data = std::filesystem::absolute(options.data).string() + "/data";
  const std::string config = options.data + "/server.yaml";
  const std::uint16_t port = free_port();
  TRY(files.write_atomic(config, config_of(data, port), 0600));
  const auto fleet = TRY(with(enrol_fleet(config, options.laptops), "enrolling the laptops"));
  Figures figures;
  {
    const auto server = TRY(ServerProcess::start(options.server, config, port, options.data + "/server.log"));
    const auto load = TRY(Load::open(fleet, port, clock, !options.plain));
    const std::uint64_t acknowledged = TRY(drive(options, *load, *server, figures));
    TRY(server->stop());
    TRY(compare(options, data, acknowledged, figures));
  }
  TRY(with(drive_floor(options, fleet, config, port, clock, figures), "the floor"));
  print_targets(figures, kTargets);
  if (!options.json.empty()) TRY(write_json(options.json, figures));
  return {};
}

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
  app.add_option("--seconds", options.seconds, "of each phase");
  app.add_option("--rate", options.rate, "open loop: reports a second");
  app.add_flag("--plain", options.plain, "plain JSON instead of what agents send, which is packed");
  app.add_flag("--quick", options.quick, "short phases and fewer laptops");
  CLI11_PARSE(app, count, arguments);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  if (options.quick) options.laptops = 600, options.busy = 512, options.seconds = 2;

  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  if (const auto done = run(options); !done) {
    fmt::print(stderr, "rollcall-bench-ingest: {}\n", done.error().message);
    return 1;
  }
  return 0;
}
