// rollcall-bench-district: a server that knows 348,000 laptops. How long it takes from its start to the first
// acknowledged report, after an orderly stop and after SIGKILL with states that were not written yet; what 5,800
// reports a second from all over the district cost it; and how soon the console is answered meanwhile.
//
// The log is made by the server's own ingest with a clock that runs ahead: `--each` reports a laptop, evenly
// over the last 29 days, and 96 on the last one of the devices that the console looks at. All days but the last are
// merged, as they would be. A school's real log (96 a school day and laptop) would be 700 million; what a start
// reads does not grow with it: one row a laptop and the log's tail.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <numeric>
#include <string>
#include <thread>

#include "common/base/files.h"
#include "common/base/random.h"
#include "common/sql/sqlite_driver.h"
#include "server/service/ingest.h"
#include "server/service/merging.h"
#include "server/storage/agent_store.h"
#include "server/storage/device_store.h"
#include "tests/bench/console.h"
#include "tests/bench/figures.h"
#include "tests/bench/fleet.h"
#include "tests/bench/load.h"
#include "tests/bench/sample_report.h"
#include "tests/bench/server_process.h"

namespace rollcall::bench {
namespace {

struct Options {
  std::string server, data = "build/bench/district", json;
  std::int64_t devices = 348'000, each = 30, laptops = 18'000;
  double seconds = 30, rate = 5'800;
};

constexpr std::size_t kFirst = 64;  // laptops, whose first report ends a restart
constexpr std::size_t kOtherFiles = 500;  // of the server, beside its connections
constexpr std::int64_t kChunk = 512;
constexpr std::int64_t kLooked = 200;  // devices that the console looks at
constexpr std::int64_t kLookedEveryMs = kDayMs / 96;
constexpr std::int64_t kMergeEvery = 10;  // rounds of reports
constexpr Target kTargets[] = {
    {"restart.first_ack_s", "orderly stop: start to first acknowledged report, s", 2},
    {"restart.first_ack_after_kill_s", "SIGKILL: start to first acknowledged report, s", 2},
    {"district.cpu_s_per_1000_at_5800", "server CPU s per 1,000 at an even 5,800/s, all over it", 0.045},
    {"query.list_p99_ms", "the list at an even 5,800 reports/s, p99 ms", 50},
    {"query.search_p99_ms", "a search at an even 5,800 reports/s, p99 ms", 50},
    {"query.device_p99_ms", "a device's page at an even 5,800 reports/s, p99 ms", 50},
    {"query.ack_p99_ms", "acknowledgement p99 ms meanwhile", 5},
};

// The n-th that the console looks at: all over the district, of those that have a history alone.
std::int64_t looked(const Options& options, std::int64_t n) {
  return options.laptops + 1 + n % kLooked * 7'919 % (options.devices - options.laptops);
}

double now_s() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

// Devices 1 … laptops have keys, the others a history.
class Seeder {
 public:
  Seeder(sql::Database& db, Files& files, const Options& options, const std::string& data)
      : db_(db),
        options_(options),
        clock_(SystemClock().wall_ms() - 29 * kDayMs - 10 * kMinuteMs),
        segments_(db, files, data + "/segments"),
        merging_(db, files, clock_, segments_),
        look_ms_(clock_.wall_ms() + 28 * kDayMs) {}

  Result<> seed() {
    TRY(segments_.load());
    TRY(enrol());
    TRY(fleet_.load());
    const std::int64_t chunks = options_.each * options_.devices / kChunk + 1;
    for (std::int64_t round = 1; round <= options_.each; ++round) {
      for (std::int64_t number = options_.laptops + 1; number <= options_.devices; ++number) {
        report(number);
        if (number % kChunk != 0 && number != options_.devices) continue;
        ingest_.commit_pending();
        pass(29 * kDayMs / chunks);
      }
      if (round % kMergeEvery == 0 || round == options_.each) TRY(merge());
    }
    if (acknowledged_ != sent_) return fail(Errc::internal, "the seed was not taken in as a whole");
    return {};
  }

