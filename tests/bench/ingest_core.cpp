// Ingest alone, in one process and one thread: no TLS, no HTTP, no JSON. Beside it, in the same run, the bare
// floor: the same bytes as plain rows in the same groups through the SQLite API. Prints flat JSON.
//
//   ingest_core [--folder DIR] [--agents N] [--reports N]
#include <sqlite3.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "common/base/random.h"
#include "common/sql/sqlite_driver.h"
#include "server/service/agent_states.h"
#include "server/service/history.h"
#include "server/service/ingest.h"
#include "server/storage/migrate.h"
#include "tests/bench/sample_report.h"

namespace rollcall::bench {
namespace {

struct Options {
  std::string folder = "build/bench-core";
  std::int64_t agents = 100'000;
  std::int64_t reports = 600'000;
};

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

double resident_mb() {
  std::ifstream statm("/proc/self/statm");
  double total = 0, resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

void print(const char* key, double value) { std::printf("  \"%s\": %.6g,\n", key, value); }

template <class T>
T must(Result<T> result, const char* what) {
  if (!result) {
    std::fprintf(stderr, "%s: %s\n", what, result.error().message.c_str());
    std::exit(1);
  }
  return detail::take(std::move(result));
}

class Core {
 public:
  explicit Core(const Options& options) : options_(options) {
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
    print("memory.bytes_per_device", (resident_mb() - before_mb_) * 1e6 / static_cast<double>(options_.agents));
    const double first_bytes = log_bytes(), first_rows = one("SELECT count(*) FROM report_log");
    const double rate = steady();
    const double floor = raw();
    print("core.of_floor", rate / floor);
    print("log.facts_bytes", one("SELECT avg(length(facts)) FROM report_log WHERE log_id > "
                                 "(SELECT max(log_id) / 2 FROM report_log)"));
    print("log.bytes_per_report", (log_bytes() - first_bytes) / (one("SELECT count(*) FROM report_log") - first_rows));
    print("log.bytes_per_first_report", first_bytes / first_rows);
    print("state.bytes_per_agent", one("SELECT avg(length(state)) FROM agent_states"));
    reads();
    restart();
  }

 private:
  static constexpr std::int64_t kBatch = 512;

  void open() {
    database_ = must(sql::SqliteDatabase::open({.path = options_.folder + "/core.db"}), "open");
    must(storage::migrate(*database_, storage::sqlite_migrations(), clock_,
                          [](int) { return Result<std::string>(""); }),
         "migrate");
    fleet_ = std::make_unique<service::Fleet>(*database_, clock_);
    access_points_ = std::make_unique<service::AccessPoints>(*database_, clock_);
    ingest_ = std::make_unique<service::Ingest>(*database_, clock_, random_, policies_, *fleet_, *access_points_);
  }

  void tell_fleet() {
    for (std::int64_t number = 1; number <= options_.agents; ++number) {
      fleet_->device_changed(make_device(number));
      fleet_->agent_changed(agents_[static_cast<std::size_t>(number - 1)]);
    }
  }

  void send(std::int64_t number, std::uint64_t sequence) {
    wire::DecodedCheckIn check_in;
    check_in.message.boot_id = "0b8bb0ee-8d2f-4d5e-9d29-6f3d7a1b2c3d";
    check_in.message.sent_monotonic_ms = clock_.monotonic_ms();
    check_in.message.sent_wall_ms = clock_.wall_ms();
    check_in.message.policy_digest = policies_.of("").digest;
    check_in.message.reports.push_back(make_report(number, sequence, clock_));
    made_s_ -= seconds();
    ingest_->submit(agents_[static_cast<std::size_t>(number - 1)], std::move(check_in), "10.1.2.3",
                    [this](service::IngestOutcome outcome) { acknowledged_ += outcome.reply.has_value(); });
    made_s_ += seconds();
  }

  // The first report of a laptop also carries everything that stays the same.
  void warm_up() {
    for (std::int64_t number = 1; number <= options_.agents; ++number) {
      send(number, 1);
      if (number % kBatch != 0) continue;
      ingest_->commit_pending();
      clock_.advance(100);
      fleet_->run_due(clock_.wall_ms());
    }
    while (ingest_->commit_pending() != 0) {
    }
    fleet_->run_due(clock_.wall_ms());
    must(fleet_->flush(), "flush");
  }

  double steady() {
    acknowledged_ = 0;
    double ingest_s = 0, ingest_cpu_s = 0, behind_s = 0;
    for (std::int64_t sent = 0; sent < options_.reports;) {
      std::int64_t batch = 0;
      for (; batch < kBatch && sent < options_.reports; ++batch, ++sent) {
        made_s_ = 0;
        send(sent % options_.agents + 1, static_cast<std::uint64_t>(2 + sent / options_.agents));
        ingest_s -= made_s_;  // made_s_ is minus the time that submit took
      }
      double start = seconds(), start_cpu = cpu_seconds();
      ingest_->commit_pending();
      ingest_s += seconds() - start;
      ingest_cpu_s += cpu_seconds() - start_cpu;
      clock_.advance(10);
      if (sent / kBatch % 60 != 0) continue;
      start = seconds();
      fleet_->run_due(clock_.wall_ms());
      behind_s += seconds() - start;
    }
    const double start = seconds();
    must(fleet_->flush(), "flush");
    behind_s += seconds() - start;
    const auto count = static_cast<double>(options_.reports);
    print("core.acknowledged", static_cast<double>(acknowledged_));
    print("core.reports_per_s", count / ingest_s);
    print("core.cpu_s_per_1000", ingest_cpu_s / count * 1'000);
    print("core.reports_per_s_with_writing_behind", count / (ingest_s + behind_s));
    return count / ingest_s;
  }

  double raw() {
    const std::string path = options_.folder + "/raw.db";
    sqlite3* db = nullptr;
    sqlite3_open(path.c_str(), &db);
    sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000;"
                     "CREATE TABLE log (id INTEGER PRIMARY KEY, agent INTEGER, at INTEGER, facts BLOB)",
                 nullptr, nullptr, nullptr);
    sqlite3_stmt* insert = nullptr;
    sqlite3_prepare_v2(db, "INSERT INTO log (agent, at, facts) VALUES (?, ?, ?)", -1, &insert, nullptr);
    const std::string facts(static_cast<std::size_t>(facts_bytes()), 'x');
    const double start = seconds();
    for (std::int64_t i = 0; i < options_.reports; ++i) {
      if (i % kBatch == 0) sqlite3_exec(db, "BEGIN", nullptr, nullptr, nullptr);
      sqlite3_bind_int64(insert, 1, i % options_.agents);
      sqlite3_bind_int64(insert, 2, clock_.wall_ms());
      sqlite3_bind_blob(insert, 3, facts.data(), static_cast<int>(facts.size()), SQLITE_STATIC);
      sqlite3_step(insert);
      sqlite3_reset(insert);
      if (i % kBatch == kBatch - 1) sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr);
    }
    if (!sqlite3_get_autocommit(db)) sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr);
    const double rate = static_cast<double>(options_.reports) / (seconds() - start);
    sqlite3_finalize(insert);
    sqlite3_close(db);
    print("raw.rows_per_s", rate);
    return rate;
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
    service::History history(*database_, *fleet_);
    constexpr int kTimes = 200;
    double start = seconds();
    std::size_t points = 0;
    for (int i = 1; i <= kTimes; ++i) {
      points += must(history.battery(make_device(i).device_id, clock_.wall_ms() - kDayMs, clock_.wall_ms()), "curve").points.size();
    }
    print("history.us_per_report", (seconds() - start) * 1e6 / static_cast<double>(points));
    start = seconds();
    for (int i = 1; i <= kTimes; ++i) (void)must(fleet_->view(make_device(i).device_id), "view");
    print("fleet.view_us", (seconds() - start) * 1e6 / kTimes);
    const auto timed = [&](const char* key, service::DeviceQuery query) {
      start = seconds();
      for (int i = 0; i < 10; ++i) (void)must(fleet_->list(query), "list");
      print(key, (seconds() - start) * 1e3 / 10);
    };
    timed("fleet.list_ms", {});
    timed("fleet.list_by_tag_ms", {.sort = service::DeviceSort::tag});
    timed("fleet.search_ms", {.search = "sn99"});
    start = seconds();
    for (int i = 0; i < 10; ++i) (void)fleet_->overview();
    print("fleet.overview_ms", (seconds() - start) * 1e3 / 10);
  }

