// Ingest alone, in one process and one thread: no TLS, no HTTP, no JSON. Beside it, in the same run, the bare
// floor: the same bytes as plain rows in the same groups through the SQLite API.
//
// First all laptops in turn in groups of 512, as when everybody comes at once; then a district's minute: each
// laptop once, in a random order that stays, as many a commit as come in 2.4 ms, with states written behind as the
// clock says. The clock is stepped, so that CPU is all that is measured.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <string>
#include <vector>

#include "common/base/random.h"
#include "common/sql/sqlite_driver.h"
#include "server/service/agent_states.h"
#include "server/service/history.h"
#include "server/service/ingest.h"
#include "server/storage/migrate.h"
#include "tests/bench/figures.h"
#include "tests/bench/merging_bench.h"
#include "tests/bench/raw_sqlite.h"
#include "tests/bench/sample_report.h"

namespace rollcall::bench {
namespace {

struct Options {
  std::string folder = "build/bench/core", json;
  std::int64_t agents = 348'000;
  std::int64_t reports = 600'000;
  double paced_s = 30;
  int merging = 2'000;  // laptops
};

constexpr Target kTargets[] = {
    {"paced.cpu_s_per_1000", "ingest alone at a district's pace, CPU s per 1,000", 0.045},
    {"state.transaction_p99_ms", "states written behind, a transaction's p99 ms", 3},
    {"log.bytes_per_report_before_merging", "a school's reports, bytes each before merging", 120},
    {"log.bytes_per_report_merged", "a school's reports, bytes each merged", 40},
};

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double cpu_seconds() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

// What pieces of work took together.
struct Spent {
  double wall_s{}, cpu_s{};

