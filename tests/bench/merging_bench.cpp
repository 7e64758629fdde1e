#include "tests/bench/merging_bench.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <vector>

#include "common/base/files.h"
#include "common/sql/sqlite_driver.h"
#include "server/service/history.h"
#include "server/service/ingest.h"
#include "server/service/merging.h"
#include "server/storage/migrate.h"
#include "tests/bench/sample_report.h"
#include "tests/district/laptop/laptop.h"
#include "tests/must.h"

namespace rollcall::bench {
namespace {

using namespace date::literals;

constexpr district::Date kMonday{2026_y / date::October / 5};
constexpr std::int64_t kStepMs = 5 * kSecondMs;
constexpr int kDays = 2;

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

double peak_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1'024;
}

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// One for all: what a laptop says depends on whether there is school.
wire::Policy policy() {
  wire::Policy policy;
  for (const auto& school : district::schools()) policy.school_ssids.push_back(school.ssid);
  const auto& school = district::schools().front();
  policy.hours = wire::Policy::SchoolHours{"America/New_York", {1, 2, 3, 4, 5}, district::opens_minute(school),
                                           district::closes_minute(school)};
  return policy;
}

// The days are made up; how long something takes is not.
class BenchClock final : public Clock {
 public:
  explicit BenchClock(const Clock& calendar) : calendar_(calendar) {}
  std::int64_t wall_ms() const override { return calendar_.wall_ms(); }
  std::int64_t monotonic_ms() const override { return system_.monotonic_ms(); }

 private:
  const Clock& calendar_;
  SystemClock system_;
};

class Term {
 public:
  Term(const std::string& folder, int laptops, Figures& figures)
      : folder_(folder),
        figures_(figures),
        district_(district::District::make(7, laptops, must(district::Calendar::open({.zone = "America/New_York"})),
                                           kMonday)),
        start_ms_(district_.calendar.midnight_ms(kMonday)),
        clock_(start_ms_ - start_ms_ % kDayMs) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    // How long a commit waits for the disk is no part of this.
    database_ = must(sql::SqliteDatabase::open(
        {.path = folder + "/merging.db", .synchronous = sql::SqliteOptions::Synchronous::normal}));
    must(storage::migrate(*database_, storage::sqlite_migrations(), clock_, [](int) { return Result<std::string>(""); }));
    fleet_ = std::make_unique<service::Fleet>(*database_, clock_);
    access_points_ = std::make_unique<service::AccessPoints>(*database_, clock_);
    ingest_ = std::make_unique<service::Ingest>(*database_, clock_, random_, policies_, *fleet_, *access_points_);
    segments_ = std::make_unique<service::Segments>(*database_, files_, folder + "/segments");
    must(segments_->load());
    must(fleet_->load());
    for (const auto& student : district_.students) {
      const std::int64_t number = student.number + 1;
      fleet_->device_changed(make_device(number));
      agents_.push_back(make_agent(number));
      fleet_->agent_changed(agents_.back());
      laptops_.push_back(std::make_unique<district::Laptop>(district_, student, random_, 0, clock_.wall_ms()));
    }
  }

  // Laptops come when they come, not at the steps of a loop: that is what the differences between reports cost.
  void live() {
    const std::int64_t end_ms = clock_.wall_ms() + kDays * kDayMs + kHourMs;
    std::vector<std::pair<std::int64_t, std::size_t>> order;
    for (std::int64_t step_ms = clock_.wall_ms(); step_ms < end_ms; step_ms += kStepMs) {
      order.clear();
      for (std::size_t i = 0; i < laptops_.size(); ++i) {
        if (laptops_[i]->next_due_ms() <= step_ms) laptops_[i]->run_due(step_ms);
        if (!laptops_[i]->wants_to_send(step_ms)) continue;
        order.emplace_back(step_ms + static_cast<std::int64_t>(random_.below(kStepMs - 100)), i);
      }
      std::ranges::sort(order);
      for (const auto& [at_ms, i] : order) send(at_ms, i);
      while (ingest_->commit_pending() != 0) {
      }
      if (fleet_->next_due() <= clock_.wall_ms()) fleet_->run_due(clock_.wall_ms());
    }
    must(fleet_->flush());
  }

