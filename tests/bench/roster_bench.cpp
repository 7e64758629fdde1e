// A large district imports its roster: how long, how much memory, and what others wait for meanwhile.
//
//   rollcall-bench-roster [--people N] [--enrollments N] [--shuffled] [--folder FOLDER] [--json FILE]
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>
#include <random>
#include <thread>
#include <utility>

#include "common/base/files.h"
#include "common/base/log.h"
#include "common/sql/sqlite_driver.h"
#include "server/csv/pack.h"
#include "server/service/roster.h"
#include "server/service/imports.h"
#include "server/service/search_indexer.h"
#include "server/storage/migrate.h"
#include "server/storage/person_store.h"
#include "server/storage/search_store.h"
#include "tests/bench/figures.h"
#include "tests/must.h"

namespace rollcall::bench {
namespace {

constexpr std::size_t kPeopleOfSchool = 1'740, kClassesOfSchool = 350;

struct Size {
  std::size_t people{348'000}, enrollments{2'000'000};
  bool shuffled{};
  std::size_t schools() const { return people / kPeopleOfSchool + 1; }
};

// Sourced ids as student systems make them, 36 characters.
std::string id(const char* kind, std::size_t number) {
  char out[64];
  std::snprintf(out, sizeof out, "%.4s%08zx-5a1c-4f09-8e77-%08zx%04zx", kind, number * 2'654'435'761u % 0xFFFFFFFF,
                number, number % 0xFFFF);
  return out;
}

void write_small(const std::string& folder, const Size& size) {
  std::ofstream(folder + "/manifest.csv") << "propertyName,value\noneroster.version,1.1\n";
  std::ofstream(folder + "/academicSessions.csv")
      << "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear\n"
      << id("term", 1) << ",,,Fall,term,2026-08-24,2026-12-18,,2027\n";
  std::ofstream orgs(folder + "/orgs.csv"), classes(folder + "/classes.csv"), courses(folder + "/courses.csv");
  orgs << "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n";
  courses << "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId\n";
  classes << "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,"
             "schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods\n";
  for (std::size_t i = 0; i < 500; ++i) courses << id("crs", i) << ",,,,Course " << i << ",C" << i << ",09,\n";
  for (std::size_t school = 0; school < size.schools(); ++school) {
    orgs << id("org", school) << ",,,School " << school << ",school," << school << ",\n";
    for (std::size_t i = 0; i < kClassesOfSchool; ++i) {
      classes << id("cls", school * kClassesOfSchool + i) << ",,,Class " << i << ",09," << id("crs", i % 500) << ",K-" << i
              << ",scheduled,R" << i << ',' << id("org", school) << ',' << id("term", 1) << ",,," << i % 8 << '\n';
    }
  }
}

void write_large(const std::string& folder, const Size& size) {
  std::vector<std::size_t> order(size.people);
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (size.shuffled) std::ranges::shuffle(order, std::mt19937_64(7));
  std::ofstream users(folder + "/users.csv"), enrollments(folder + "/enrollments.csv");
  users << "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,"
           "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n";
  enrollments << "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,"
                 "endDate\n";
  std::size_t made = 0;
  for (std::size_t place = 0; place < order.size(); ++place) {
    const auto it = order[place], school = it / kPeopleOfSchool;
    const bool teacher = it % 16 == 0;
    users << id("user", it) << ",,2026-08-01,true," << id("org", school) << (teacher ? ",teacher," : ",student,") << "user"
          << it << ",,Given" << it % 4'001 << ",Family" << it % 17'011 << ",Middle," << 1'000'000 + it << ",user" << it
          << "@district.example,,555-0100,,09,\n";
    const auto until = size.enrollments * (place + 1) / order.size();
    for (; made < until; ++made) {
      enrollments << id("enr", made) << ",,2026-08-01," << id("cls", school * kClassesOfSchool + (it + made * 7) % kClassesOfSchool)
                  << ',' << id("org", school) << ',' << id("user", it) << (teacher ? ",teacher,true,," : ",student,,,") << '\n';
    }
  }
}

double resident_mb() {  // at most, so far
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

double cpu_s() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Somebody else who writes and reads all the while, twenty times a second, and looks how far the import is.
class Others {
 public:
  Others(sql::Database& db, service::Audit& audit, const Clock& clock, service::Imports& imports)
      : thread_([this, &db, &audit, &clock, &imports] {
      const domain::Actor actor{domain::Actor::Kind::shell, ""};
      std::int64_t looked_ms = clock.monotonic_ms();
      while (!stop_) {
        const auto newest = must(imports.list("", 1)).imports;
        const auto since_ms = clock.monotonic_ms() - std::exchange(looked_ms, clock.monotonic_ms());
        if (!newest.empty() && newest[0].progress) {
          spent_ms_[newest[0].progress->phase + "." + newest[0].progress->file] += static_cast<double>(since_ms);
        }
        const auto began_ms = clock.monotonic_ms();
        must(db.write([&](sql::Transaction& transaction) { return audit.append(transaction, actor, "bench", "bench"); }));
        const auto written_ms = clock.monotonic_ms();
        must(db.read([&](sql::Snapshot& snapshot) { return storage::find_person_by_username(snapshot, "0123456789abcdef"); }));
        writes_.push_back(static_cast<double>(written_ms - began_ms));
        reads_.push_back(static_cast<double>(clock.monotonic_ms() - written_ms));
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
      }
    }) {}
  void stop(Figures& figures) {
    stop_ = true;
    thread_.join();
    const auto put = [&](const std::string& key, std::vector<double>& waits) {
      std::ranges::sort(waits);
      figures[key + "_p99_ms"] = waits[waits.size() * 99 / 100];
      figures[key + "_max_ms"] = waits.back();
    };
    put("roster.other_write", writes_);
    put("roster.other_read", reads_);
    for (const auto& [what, ms] : spent_ms_) {
      if (ms > 1'000) figures["roster." + what + "_s"] = ms / 1e3;
    }
  }

 private:
  std::atomic<bool> stop_{};
  std::vector<double> writes_, reads_;
  std::map<std::string, double> spent_ms_;  // by phase and file, of all imports
  std::thread thread_;
};

// The search's index is brought up to date beside the import, as the server does it.
class Indexing {
 public:
  Indexing(sql::Database& db, const Clock& clock) : db_(db), clock_(clock), thread_([this] {
      service::SearchIndexer indexer(db_, clock_);
      while (!stop_) {
        if (indexer.next_due() <= clock_.wall_ms()) indexer.run_due(clock_.wall_ms());
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    }) {}
  // How long it took from now on.
  double settle_s() {
    const auto began_ms = clock_.monotonic_ms();
    const auto first = [](sql::Snapshot& snapshot) { return storage::search_marks(snapshot, {}, 1); };
    while (!must(db_.read(first)).empty()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    stop_ = true;
    thread_.join();
    return static_cast<double>(clock_.monotonic_ms() - began_ms) / 1e3;
  }

 private:
  sql::Database& db_;
  const Clock& clock_;
  std::atomic<bool> stop_{};
  std::thread thread_;
};

class Bench {
 public:
  Bench(const std::string& folder, const Size& size) : folder_(folder), size_(size) {}

  Figures run() {
    must(storage::migrate(*db_, storage::sqlite_migrations(), clock_, [](int) { return Result<std::string>(""); }));
    must(imports_.load());
    std::filesystem::create_directories(folder_ + "/export");
    write_small(folder_ + "/export", size_);
    write_large(folder_ + "/export", size_);
    must(csv::pack_folder(files_, folder_ + "/export", folder_ + "/export.zip"));
    Figures figures;
    figures["roster.zip_mb"] = static_cast<double>(std::filesystem::file_size(folder_ + "/export.zip")) / 1e6;
    figures["roster.rss_before_mb"] = resident_mb();
    Others others(*db_, audit_, clock_, imports_);
    Indexing indexing(*db_, clock_);
    import("import", figures);
    figures["roster.indexed_after_s"] = indexing.settle_s();
    import("rerun", figures);
    others.stop(figures);
    figures["roster.import_rss_mb"] = resident_mb();
    figures["roster.commits"] = static_cast<double>(db_->stats().commits);
    figures["roster.db_mb"] = static_cast<double>(std::filesystem::file_size(folder_ + "/rollcall.db")) / 1e6;
    search(figures);
    return figures;
  }

 private:
  void import(const std::string& name, Figures& figures) {
    std::filesystem::copy_file(folder_ + "/export.zip", imports_.spool() + "/incoming");
    const auto began_ms = clock_.monotonic_ms();
    const auto began_cpu = cpu_s();
    const auto made = must(imports_.submit({domain::Actor::Kind::shell, ""},
                                           {domain::ImportKind::oneroster, false, "upload", imports_.spool() + "/incoming"}));
    imports_.run_due(clock_.wall_ms());
    const auto done = must(imports_.get(made.import_id)).import;
    if (done.state != domain::ImportState::done) throw std::runtime_error("the import ended otherwise: " + done.error);
    figures["roster." + name + "_s"] = static_cast<double>(clock_.monotonic_ms() - began_ms) / 1e3;
    figures["roster." + name + "_cpu_s"] = cpu_s() - began_cpu;
    double changes = 0;
    for (const auto& it : done.files) changes += static_cast<double>(it.added + it.changed + it.gone);
    figures["roster." + name + "_changes"] = changes;
  }

  void search(Figures& figures) {
    const domain::Principal who{.user_id = "01BENCH", .scope = {domain::ScopeKind::district, {}}};
    const auto took = [&](const service::PeopleQuery& query) {
      const auto began_ms = clock_.monotonic_ms();
      must(roster_.list(who, query));
      return static_cast<double>(clock_.monotonic_ms() - began_ms);
    };
    figures["roster.list_ms"] = took({});
    figures["roster.search_rare_ms"] = took({.search = "1000777"});
    figures["roster.school_page_ms"] = took({.school_id = schools_.all().front().school_id});
  }

  std::string folder_;
  Size size_;
  SystemFiles files_;
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<sql::SqliteDatabase> db_{must(sql::SqliteDatabase::open({.path = folder_ + "/rollcall.db"}))};
  service::Schools schools_{*db_, clock_};
  service::Audit audit_{*db_, clock_};
  service::RosterKeys keys_{std::string(32, 'k')};
  service::Imports imports_{*db_, files_, clock_, random_, schools_, audit_, keys_, {.spool = folder_ + "/spool"}};
  service::Roster roster_{*db_, audit_};
};

int run(int argc, char** argv) {
  CLI::App app("The import of a large district's roster.");
  Size size;
  std::string json, folder = "build/bench/roster";
  app.add_option("--people", size.people, "How many")->check(CLI::Range(100, 2'000'000));
  app.add_option("--enrollments", size.enrollments, "How many")->check(CLI::Range(100, 20'000'000));
  app.add_flag("--shuffled", size.shuffled, "People in no order, instead of school by school");
  app.add_option("--folder", folder, "Where it works; what is there is deleted");
  app.add_option("--json", json, "Where the figures go");
  CLI11_PARSE(app, argc, argv);
  log::set_level(log::Level::warn);
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const auto figures = Bench(folder, size).run();
  std::filesystem::remove_all(folder);
  constexpr Target targets[] = {{"roster.import_s", "348,000 people, 2,000,000 enrollments: seconds", 120},
                                {"roster.import_rss_mb", "resident at most, MB", 300},
                                {"roster.rerun_changes", "what a second run changes", 0}};
  must(tell(figures, targets, json));
  return 0;
}

}  // namespace
}  // namespace rollcall::bench

int main(int argc, char** argv) { return rollcall::bench::run(argc, argv); }
