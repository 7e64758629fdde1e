// rollcall-bench-restart: how long a district's server takes from its start to the first acknowledged report,
// after an orderly stop and after SIGKILL with states that were not written yet.
//
// The log is made by the server's own ingest with a clock that runs ahead: `--each` reports a laptop, evenly
// over the last 29 days. A school's real log (96 a school day and laptop) would be 700 million; what a start
// reads does not grow with it: one row a laptop and the log's tail.
#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>

#include "common/base/files.h"
#include "common/sql/sqlite_driver.h"
#include "server/service/ingest.h"
#include "server/storage/agent_store.h"
#include "server/storage/device_store.h"
#include "tests/bench/figures.h"
#include "tests/bench/fleet.h"
#include "tests/bench/load.h"
#include "tests/bench/sample_report.h"
#include "tests/bench/server_process.h"

namespace rollcall::bench {
namespace {

struct Options {
  std::string server, data = "build/bench/restart", json;
  std::int64_t devices = 348'000, each = 30;
};

constexpr int kLaptops = 64;  // with keys; the others only have a history
constexpr std::int64_t kChunk = 512;
constexpr Target kTargets[] = {
    {"restart.first_ack_s", "orderly stop: start to first acknowledged report, s", 2},
    {"restart.first_ack_after_kill_s", "SIGKILL: start to first acknowledged report, s", 2},
};

double now_s() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

class Seeder {
 public:
  explicit Seeder(sql::Database& db) : db_(db), clock_(SystemClock().wall_ms() - 29 * kDayMs) {}

  Result<> seed(std::int64_t devices, std::int64_t each) {
    TRY(enrol(devices));
    service::AccessPoints access_points(db_, clock_);
    service::Policies policies{{}, {}};
    service::Ingest ingest(db_, clock_, random_, policies, fleet_, access_points);
    TRY(fleet_.load());
    const std::int64_t pause_ms = 29 * kDayMs / (each * devices / kChunk + 1);
    for (std::int64_t round = 1; round <= each; ++round) {
      for (std::int64_t number = kLaptops + 1; number <= devices; ++number) {
        wire::DecodedCheckIn check_in;
        check_in.message.boot_id = "0b8bb0ee-8d2f-4d5e-9d29-6f3d7a1b2c3d";
        check_in.message.sent_monotonic_ms = clock_.monotonic_ms();
        check_in.message.sent_wall_ms = clock_.wall_ms();
        check_in.message.reports.push_back(make_report(number, static_cast<std::uint64_t>(round), clock_));
        ingest.submit(agents_[static_cast<std::size_t>(number)], std::move(check_in), "127.0.0.1",
                      [this](service::IngestOutcome outcome) { acknowledged_ += outcome.reply.has_value(); });
        if (number % kChunk != 0 && number != devices) continue;
        ingest.commit_pending();
        clock_.advance(pause_ms);
      }
    }
    TRY(fleet_.flush());
    const auto wanted = static_cast<std::uint64_t>((devices - kLaptops) * each);
    if (acknowledged_ != wanted) return fail(Errc::internal, "the seed was not taken in as a whole");
    return {};
  }

 private:
  Result<> enrol(std::int64_t devices) {
    agents_.resize(static_cast<std::size_t>(devices) + 1);
    for (std::int64_t from = kLaptops + 1; from <= devices; from += kChunk) {
      TRY(db_.write([&](sql::Transaction& transaction) -> Result<> {
        for (std::int64_t number = from; number <= std::min(devices, from + kChunk - 1); ++number) {
          TRY(storage::insert_device(transaction, make_device(number)));
          const domain::AgentHandle handle = make_agent(number);
          domain::Agent agent;
          agent.agent_id = handle->agent_id;
          agent.device_id = handle->device_id;
          agent.key_id = sha256(handle->agent_id);
          agent.certificate_serial = "00";
          TRY(storage::insert_agent(transaction, agent));
        }
        return {};
      }));
    }
    for (std::int64_t number = kLaptops + 1; number <= devices; ++number) {
      const domain::AgentHandle handle = make_agent(number);
      fleet_.device_changed(make_device(number));
      fleet_.agent_changed(handle);
      agents_[static_cast<std::size_t>(number)] = handle;
    }
    return {};
  }

