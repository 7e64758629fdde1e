// The search over a large district: how long its index takes to make and how large it is, and how soon it answers who
// types a tag, a name, a slip of the fingers or nonsense.
//
//   rollcall-bench-search [--devices N] [--people N] [--folder FOLDER] [--json FILE]
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <random>

#include "common/base/log.h"
#include "common/sql/sqlite_driver.h"
#include "server/service/search.h"
#include "server/service/search_indexer.h"
#include "server/storage/device_store.h"
#include "server/storage/migrate.h"
#include "server/storage/person_store.h"
#include "server/storage/school_store.h"
#include "tests/bench/figures.h"
#include "tests/must.h"

namespace rollcall::bench {
namespace {

constexpr std::size_t kOfSchool = 1'740, kQueries = 400, kAtOnce = 500;

struct Size {
  std::size_t devices{348'000}, people{348'000};
};

double now_ms() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Names of syllables; some are much more common than others, as in any school.
class Names {
 public:
  Names(std::size_t count, std::uint64_t seed) : random_(seed) {
    while (names_.size() < count) {
      std::string name;
      const std::size_t syllables = 2 + random_() % 3;
      for (std::size_t i = 0; i < syllables; ++i) name += kSyllables[random_() % kSyllables.size()];
      names_.push_back(std::move(name));
    }
  }
  // The n-th most common one comes about 1/(n + 12) as often as the first.
  const std::string& any() {
    const double share = std::uniform_real_distribution<double>(0, 1)(random_);
    const double place = 12 * (std::pow(static_cast<double>(names_.size()) / 12 + 1, share) - 1);
    return names_[std::min(static_cast<std::size_t>(place), names_.size() - 1)];
  }
  const std::string& most_common(std::size_t place) const { return names_[place]; }

 private:
  static constexpr std::array<std::string_view, 24> kSyllables{"ma", "ri", "lo", "ka", "ti", "be", "no", "sa",
                                                               "el", "an", "jo", "da", "ni", "ra", "le", "vi",
                                                               "mi", "to", "re", "ha", "ch", "st", "on", "ez"};
  std::mt19937_64 random_;
  std::vector<std::string> names_;
};

std::string serial_of(std::size_t number) {
  constexpr std::string_view kDigits = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
  std::string out = "5C";
  for (std::size_t left = number * 2'654'435'761u % 1'544'804'416u, i = 0; i < 6; ++i, left /= kDigits.size()) {
    out += kDigits[left % kDigits.size()];
  }
  return out;
}

std::string tag_of(std::size_t number) {
  char out[24];
  std::snprintf(out, sizeof out, "%07zu", number + 1);
  return out;
}

class Bench {
 public:
  Bench(const std::string& folder, const Size& size) : folder_(folder), size_(size) {}

  Figures run() {
    must(storage::migrate(*db_, storage::sqlite_migrations(), clock_, [](int) { return Result<std::string>(""); }));
    fill();
    index();
    const domain::Principal admin{.role = domain::Role::admin, .scope = {domain::ScopeKind::district, {}}};
    domain::Principal technician{.role = domain::Role::technician, .scope = {domain::ScopeKind::school, {}}};
    for (std::size_t i = 0; i < 3; ++i) technician.scope.ids.push_back(school_of(i * kOfSchool));
    std::ranges::sort(technician.scope.ids);
    ask_all("search.", admin);
    ask_all("search.school_", technician);
    return figures_;
  }

 private:
  std::string school_of(std::size_t number) const { return "school" + std::to_string(number / kOfSchool); }

  template <class One>
  void write(std::size_t count, One one) {
    for (std::size_t from = 0; from < count; from += kAtOnce) {
      must(db_->write([&](sql::Transaction& transaction) -> Result<> {
        for (std::size_t i = from; i < std::min(count, from + kAtOnce); ++i) TRY(one(transaction, i));
        return {};
      }));
    }
  }

  void fill() {
    write(std::max(size_.devices, size_.people) / kOfSchool + 1, [&](sql::Transaction& transaction, std::size_t i) {
      const auto id = school_of(i * kOfSchool);
      return storage::put_school(transaction, {.school_id = id, .name = id});
    });
    write(size_.devices, [&](sql::Transaction& transaction, std::size_t i) {
      char id[32];
      std::snprintf(id, sizeof id, "01BENCH%019zu", i);
      constexpr std::array<std::string_view, 3> kModels{"Latitude 3190", "ThinkPad X13", "Chromebook 300e"};
      return storage::insert_device(transaction, {.device_id = id,
                                                  .serial = serial_of(i),
                                                  .maker = i % 3 == 0 ? "Dell" : "LENOVO",
                                                  .model = std::string(kModels[i % 3]),
                                                  .tag = tag_of(i),
                                                  .school_id = school_of(i)});
    });
    write(size_.people, [&](sql::Transaction& transaction, std::size_t i) {
      storage::PersonRow row;
      row.person = {.person_no = static_cast<std::int64_t>(i) + 1,
                    .person_id = "01BENCH" + std::to_string(i),
                    .source_id = std::to_string(i),
                    .student_number = std::to_string(1'000'000 + i * 7'919 % 900'000),
                    .given_name = given_.any(),
                    .family_name = family_.any(),
                    .school_ids = {school_of(i)},
                    .school_id = school_of(i)};
      row.sort_name = row.person.family_name + ", " + row.person.given_name;
      people_.push_back(row.person.given_name + " " + row.person.family_name);
      return storage::put_person(transaction, row);
    });
  }