  template <class Work>
  void on(Work work) {
    const double wall = seconds(), cpu = cpu_seconds();
    work();
    wall_s += seconds() - wall, cpu_s += cpu_seconds() - cpu;
  }
};

double resident_mb() {
  std::ifstream statm("/proc/self/statm");
  double total = 0, resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

template <class T>
T must(Result<T> result, const char* what) {
  if (!result) {
    std::fprintf(stderr, "%s: %s\n", what, result.error().message.c_str());
    std::exit(1);
  }
  return detail::take(std::move(result));
}

// Says how long each transaction took, the commit and its fsync included.
class TimedDatabase final : public sql::Database {
 public:
  explicit TimedDatabase(sql::Database& inner) : inner_(inner) {}
  std::vector<double> took_ms;

 protected:
  Result<> write_erased(const std::function<Result<>(sql::Transaction&)>& function) override {
    const double began = seconds();
    auto done = inner_.write(function);
    took_ms.push_back((seconds() - began) * 1e3);
    return done;
  }
  Result<> read_erased(const std::function<Result<>(sql::Snapshot&)>& function) override {
    return inner_.read(function);
  }

 private:
  sql::Database& inner_;
};

class Core {
 public:
  Core(const Options& options, Figures& figures)
      : options_(options), figures_(figures), sequences_(static_cast<std::size_t>(options.agents) + 1) {
    std::filesystem::remove_all(options.folder);
    std::filesystem::create_directories(options.folder);
    open();
    for (std::int64_t number = 1; number <= options.agents; ++number) agents_.push_back(make_agent(number));
    before_mb_ = resident_mb();
    tell_fleet();
    must(fleet_->load(), "load");
  }

  void run() {
    warm_up();
    // Rows and states; the agents' own directory is not part of it.
    figures_["memory.bytes_per_device"] = (resident_mb() - before_mb_) * 1e6 / static_cast<double>(options_.agents);
    const double first_bytes = log_bytes(), first_rows = one("SELECT count(*) FROM report_log");
    steady();
    const auto raw = must(measure_raw_sqlite(options_.folder + "/raw.db", static_cast<std::size_t>(facts_bytes()), kBatch, 3),
                          "raw SQLite");
    figures_["raw.rows_per_s"] = raw.rows_per_s;
    figures_["core.of_floor"] = figures_["core.reports_per_s"] / figures_["raw.rows_per_s"];
    figures_["log.facts_bytes"] = one("SELECT avg(length(facts)) FROM report_log WHERE log_id > "
                                      "(SELECT max(log_id) / 2 FROM report_log)");
    figures_["core.bytes_per_report"] = (log_bytes() - first_bytes) / (one("SELECT count(*) FROM report_log") - first_rows);
    figures_["core.bytes_per_first_report"] = first_bytes / first_rows;
    figures_["state.bytes_per_agent"] = one("SELECT avg(length(state)) FROM agent_states");
    paced();
    reads();
    restart();
  }

 private:
  static constexpr std::int64_t kBatch = 512;

  void open() {
    database_ = must(sql::SqliteDatabase::open({.path = options_.folder + "/core.db"}), "open");
    states_db_ = std::make_unique<TimedDatabase>(*database_);
    must(storage::migrate(*database_, storage::sqlite_migrations(), clock_,
                          [](int) { return Result<std::string>(""); }),
         "migrate");
    fleet_ = std::make_unique<service::Fleet>(*states_db_, clock_);
    access_points_ = std::make_unique<service::AccessPoints>(*database_, clock_);
    ingest_ = std::make_unique<service::Ingest>(*database_, clock_, random_, policies_, *fleet_, *access_points_);
    segments_ = std::make_unique<service::Segments>(*database_, files_, options_.folder + "/segments");
    must(segments_->load(), "segments");
  }

  void tell_fleet() {
    for (std::int64_t number = 1; number <= options_.agents; ++number) {
      fleet_->device_changed(make_device(number));
      fleet_->agent_changed(agents_[static_cast<std::size_t>(number - 1)]);
    }
  }

  using Group = std::vector<std::pair<domain::AgentHandle, wire::DecodedCheckIn>>;
  void add(Group& group, std::int64_t number) {
    wire::DecodedCheckIn check_in;
    check_in.message.boot_id = "0b8bb0ee-8d2f-4d5e-9d29-6f3d7a1b2c3d";
    check_in.message.sent_monotonic_ms = clock_.monotonic_ms();
    check_in.message.sent_wall_ms = clock_.wall_ms();
    check_in.message.policy_digest = policies_.of("").digest;
    check_in.message.reports.push_back(make_report(number, ++sequences_[static_cast<std::size_t>(number)], clock_));
    group.emplace_back(agents_[static_cast<std::size_t>(number - 1)], std::move(check_in));
  }
  // Until all of them are acknowledged.
  void take_in(Group& group) {
    for (auto& [agent, check_in] : group) {
      ingest_->submit(std::move(agent), std::move(check_in), "10.1.2.3",
                      [this](service::IngestOutcome outcome) { acknowledged_ += outcome.reply.has_value(); });
    }
    while (ingest_->commit_pending() != 0) {
    }
    group.clear();
  }

  // The first report of a laptop also carries everything that stays the same.
  void warm_up() {
    Group group;
    for (std::int64_t number = 1; number <= options_.agents; ++number) {
      add(group, number);
      if (number % kBatch != 0 && number != options_.agents) continue;
      take_in(group);
      clock_.advance(100);
      if (fleet_->next_due() <= clock_.wall_ms()) fleet_->run_due(clock_.wall_ms());
    }
    must(fleet_->flush(), "flush");
  }

  void steady() {
    acknowledged_ = 0;
    Spent ingest, behind;
    Group group;
    for (std::int64_t sent = 0; sent < options_.reports;) {
      for (std::int64_t i = 0; i < kBatch && sent < options_.reports; ++i, ++sent) add(group, sent % options_.agents + 1);
      ingest.on([&] { take_in(group); });
      clock_.advance(10);
      if (fleet_->next_due() <= clock_.wall_ms()) behind.on([&] { fleet_->run_due(clock_.wall_ms()); });
    }
    behind.on([&] { must(fleet_->flush(), "flush"); });
    const auto count = static_cast<double>(options_.reports);
    figures_["core.acknowledged"] = static_cast<double>(acknowledged_);
    figures_["core.reports_per_s"] = count / ingest.wall_s;
    figures_["core.cpu_s_per_1000"] = ingest.cpu_s / count * 1'000;
    figures_["core.behind_cpu_s_per_1000"] = behind.cpu_s / count * 1'000;
    figures_["core.reports_per_s_with_writing_behind"] = count / (ingest.wall_s + behind.wall_s);
  }

  // A district's minute: 348,000 laptops are 5,800 a second.
  void paced() {
    std::vector<std::int64_t> order(static_cast<std::size_t>(options_.agents));
    std::iota(order.begin(), order.end(), 1);
    SeededRandom random(5);
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
    constexpr double kCommitEveryMs = 2.4;  // 2 of them gathering
    const double per_ms = static_cast<double>(options_.agents) / 60'000;
    const auto commits_before = database_->stats().commits;
    acknowledged_ = 0;
    states_db_->took_ms.clear();
    Spent ingest, behind;
    Group group;
    std::int64_t sent = 0, passed_ms = 0;
    for (double now_ms = kCommitEveryMs; now_ms < options_.paced_s * 1e3; now_ms += kCommitEveryMs) {
      clock_.advance(static_cast<std::int64_t>(now_ms) - passed_ms);
      passed_ms = static_cast<std::int64_t>(now_ms);
      for (; sent < static_cast<std::int64_t>(now_ms * per_ms); ++sent) {
        add(group, order[static_cast<std::size_t>(sent) % order.size()]);
      }
      ingest.on([&] { take_in(group); });
      if (fleet_->next_due() <= clock_.wall_ms()) behind.on([&] { fleet_->run_due(clock_.wall_ms()); });
    }
    const auto per_1000 = [&](double cpu_s) { return cpu_s / static_cast<double>(sent) * 1'000; };
    figures_["paced.acknowledged"] = static_cast<double>(acknowledged_);
    figures_["paced.ingest_cpu_s_per_1000"] = per_1000(ingest.cpu_s);
    figures_["paced.behind_cpu_s_per_1000"] = per_1000(behind.cpu_s);
    figures_["paced.cpu_s_per_1000"] = per_1000(ingest.cpu_s + behind.cpu_s);
    figures_["paced.commits_per_s"] = static_cast<double>(database_->stats().commits - commits_before) / options_.paced_s;
    auto& took_ms = states_db_->took_ms;
    if (took_ms.empty()) return;
    std::ranges::sort(took_ms);
    figures_["state.transactions_per_s"] = static_cast<double>(took_ms.size()) / options_.paced_s;
    figures_["state.transaction_p50_ms"] = took_ms[took_ms.size() / 2];
    figures_["state.transaction_p99_ms"] = took_ms[took_ms.size() * 99 / 100];
  }

  double one(sql::Sql sql) {
    return must(database_->read([&](sql::Snapshot& snapshot) -> Result<double> {
      auto rows = TRY(snapshot.query(sql));
      TRY(rows->next());
      return rows->real(0);
    }), "query");
  }
  double facts_bytes() { return one("SELECT avg(length(facts)) FROM report_log"); }

  // On disk, the b-tree's own pages included.
  double log_bytes() { return one("SELECT sum(pgsize) FROM dbstat WHERE name = 'report_log'"); }

  void reads() {
    service::History history(*database_, *fleet_, *segments_);
    constexpr int kTimes = 200;
    double start = seconds();
    std::size_t points = 0;
    for (int i = 1; i <= kTimes; ++i) {
      points += must(history.battery(make_device(i).device_id, clock_.wall_ms() - kDayMs, clock_.wall_ms()), "curve").points.size();
    }
    figures_["history.us_per_report"] = (seconds() - start) * 1e6 / static_cast<double>(points);
    start = seconds();
    for (int i = 1; i <= kTimes; ++i) (void)must(fleet_->view(make_device(i).device_id), "view");
    figures_["fleet.view_us"] = (seconds() - start) * 1e6 / kTimes;
    const auto timed = [&](const char* key, service::DeviceQuery query) {
      start = seconds();
      for (int i = 0; i < 10; ++i) (void)must(fleet_->list(query), "list");
      figures_[key] = (seconds() - start) * 1e3 / 10;
    };
    timed("fleet.list_ms", {});
    timed("fleet.list_by_tag_ms", {.sort = service::DeviceSort::tag});
    timed("fleet.search_ms", {.search = "sn99"});
    start = seconds();
    for (int i = 0; i < 10; ++i) (void)fleet_->overview();
    figures_["fleet.overview_ms"] = (seconds() - start) * 1e3 / 10;
  }

  // As after a crash that lost the states of the last seconds.
  void restart() {
    ingest_.reset(), access_points_.reset(), fleet_.reset(), segments_.reset(), states_db_.reset();
    database_.reset();
    const double start = seconds();
    open();
    tell_fleet();
    must(fleet_->load(), "load");
    figures_["core.restart_s"] = seconds() - start;
  }

  const Options options_;
  Figures& figures_;
  FakeClock clock_;
  SystemRandom random_;
  service::Policies policies_{{}, {}};
  std::vector<domain::AgentHandle> agents_;
  std::unique_ptr<sql::SqliteDatabase> database_;
  std::unique_ptr<TimedDatabase> states_db_;
  std::unique_ptr<service::Fleet> fleet_;
  std::unique_ptr<service::AccessPoints> access_points_;
  std::unique_ptr<service::Ingest> ingest_;
  SystemFiles files_;
  std::unique_ptr<service::Segments> segments_;
  std::vector<std::uint64_t> sequences_;  // by agent_no
  std::int64_t acknowledged_{};
  double before_mb_{};
};

void print_all(const Figures& figures) {
  for (const auto& [key, value] : figures) fmt::print("{:<44}{:>12.6g}\n", key, value);
}

}  // namespace
}  // namespace rollcall::bench

int main(int count, char** arguments) {
  using namespace rollcall::bench;
  Options options;
  CLI::App app("Ingest without TLS, HTTP and JSON, and the merging of its days");
  app.add_option("--folder", options.folder, "on the disk to measure; emptied first");
  app.add_option("--json", options.json, "writes the figures as flat keys to this file");
  app.add_option("--agents", options.agents, "in the district; 0: merging alone")->check(CLI::Range(0, 1'000'000));
  app.add_option("--reports", options.reports, "in groups of 512");
  app.add_option("--paced", options.paced_s, "seconds of the district's minute");
  app.add_option("--merging", options.merging, "laptops whose two days are merged; 0: none");
  CLI11_PARSE(app, count, arguments);
  Figures figures;
  if (options.agents > 0) Core(options, figures).run();
  if (options.merging > 0) figures.merge(measure_merging(options.folder, options.merging));
  print_all(figures);
  print_targets(figures, kTargets);
  if (options.json.empty()) return 0;
  const auto written = write_json(options.json, figures);
  if (!written) fmt::print(stderr, "rollcall-bench-core: {}\n", written.error().message);
  return written ? 0 : 1;
}
