// The folder into which the student system exports every night.
#include <filesystem>

#include "server/service/watched_folder.h"
#include "tests/unit/service/roster_fixture.h"

namespace rollcall::service {
namespace {

struct Night {
  District district;
  std::string folder{district.folder / "nightly"};
  WatchedFolder watched{district.files, district.clock, district.imports, folder};

  Night() {
    std::filesystem::create_directory(folder);
    district.clock.set_wall(newest_ms());
  }
  // The clock of the files is the machine's.
  static std::int64_t newest_ms() { return SystemClock().wall_ms(); }
  void write(const Tables& tables) {
    for (const auto& [name, text] : tables) write_text(folder + "/" + name, text);
  }
  // As many minutes, a look a minute; how many imports there are then.
  std::size_t minutes(int count) {
    for (int i = 0; i < count; ++i) {
      district.clock.advance(kMinuteMs);
      watched.run_due(district.clock.wall_ms());
      district.imports.run_due(district.clock.wall_ms());
    }
    return must(district.imports.list("", 100)).imports.size();
  }
};

TEST_CASE("an export in a watched folder is imported once it has come to rest, and only once") {
  Night night;
  night.write(small_district());
  CHECK(night.minutes(1) == 0);
  CHECK(night.minutes(4) == 1);
  CHECK(night.district.people().size() == 5);
  const auto import = must(night.district.imports.list("", 1)).imports[0].import;
  CHECK(import.source == "folder");
  CHECK(import.actor == "system");
  CHECK(night.minutes(60) == 1);
  CHECK(std::filesystem::exists(night.folder + "/users.csv"));
  CHECK(must(night.district.files.list(night.district.imports.spool())).empty());
}

TEST_CASE("a folder that still changes is left alone") {
  Night night;
  for (int i = 0; i < 5; ++i) {
    auto tables = small_district();
    tables["users.csv"] += std::string(static_cast<std::size_t>(i), '\n');
    night.write(tables);
    CHECK(night.minutes(1) == 0);
  }
  CHECK(night.minutes(3) == 1);
}

TEST_CASE("of several zips the newest is taken; one under another name is none") {
  Night night;
  write_zip(night.folder + "/old.zip", {{"users.csv", "nonsense"}});
  write_text(night.folder + "/export.zip.part", "PK not yet");
  const auto then = std::filesystem::last_write_time(night.folder + "/old.zip");
  std::filesystem::last_write_time(night.folder + "/old.zip", then - std::chrono::hours(24));
  write_zip(night.folder + "/new.zip", small_district());
  CHECK(night.minutes(4) == 1);
  CHECK(night.district.people().size() == 5);
  // The next night's.
  auto tables = small_district();
  edit(tables["users.csv"], "Ana,Silva", "Ana,Lima");
  write_zip(night.folder + "/newer.zip", tables);
  std::filesystem::last_write_time(night.folder + "/newer.zip", std::filesystem::file_time_type::clock::now() + std::chrono::seconds(2));
  CHECK(night.minutes(5) == 2);
  CHECK(night.district.person("Ana").family_name == "Lima");
}

TEST_CASE("a folder may hold a list of students instead, as it is or in a zip") {
  Night night;
  write_text(night.folder + "/Students 2026.csv", "Student ID,First Name,Last Name\n1001,Ana,Silva\n1002,Bo,Li\n");
  CHECK(night.minutes(4) == 1);
  CHECK(must(night.district.imports.list("", 1)).imports[0].import.kind == domain::ImportKind::students);
  CHECK(night.district.people().size() == 2);
  write_zip(night.folder + "/list.zip", {{"students.csv", "Student ID,First Name,Last Name\n1001,Ana,Silva\n1002,Bo,Li\n1003,Cy,Reyes\n"}});
  CHECK(night.minutes(4) == 2);
  CHECK(night.district.people().size() == 3);
}

TEST_CASE("a file server whose clock is hours ahead is waited for no longer") {
  Night night;
  night.write(small_district());
  const auto ahead = std::filesystem::file_time_type::clock::now() + std::chrono::hours(7);
  for (const auto& file : std::filesystem::directory_iterator(night.folder)) std::filesystem::last_write_time(file, ahead);
  CHECK(night.minutes(4) == 1);
}

TEST_CASE("an empty folder, one that is not there and none at all are no reason to stop") {
  Night night;
  CHECK(night.minutes(5) == 0);
  std::filesystem::remove(night.folder);
  CHECK(night.minutes(5) == 0);
  CHECK(WatchedFolder(night.district.files, night.district.clock, night.district.imports, "").next_due() == INT64_MAX);
}

TEST_CASE("while too many imports wait, the folder's waits as well") {
  Night night;
  night.write(small_district());
  for (int i = 0; i < 4; ++i) night.district.submit(small_district());
  for (int i = 0; i < 3; ++i) {
    night.district.clock.advance(kMinuteMs);
    night.watched.run_due(night.district.clock.wall_ms());
  }
  CHECK(must(night.district.imports.list("", 100)).imports.size() == 4);
  CHECK(night.minutes(6) == 5);
}

}  // namespace
}  // namespace rollcall::service