  void index() {
    must(db_->checkpoint());
    const auto path = folder_ + "/rollcall.db";
    const auto before = std::filesystem::file_size(path);
    const auto began_ms = now_ms();
    double longest_ms = 0;
    const auto waits = [&] {
      return !must(db_->read([](sql::Snapshot& snapshot) { return storage::search_marks(snapshot, {}, 1); })).empty();
    };
    while (waits()) {
      const auto slice_ms = now_ms();
      indexer_.run_due(clock_.wall_ms());
      longest_ms = std::max(longest_ms, now_ms() - slice_ms);
    }
    figures_["search.index_s"] = (now_ms() - began_ms) / 1e3;
    figures_["search.index_longest_slice_ms"] = longest_ms;
    must(db_->checkpoint());
    const auto after = std::filesystem::file_size(path);
    figures_["search.index_mb"] = static_cast<double>(after - std::min(before, after)) / 1e6;
    figures_["search.index_bytes_a_thing"] =
        static_cast<double>(after - std::min(before, after)) / static_cast<double>(size_.devices + size_.people);
  }

  void ask_all(const std::string& prefix, const domain::Principal& who) {
    const auto some = [&](std::size_t count) { return random_() % count; };
    const auto slip = [&](std::string text) {
      text[some(text.size() - 2) + 1] = static_cast<char>('a' + some(26));
      return text;
    };
    ask(prefix + "tag", who, [&] { return tag_of(some(size_.devices)); });
    ask(prefix + "serial", who, [&] { return serial_of(some(size_.devices)); });
    ask(prefix + "student_number", who, [&] { return std::to_string(1'000'000 + some(900'000)); });
    ask(prefix + "full_name", who, [&] { return people_[some(people_.size())]; });
    ask(prefix + "beginnings", who, [&] { return people_[some(people_.size())].substr(0, 3); });
    ask(prefix + "one_letter", who, [&] { return std::string(1, static_cast<char>('a' + some(26))); });
    ask(prefix + "common_name", who, [&] { return given_.most_common(some(3)); });
    ask(prefix + "two_common_names", who,
        [&] { return given_.most_common(some(3)) + " " + family_.most_common(some(3)); });
    ask(prefix + "model", who, [&] { return std::string(some(2) == 0 ? "thinkpad x13" : "lenovo"); });
    ask(prefix + "typo_in_name", who, [&] { return slip(people_[some(people_.size())]); });
    ask(prefix + "typo_in_serial", who, [&] { return slip(serial_of(some(size_.devices))); });
    ask(prefix + "nonsense", who, [&] {
      std::string text;
      for (std::size_t i = 0; i < 8; ++i) {
        text += i == 0 ? "" : " ";
        for (std::size_t letters = 4 + some(10); letters > 0; --letters) text += static_cast<char>('a' + some(26));
      }
      return text;
    });
  }

  void ask(const std::string& key, const domain::Principal& who, const std::function<std::string()>& text) {
    std::vector<double> took;
    for (std::size_t i = 0; i < kQueries; ++i) {
      const auto typed = text();
      const auto began_ms = now_ms();
      must(search_.find(who, {.text = typed}));
      took.push_back(now_ms() - began_ms);
    }
    std::ranges::sort(took);
    figures_[key + "_p50_ms"] = took[took.size() / 2];
    figures_[key + "_p99_ms"] = took[took.size() * 99 / 100];
    figures_[key + "_max_ms"] = took.back();
    figures_["search.slowest_p99_ms"] = std::max(figures_["search.slowest_p99_ms"], took[took.size() * 99 / 100]);
  }

  std::string folder_;
  Size size_;
  SystemClock clock_;
  std::unique_ptr<sql::SqliteDatabase> db_{must(sql::SqliteDatabase::open({.path = folder_ + "/rollcall.db"}))};
  service::Search search_{*db_};
  service::SearchIndexer indexer_{*db_, clock_};
  Names given_{6'000, 1}, family_{18'000, 2};
  std::vector<std::string> people_;
  std::mt19937_64 random_{7};
  Figures figures_;
};

int run(int argc, char** argv) {
  CLI::App app("The search over a large district.");
  Size size;
  std::string json, folder = "build/bench/search";
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
  constexpr Target targets[] = {{"search.slowest_p99_ms", "first results, the slowest kind of query: p99, ms", 50}};
  must(tell(figures, targets, json));
  return 0;
}

}  // namespace
}  // namespace rollcall::bench

int main(int argc, char** argv) { return rollcall::bench::run(argc, argv); }
