// A large district's list of devices comes in: how long, how much memory, and what others wait for meanwhile.
//
//   rollcall-bench-devices [--devices N] [--people N] [--folder FOLDER] [--json FILE]
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "common/base/files.h"
#include "common/base/log.h"
#include "common/sql/sqlite_driver.h"
#include "server/service/imports.h"
#include "server/service/places.h"
#include "server/storage/migrate.h"
#include "tests/bench/figures.h"
#include "tests/must.h"

namespace rollcall::bench {
namespace {

struct Size {
  std::size_t devices{100'000}, people{100'000};
};

// As Snipe-IT writes it; half of the devices are with a student.
void write_list(const std::string& path, const Size& size) {
  std::ofstream out(path);
  out << "Asset Tag,Serial,Manufacturer,Model,Category,Order Number,Purchase Date,Purchase Cost,Employee Number,Status\n";
  for (std::size_t i = 0; i < size.devices; ++i) {
    out << "T-" << 1'000'000 + i << ",NX" << 5'000'000 + i << ",Acer,Spin " << 311 + i % 40 << ",Chromebooks,PO-" << i % 90
        << ",2025-07-01,299.00," << (i % 2 == 0 ? std::to_string(1'000'000 + i % size.people) : "") << ",Deployed\n";
  }
}

void write_students(const std::string& path, const Size& size) {
  std::ofstream out(path);
  out << "student number,first name,last name\n";
  for (std::size_t i = 0; i < size.people; ++i) out << 1'000'000 + i << ",Given" << i % 4'001 << ",Family" << i % 17'011 << '\n';
}

double resident_mb() {  // at most, so far
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// Somebody else who writes all the while, twenty times a second.
class Others {
 public:
  Others(sql::Database& db, service::Audit& audit, const Clock& clock) : thread_([this, &db, &audit, &clock] {
      while (!stop_) {
        const auto began_ms = clock.monotonic_ms();
        must(db.write([&](sql::Transaction& transaction) {
          return audit.append(transaction, {domain::Actor::Kind::shell, ""}, "bench", "bench");
        }));
        waits_.push_back(static_cast<double>(clock.monotonic_ms() - began_ms));
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
      }
    }) {}
  void stop(Figures& figures) {
    stop_ = true;
    thread_.join();
    std::ranges::sort(waits_);
    figures["devices.other_write_p99_ms"] = waits_[waits_.size() * 99 / 100];
    figures["devices.other_write_max_ms"] = waits_.back();
  }

 private:
  std::atomic<bool> stop_{};
  std::vector<double> waits_;
  std::thread thread_;
};

class Bench {
 public:
  Bench(const std::string& folder, const Size& size) : folder_(folder), size_(size) {}

  Figures run() {
    must(storage::migrate(*db_, storage::sqlite_migrations(), clock_, [](int) { return Result<std::string>(""); }));
    imports_.teach(service::InventoryServices{devices_, models_, custody_, agents_});
    must(imports_.load());
    write_list(folder_ + "/devices.csv", size_);
    write_students(folder_ + "/students.csv", size_);
    Figures figures;
    import(domain::ImportKind::students, "students.csv", "students", figures);
    Others others(*db_, audit_, clock_);
    import(domain::ImportKind::devices, "devices.csv", "import", figures);
    import(domain::ImportKind::devices, "devices.csv", "rerun", figures);
    others.stop(figures);
    figures["devices.rss_mb"] = resident_mb();
    figures["devices.db_mb"] = static_cast<double>(std::filesystem::file_size(folder_ + "/rollcall.db")) / 1e6;
    return figures;
  }

 private:
  void import(domain::ImportKind kind, const std::string& file, const std::string& name, Figures& figures) {
    std::filesystem::copy_file(folder_ + "/" + file, imports_.spool() + "/incoming");
    const auto began_ms = clock_.monotonic_ms();
    const auto made = must(imports_.submit({domain::Actor::Kind::shell, ""},
                                           {kind, false, "upload", imports_.spool() + "/incoming", {}}));
    imports_.run_due(clock_.wall_ms());
    const auto done = must(imports_.get(made.import_id)).import;
    if (done.state != domain::ImportState::done) throw std::runtime_error("the import ended otherwise: " + done.error);
    figures["devices." + name + "_s"] = static_cast<double>(clock_.monotonic_ms() - began_ms) / 1e3;
    double changes = 0;
    for (const auto& it : done.files) changes += static_cast<double>(it.added + it.changed + it.errors);
    figures["devices." + name + "_changes"] = changes;
  }

  std::string folder_;
  Size size_;
  SystemFiles files_;
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<sql::SqliteDatabase> db_{must(sql::SqliteDatabase::open({.path = folder_ + "/rollcall.db"}))};
  service::Schools schools_{*db_, clock_};
  service::Audit audit_{*db_, clock_};
  service::Agents agents_{*db_, clock_, audit_};
  service::Devices devices_{*db_, clock_, random_, agents_, audit_, schools_};
  service::Writes writes_{*db_, clock_, agents_};
  service::ModelNames model_names_{*db_, writes_};
  service::Models models_{*db_, clock_, random_, audit_, model_names_};
  service::CustodyLedger custody_{*db_, clock_, random_, audit_};
  service::RosterKeys keys_{std::string(32, 'k')};
  service::Imports imports_{*db_, files_, clock_, random_, schools_, audit_, keys_, {.spool = folder_ + "/spool"}};
};

int run(int argc, char** argv) {
  CLI::App app("The import of a large district's list of devices.");
  Size size;
  std::string json, folder = "build/bench/devices";
  app.add_option("--devices", size.devices, "How many")->check(CLI::Range(100, 2'000'000));
  app.add_option("--people", size.people, "How many")->check(CLI::Range(100, 2'000'000));
  app.add_option("--folder", folder, "Where it works; what is there is deleted");
  app.add_option("--json", json, "Where the figures go");
  CLI11_PARSE(app, argc, argv);
  log::set_level(log::Level::warn);
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const auto figures = Bench(folder, size).run();
  std::filesystem::remove_all(folder);
  constexpr Target targets[] = {{"devices.import_s", "100,000 devices, half of them with somebody: seconds", 120},
                                {"devices.rss_mb", "resident at most, MB", 200},
                                {"devices.rerun_changes", "what a second run changes", 0}};
  must(tell(figures, targets, json));
  return 0;
}

}  // namespace
}  // namespace rollcall::bench

int main(int argc, char** argv) { return rollcall::bench::run(argc, argv); }