  // As after a crash that lost the states of the last seconds.
  void restart() {
    ingest_.reset(), access_points_.reset(), fleet_.reset(), database_.reset();
    const double start = seconds();
    open();
    tell_fleet();
    must(fleet_->load(), "load");
    std::printf("  \"restart.s\": %.4g\n", seconds() - start);
  }

  const Options options_;
  FakeClock clock_;
  SystemRandom random_;
  service::Policies policies_{{}, {}};
  std::vector<domain::AgentHandle> agents_;
  std::unique_ptr<sql::SqliteDatabase> database_;
  std::unique_ptr<service::Fleet> fleet_;
  std::unique_ptr<service::AccessPoints> access_points_;
  std::unique_ptr<service::Ingest> ingest_;
  std::int64_t acknowledged_{};
  double made_s_{}, before_mb_{};
};

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view key = argv[i];
    if (key == "--folder") options.folder = argv[i + 1];
    if (key == "--agents") options.agents = std::atoll(argv[i + 1]);
    if (key == "--reports") options.reports = std::atoll(argv[i + 1]);
  }
  return options;
}

}  // namespace
}  // namespace rollcall::bench

int main(int argc, char** argv) {
  const auto options = rollcall::bench::read_options(argc, argv);
  std::printf("{\n");
  rollcall::bench::Core(options).run();
  std::printf("}\n");
}