  void merge() {
    const double log_bytes = one("SELECT sum(pgsize) FROM dbstat WHERE name = 'report_log'");
    const double rows = one("SELECT count(*) FROM report_log");
    double cpu = 0;
    std::vector<double> deleting;
    const BenchClock clock(clock_);
    service::Merging merging(*database_, files_, clock, *segments_);
    double left = rows;
    do {
      const double start = seconds(), start_cpu = cpu_seconds();
      merging.run_due(clock_.wall_ms());
      const double took = seconds() - start;
      cpu += cpu_seconds() - start_cpu;
      const double now = one("SELECT count(*) FROM report_log");
      if (now < left) deleting.push_back(took);
      left = now;
    } while (merging.next_due() <= clock_.wall_ms() + kSecondMs);
    std::ranges::sort(deleting);
    double bytes = 0, reports = 0;
    for (const auto& row : segments_->list()) {
      bytes += static_cast<double>(row.bytes), reports += static_cast<double>(row.content.reports);
    }
    figures_["log.bytes_per_report_before_merging"] = log_bytes / rows;
    figures_["log.bytes_per_report_merged"] = bytes / reports;
    figures_["merge.reports"] = reports;
    figures_["merge.reports_per_laptop_and_day"] = reports / static_cast<double>(laptops_.size() * segments_->list().size());
    figures_["merge.cpu_s_per_million"] = cpu / reports * 1e6;
    figures_["merge.delete_ms"] = deleting[deleting.size() / 2] * 1e3;
    figures_["merge.delete_worst_ms"] = deleting.back() * 1e3;
    figures_["merge.peak_mb"] = peak_mb();
  }

  void read() {
    service::History history(*database_, *fleet_, *segments_);
    const auto& day = segments_->list().back().content;
    const std::size_t times = std::min<std::size_t>(laptops_.size(), 500);
    std::vector<double> took;
    std::size_t points = 0;
    for (std::size_t i = 0; i < times; ++i) {
      const auto id = make_device(static_cast<std::int64_t>(i * laptops_.size() / times) + 1).device_id;
      const double start = seconds();
      points += must(history.battery(id, day.day * kDayMs, (day.day + 1) * kDayMs)).points.size();
      took.push_back((seconds() - start) * 1e3);
    }
    std::ranges::sort(took);
    figures_["segment.points"] = static_cast<double>(points);
    figures_["segment.read_day_ms"] = took[took.size() / 2];
    figures_["segment.read_day_p99_ms"] = took[took.size() * 99 / 100];
  }

 private:
  double one(sql::Sql sql) {
    return must(database_->read([&](sql::Snapshot& snapshot) -> Result<double> {
      auto rows = TRY(snapshot.query(sql));
      TRY(rows->next());
      return rows->real(0);
    }));
  }
  void send(std::int64_t at_ms, std::size_t i) {
    const auto message = laptops_[i]->compose(at_ms);
    const auto network_ms = static_cast<std::int64_t>(8 + random_.below(80));
    clock_.advance(std::max<std::int64_t>(0, at_ms + network_ms - clock_.wall_ms()));
    wire::DecodedCheckIn check_in;
    check_in.message = message;
    ingest_->submit(agents_[i], std::move(check_in), "10.1.2.3", [this, i, at_ms](service::IngestOutcome outcome) {
      laptops_[i]->accept(must(std::move(outcome.reply)), at_ms);
    });
  }

  std::string folder_;
  Figures& figures_;
  district::District district_;
  std::int64_t start_ms_;
  FakeClock clock_;
  SeededRandom random_{11};
  SystemFiles files_;
  service::Policies policies_{policy(), {}};
  std::unique_ptr<sql::SqliteDatabase> database_;
  std::unique_ptr<service::Fleet> fleet_;
  std::unique_ptr<service::AccessPoints> access_points_;
  std::unique_ptr<service::Ingest> ingest_;
  std::unique_ptr<service::Segments> segments_;
  std::vector<domain::AgentHandle> agents_;
  std::vector<std::unique_ptr<district::Laptop>> laptops_;
};

}  // namespace

Figures measure_merging(const std::string& folder, int laptops) {
  Figures figures;
  Term term(folder, laptops, figures);
  term.live();
  term.merge();
  term.read();
  return figures;
}

}  // namespace rollcall::bench