  double segments_mb() const {
    double bytes = 0;
    for (const auto& row : segments_.list()) bytes += static_cast<double>(row.bytes);
    return bytes / 1e6;
  }

 private:
  Result<> enrol() {
    for (std::int64_t from = options_.laptops + 1; from <= options_.devices; from += kChunk) {
      TRY(db_.write([&](sql::Transaction& transaction) -> Result<> {
        for (std::int64_t number = from; number <= std::min(options_.devices, from + kChunk - 1); ++number) {
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
    const auto numbers = TRY(spread());
    agents_.resize(static_cast<std::size_t>(options_.devices) + 1);
    sequences_.resize(agents_.size());
    for (std::int64_t number = options_.laptops + 1; number <= options_.devices; ++number) {
      domain::AgentRef agent = *make_agent(number);
      agent.agent_no = numbers[static_cast<std::size_t>(number)];
      const auto handle = std::make_shared<const domain::AgentRef>(std::move(agent));
      fleet_.device_changed(make_device(number));
      fleet_.agent_changed(handle);
      agents_[static_cast<std::size_t>(number)] = handle;
    }
    return {};
  }

  // The agents with keys change their numbers with others, anywhere in the district: the states that their reports
  // change then lie all over the table, as everybody's would. Returns each device's agent_no.
  Result<std::vector<std::int64_t>> spread() {
    std::vector<std::int64_t> numbers(static_cast<std::size_t>(options_.devices) + 1);
    std::iota(numbers.begin(), numbers.end(), 0);
    const auto count = static_cast<std::uint64_t>(options_.devices - options_.laptops);
    SeededRandom random(5);
    TRY(db_.write([](sql::Transaction& transaction) { return transaction.execute("DELETE FROM token_uses"); }));
    for (std::int64_t from = 1; from <= options_.laptops; from += kChunk) {
      TRY(db_.write([&](sql::Transaction& transaction) -> Result<> {
        for (std::int64_t number = from; number <= std::min(options_.laptops, from + kChunk - 1); ++number) {
          std::size_t other = 0;
          do {
            other = static_cast<std::size_t>(options_.laptops + 1) + random.below(count);
          } while (numbers[other] <= options_.laptops);
          numbers[other] = number;
          TRY(transaction.execute("UPDATE agents SET agent_no = 0 WHERE agent_no = $1", number));
          TRY(transaction.execute("UPDATE agents SET agent_no = $1 WHERE agent_no = $2", number, other));
          TRY(transaction.execute("UPDATE agents SET agent_no = $1 WHERE agent_no = 0", other));
        }
        return {};
      }));
    }
    return numbers;
  }

  void report(std::int64_t number) {
    const auto place = static_cast<std::size_t>(number);
    wire::DecodedCheckIn check_in;
    check_in.message.boot_id = "0b8bb0ee-8d2f-4d5e-9d29-6f3d7a1b2c3d";
    check_in.message.sent_monotonic_ms = clock_.monotonic_ms();
    check_in.message.sent_wall_ms = clock_.wall_ms();
    check_in.message.reports.push_back(make_report(number, ++sequences_[place], clock_));
    ++sent_;
    ingest_.submit(agents_[place], std::move(check_in), "127.0.0.1",
                   [this](service::IngestOutcome outcome) { acknowledged_ += outcome.reply.has_value(); });
  }

  void pass(std::int64_t ms) {
    const std::int64_t until_ms = clock_.wall_ms() + ms;
    for (; look_ms_ <= until_ms; look_ms_ += kLookedEveryMs) {
      clock_.advance(look_ms_ - clock_.wall_ms());
      for (std::int64_t n = 0; n < kLooked; ++n) report(looked(options_, n));
      ingest_.commit_pending();
    }
    clock_.advance(until_ms - clock_.wall_ms());
  }

  // Every day that is over.
  Result<> merge() {
    TRY(fleet_.flush());
    for (clock_.advance(kMinuteMs); merging_.next_due() <= clock_.wall_ms() + kSecondMs;) {
      merging_.run_due(clock_.wall_ms());
    }
    return {};
  }

  sql::Database& db_;
  const Options& options_;
  FakeClock clock_;
  SystemRandom random_;
  service::Segments segments_;
  service::Merging merging_;
  service::Fleet fleet_{db_, clock_};
  service::AccessPoints access_points_{db_, clock_};
  service::Policies policies_{{}, {}};
  service::Ingest ingest_{db_, clock_, random_, policies_, fleet_, access_points_};
  std::vector<domain::AgentHandle> agents_;   // by number
  std::vector<std::uint64_t> sequences_;
  std::int64_t look_ms_;
  std::uint64_t sent_{}, acknowledged_{};
};

class Bench {
 public:
  Bench(const Options& options, EnrolledFleet fleet, std::string config, std::uint16_t port, ConsoleAccess console)
      : options_(options),
        fleet_(std::move(fleet)),
        first_{fleet_.authority_pem, {fleet_.laptops.begin(), fleet_.laptops.begin() + kFirst}},
        config_(std::move(config)),
        port_(port),
        console_(std::move(console)) {}

  // From before the process is made to the first report that all of `kFirst` had acknowledged.
  Result<double> start() {
    const double began_s = now_s();
    server_ = TRY(ServerProcess::start(options_.server, config_, port_, options_.data + "/server.log"));
    auto load = TRY(Load::open(first_, port_, clock_, true));
    TRY(load->connect());
    const auto first = TRY(load->report_once(kFirst));
    const double took_s = now_s() - began_s;
    if (first.acknowledged != kFirst) return fail(Errc::internal, "a report was not acknowledged");
    load_ = std::move(load);
    return took_s;
  }

  Result<> run(Figures& figures) {
    TRY(start());
    TRY(server_->stop());
    figures["restart.first_ack_s"] = TRY(start());
    figures["restart.rss_mb"] = server_->rss_mb();
    const auto tail = TRY(load_->run(2.5, 0, kFirst));
    figures["restart.tail_reports"] = static_cast<double>(tail.acknowledged);
    server_->kill();
    figures["restart.first_ack_after_kill_s"] = TRY(start());
    load_ = TRY(Load::open(fleet_, port_, clock_, true));
    TRY(load_->connect());
    TRY(load_->report_once(kFirst));
    TRY(pace(figures));
    TRY(with(query(figures), "the console"));
    return server_->stop();
  }

 private:
  // All laptops with keys report; nobody looks.
  Result<> pace(Figures& figures) {
    load_->prepare(static_cast<std::size_t>(options_.seconds * options_.rate));
    const double cpu_s = server_->cpu_seconds();
    const auto loaded = TRY(load_->run(options_.seconds, options_.rate, kFirst));
    figures["district.cpu_s_per_1000_at_5800"] =
        (server_->cpu_seconds() - cpu_s) * 1e3 / static_cast<double>(std::max<std::uint64_t>(loaded.acknowledged, 1));
    figures["district.ack_p99_ms"] = loaded.p99_ms;
    return complete(loaded);
  }

  // And now somebody uses the console.
  Result<> query(Figures& figures) {
    load_->prepare(static_cast<std::size_t>(options_.seconds * options_.rate));
    std::atomic<bool> stop{};
    Result<> asked;
    const Looked at{[&](std::int64_t n) { return make_device(looked(options_, n)).device_id; },
                    [&](std::int64_t n) { return make_device(looked(options_, n)).serial.substr(3); }};
    std::thread console([&] { asked = use_console(console_, at, stop, figures); });
    const auto loaded = load_->run(options_.seconds, options_.rate, kFirst);
    stop = true;
    console.join();
    TRY(std::move(asked));
    if (!loaded) return std::unexpected(loaded.error());
    figures["query.reports_per_s"] = static_cast<double>(loaded->acknowledged) / loaded->seconds;
    figures["query.ack_p99_ms"] = loaded->p99_ms;
    return complete(*loaded);
  }

  Result<> complete(const LoadResult& loaded) const {
    if (loaded.refused + loaded.late == 0) return {};
    return fail(Errc::internal, fmt::format("at {:.0f}/s {} reports were refused and {} not sent in time", options_.rate,
                                            loaded.refused, loaded.late));
  }

  const Options& options_;
  EnrolledFleet fleet_, first_;
  std::string config_;
  std::uint16_t port_;
  ConsoleAccess console_;
  SystemClock clock_;
  std::unique_ptr<ServerProcess> server_;
  std::unique_ptr<Load> load_;
};

Result<> run(const Options& options) {
  TRY(raise_file_limit(static_cast<std::size_t>(options.laptops) + kOtherFiles));
  std::filesystem::remove_all(options.data);
  std::filesystem::create_directories(options.data);
  SystemFiles files;
  const std::string data = std::filesystem::absolute(options.data).string() + "/data";
  const std::string config = options.data + "/server.yaml";
  const std::uint16_t port = free_port(), people_port = free_port();
  TRY(files.write_atomic(config, config_of(data, port, people_port), 0600));
  auto fleet = TRY(with(enrol_fleet(config, static_cast<int>(options.laptops)), "enrolling the laptops"));
  ConsoleAccess console{fmt::format("https://127.0.0.1:{}", people_port), fleet.authority_pem,
                        TRY(open_session(config))};
  const double began_s = now_s();
  double segments_mb = 0;
  {
    // Nothing can be lost before the server starts.
    const auto database = TRY(sql::SqliteDatabase::open(
        {.path = data + "/rollcall.db", .synchronous = sql::SqliteOptions::Synchronous::normal}));
    Seeder seeder(*database, files, options, data);
    TRY(with(seeder.seed(), "making the log"));
    segments_mb = seeder.segments_mb();
  }
  const double size_mb = static_cast<double>(std::filesystem::file_size(data + "/rollcall.db")) / 1e6;
  fmt::print("{} devices with {} reports each in {:.0f} s, {:.0f} MB and {:.0f} MB merged\n", options.devices,
             options.each, now_s() - began_s, size_mb, segments_mb);
  Figures figures{{"restart.devices", static_cast<double>(options.devices)},
                  {"restart.reports", static_cast<double>(options.devices * options.each)},
                  {"restart.database_mb", size_mb},
                  {"restart.segments_mb", segments_mb}};
  TRY(Bench(options, std::move(fleet), config, port, std::move(console)).run(figures));
  fmt::print("{:.0f} MB RSS; {:.0f} reports in the 2.5 s before the kill\n", figures["restart.rss_mb"],
             figures["restart.tail_reports"]);
  fmt::print("{:.4f} CPU s per 1,000 at {:.0f}/s of {} laptops, p99 {:.1f} ms\n",
             figures["district.cpu_s_per_1000_at_5800"], options.rate, options.laptops, figures["district.ack_p99_ms"]);
  fmt::print("{:.0f} reports/s; the console's list took {:.1f} ms in the median of {:.0f}, a search {:.1f},"
             " a device's page {:.1f}\n",
             figures["query.reports_per_s"], figures["query.list_p50_ms"], figures["query.list_asked"],
             figures["query.search_p50_ms"], figures["query.device_p50_ms"]);
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
  CLI::App app("A district's server: from its start to the first acknowledged report, and the console under load");
  app.add_option("--server", options.server, "the rollcalld to measure");
  app.add_option("--data", options.data, "folder on the disk to measure; emptied first");
  app.add_option("--json", options.json, "writes the figures as flat keys to this file");
  app.add_option("--devices", options.devices, "in the district")->check(CLI::Range(5'000, 1'000'000));
  app.add_option("--each", options.each, "reports a laptop in the log, about 100 bytes each")->check(CLI::Range(1, 1'000));
  app.add_option("--laptops", options.laptops, "of them with keys and connections")->check(CLI::Range(64, 25'000));
  app.add_option("--seconds", options.seconds, "of each phase under load");
  CLI11_PARSE(app, count, arguments);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  if (const auto done = run(options); !done) {
    fmt::print(stderr, "rollcall-bench-district: {}\n", done.error().message);
    return 1;
  }
  return 0;
}
