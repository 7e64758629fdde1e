// rollcall-bench-ingest: acknowledged durable reports a second through the real server over mutual TLS 1.3,
// beside what SQLite alone commits on the same disk in the same run.
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>

#include "common/base/clock.h"
#include "common/base/files.h"
#include "tests/bench/fleet.h"
#include "tests/bench/load.h"
#include "tests/bench/raw_sqlite.h"
#include "tests/bench/server_process.h"

namespace rollcall::bench {
namespace {

struct Options {
  std::string server, data = "build/bench/ingest", json;
  int laptops = 2'000;
  std::size_t busy = 768;
  double seconds = 10, rate = 5'800;
  bool quick{}, plain{};
};

constexpr double kPreparedPerSecond = 30'000;  // more than that are made while the clock runs

// Flat keys, in order of name.
using Figures = std::map<std::string, double>;

std::string config_of(const std::string& data, std::uint16_t agents_port) {
  return fmt::format(R"(data: {0}
console: ""
log_level: warn
doors:
  people: {{address: 127.0.0.1, port: {2}}}
  agents: {{address: 127.0.0.1, port: {1}}}
  probe: {{address: 127.0.0.1, port: {3}}}
schools:
  - id: north
    name: North High
    ssids: [North-Student]
    networks: [127.0.0.0/8]
)",
                     data, agents_port, free_port(), free_port());
}

void note(Figures& figures, const std::string& prefix, const LoadResult& result, double cpu_s) {
  const auto count = static_cast<double>(std::max<std::uint64_t>(1, result.acknowledged));
  figures[prefix + "_acknowledged_per_s"] = count / result.seconds;
  figures[prefix + "_server_cpu_s_per_1000"] = cpu_s * 1000 / count;
  figures[prefix + "_p50_ms"] = result.p50_ms;
  figures[prefix + "_p99_ms"] = result.p99_ms;
  figures[prefix + "_max_ms"] = result.max_ms;
  figures[prefix + "_refused"] = static_cast<double>(result.refused);
  figures[prefix + "_late"] = static_cast<double>(result.late);
  fmt::print("{:<12} {:>9.0f} reports/s   {:.4f} server CPU s per 1,000   p50 {:.1f} ms, p99 {:.1f}, max {:.1f}"
             "   {} refused, {} not sent in time\n",
             prefix, count / result.seconds, cpu_s * 1000 / count, result.p50_ms, result.p99_ms, result.max_ms,
             result.refused, result.late);
}

Result<std::uint64_t> drive(const Options& options, const EnrolledFleet& fleet, std::uint16_t port,
                            ServerProcess& server, const Clock& clock, Figures& figures) {
  const auto load = TRY(Load::open(fleet, port, clock, !options.plain));
  const double rss_before = server.rss_mb(), cpu_before = server.cpu_seconds();
  const double handshakes_s = TRY(load->connect());
  const auto laptops = static_cast<double>(fleet.laptops.size());
  figures["handshake_server_cpu_ms"] = (server.cpu_seconds() - cpu_before) * 1000 / laptops;
  figures["idle_connection_kb"] = (server.rss_mb() - rss_before) * 1024 / laptops;
  fmt::print("{} laptops connected in {:.1f} s; {:.2f} ms of server CPU a full handshake, {:.1f} KB a connection\n",
             fleet.laptops.size(), handshakes_s, figures["handshake_server_cpu_ms"], figures["idle_connection_kb"]);

  // Each laptop's first report carries its identity and gets the policy back; that is not the steady state.
  const auto first = TRY(load->run(options.quick ? 1 : 3, 0, options.busy));
  load->prepare(static_cast<std::size_t>(options.seconds * kPreparedPerSecond));
  double cpu = server.cpu_seconds();
  const auto closed = TRY(load->run(options.seconds, 0, options.busy));
  note(figures, "closed", closed, server.cpu_seconds() - cpu);
  figures["request_bytes"] = closed.request_bytes;
  figures["reply_bytes"] = closed.reply_bytes;
  cpu = server.cpu_seconds();
  const auto open = TRY(load->run(options.seconds, options.rate, options.busy));
  note(figures, "open", open, server.cpu_seconds() - cpu);
  figures["rss_mb"] = server.rss_mb();
  return first.acknowledged + closed.acknowledged + open.acknowledged;
}

Result<> compare(const Options& options, const std::string& data, std::uint64_t acknowledged, Figures& figures) {
  const auto stored = TRY(stored_reports(data + "/rollcall.db"));
  figures["bytes_per_report"] = stored.bytes_each;
  figures["acknowledged_total"] = static_cast<double>(acknowledged);
  figures["stored_total"] = static_cast<double>(stored.count);
  const auto raw = TRY(measure_raw_sqlite(options.data + "/raw.db", static_cast<std::size_t>(stored.fact_bytes), 512,
                                          options.quick ? 1 : 3));
  figures["raw_sqlite_rows_per_s"] = raw.rows_per_s;
  figures["raw_sqlite_cpu_s_per_1000"] = raw.cpu_s_per_1000;
  figures["ratio_to_raw_sqlite"] = figures["closed_acknowledged_per_s"] / raw.rows_per_s;
  fmt::print("raw SQLite   {:>9.0f} rows/s      {:.4f} CPU s per 1,000   groups of 512, the same bytes, FULL\n"
             "ratio        {:.3f} of raw SQLite\n"
             "memory       {:.1f} MB RSS\n"
             "on disk      {:.1f} bytes a report (raw SQLite {:.1f}), {:.1f} of them its facts\n"
             "on the wire  {:.0f} bytes a request, {:.0f} a reply\n"
             "acknowledged {} reports, found {} after the stop\n",
             raw.rows_per_s, raw.cpu_s_per_1000, figures["ratio_to_raw_sqlite"], figures["rss_mb"], stored.bytes_each,
             raw.bytes_per_row, stored.fact_bytes, figures["request_bytes"], figures["reply_bytes"], acknowledged,
             stored.count);
  if (static_cast<std::uint64_t>(stored.count) < acknowledged) {
    return fail(Errc::corrupt, "acknowledged reports are missing");
  }
  return {};
}

Result<> write_json(const std::string& path, const Figures& figures) {
  std::string text = "{\n";
  for (const auto& [key, value] : figures) {
    text += fmt::format("  \"{}\": {:.6g}{}\n", key, value, key == figures.rbegin()->first ? "" : ",");
  }
  SystemFiles files;
  return files.write_atomic(path, text + "}\n", 0644);
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
  const auto server = TRY(ServerProcess::start(options.server, config, port, options.data + "/server.log"));
  Figures figures;
  const std::uint64_t acknowledged = TRY(drive(options, fleet, port, *server, clock, figures));
  TRY(server->stop());
  TRY(compare(options, data, acknowledged, figures));
  if (!options.json.empty()) TRY(write_json(options.json, figures));
  return {};
}

}  // namespace
}  // namespace rollcall::bench

int main(int count, char** arguments) {
  using namespace rollcall::bench;
  Options options;
  options.server = (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "rollcalld").string();
  CLI::App app("Acknowledged durable reports a second, beside raw SQLite on the same disk");
  app.add_option("--server", options.server, "the rollcalld to measure");
  app.add_option("--data", options.data, "folder on the disk to measure; emptied first");
  app.add_option("--json", options.json, "writes the figures as flat keys to this file");
  app.add_option("--laptops", options.laptops, "each with a key and a connection of its own");
  app.add_option("--busy", options.busy, "closed loop: laptops that wait for an answer at the same time");
  app.add_option("--seconds", options.seconds, "of each phase");
  app.add_option("--rate", options.rate, "open loop: reports a second");
  app.add_flag("--plain", options.plain, "plain JSON instead of what agents send, which is packed");
  app.add_flag("--quick", options.quick, "short phases and fewer laptops");
  CLI11_PARSE(app, count, arguments);
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