  sql::Database& db_;
  FakeClock clock_;
  SystemRandom random_;
  service::Fleet fleet_{db_, clock_};
  std::vector<domain::AgentHandle> agents_;
  std::uint64_t acknowledged_{};
};

class Bench {
 public:
  Bench(const Options& options, EnrolledFleet fleet, std::string config, std::uint16_t port)
      : options_(options), fleet_(std::move(fleet)), config_(std::move(config)), port_(port) {}

  // From before the process is made to the first report that all of `kLaptops` had acknowledged.
  Result<double> start() {
    const double began_s = now_s();
    server_ = TRY(ServerProcess::start(options_.server, config_, port_, options_.data + "/server.log"));
    auto load = TRY(Load::open(fleet_, port_, clock_, true));
    TRY(load->connect());
    const auto first = TRY(load->report_once(kLaptops));
    const double took_s = now_s() - began_s;
    if (first.acknowledged != fleet_.laptops.size()) return fail(Errc::internal, "a report was not acknowledged");
    load_ = std::move(load);
    return took_s;
  }

  Result<> run(Figures& figures) {
    TRY(start());
    TRY(server_->stop());
    figures["restart.first_ack_s"] = TRY(start());
    figures["restart.rss_mb"] = server_->rss_mb();
    const auto tail = TRY(load_->run(2.5, 0, kLaptops));
    figures["restart.tail_reports"] = static_cast<double>(tail.acknowledged);
    server_->kill();
    figures["restart.first_ack_after_kill_s"] = TRY(start());
    return server_->stop();
  }

 private:
  const Options& options_;
  EnrolledFleet fleet_;
  std::string config_;
  std::uint16_t port_;
  SystemClock clock_;
  std::unique_ptr<ServerProcess> server_;
  std::unique_ptr<Load> load_;
};

Result<> run(const Options& options) {
  std::filesystem::remove_all(options.data);
  std::filesystem::create_directories(options.data);
  SystemFiles files;
  const std::string data = std::filesystem::absolute(options.data).string() + "/data";
  const std::string config = options.data + "/server.yaml";
  const std::uint16_t port = free_port();
  TRY(files.write_atomic(config, config_of(data, port), 0600));
  auto fleet = TRY(with(enrol_fleet(config, kLaptops), "enrolling the laptops"));
  const double began_s = now_s();
  {
    const auto database = TRY(sql::SqliteDatabase::open({.path = data + "/rollcall.db"}));
    TRY(with(Seeder(*database).seed(options.devices, options.each), "making the log"));
  }
  const double size_mb = static_cast<double>(std::filesystem::file_size(data + "/rollcall.db")) / 1e6;
  fmt::print("{} devices with {} reports each in {:.0f} s, {:.0f} MB\n", options.devices, options.each,
             now_s() - began_s, size_mb);
  Figures figures{{"restart.devices", static_cast<double>(options.devices)},
                  {"restart.reports", static_cast<double>(options.devices * options.each)},
                  {"restart.database_mb", size_mb}};
  TRY(Bench(options, std::move(fleet), config, port).run(figures));
  fmt::print("{:.0f} MB RSS; {:.0f} reports in the 2.5 s before the kill\n", figures["restart.rss_mb"],
             figures["restart.tail_reports"]);
  print_targets(figures, kTargets);
  if (!options.json.empty()) TRY(write_json(options.json, figures));
  return {};
}

}  // namespace
}  // namespace rollcall::bench

int main(int count, char** arguments) {
  using namespace rollcall::bench;
  Options options;
  options.server = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "rollcalld";
  CLI::App app("From the start of a district's server to its first acknowledged report");
  app.add_option("--server", options.server, "the rollcalld to measure");
  app.add_option("--data", options.data, "folder on the disk to measure; emptied first");
  app.add_option("--json", options.json, "writes the figures as flat keys to this file");
  app.add_option("--devices", options.devices, "in the district")->check(CLI::Range(1'000, 1'000'000));
  app.add_option("--each", options.each, "reports a laptop in the log, about 100 bytes each")->check(CLI::Range(1, 1'000));
  CLI11_PARSE(app, count, arguments);
  if (const auto done = run(options); !done) {
    fmt::print(stderr, "rollcall-bench-restart: {}\n", done.error().message);
    return 1;
  }
  return 0;
}
