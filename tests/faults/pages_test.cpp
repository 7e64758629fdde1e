// Damaged pages: 10,000 flips in a server's database, all of them seen by the checksums when the file is read as a
// whole; without checksums most of them are not.
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "common/base/random.h"
#include "common/sql/page_checksum.h"
#include "common/sql/sqlite_driver.h"
#include "tests/faults/host.h"
#include "tests/temporary_folder.h"

namespace rollcall::faults {
namespace {

constexpr int kFlips = 10'000;
constexpr int kReadsThroughTheDriver = 500;
constexpr int kControlFlips = 1'000;

// A database as a server leaves it.
std::string make_database(const std::string& folder) {
  FakeClock clock;
  Host host(folder, clock);
  REQUIRE(host.start());
  const auto token = host.make_token();
  REQUIRE(token);
  for (int number = 1; number <= 4; ++number) {
    const auto laptop = host.enroll(*token, number);
    REQUIRE(laptop);
    for (std::uint64_t sequence = 1; sequence <= 100; ++sequence) {
      clock.advance(5 * kMinuteMs);
      REQUIRE(host.report(*laptop, sequence));
    }
  }
  host.core().finish();
  return host.core().folder->database();
}

// One damage to a file: a bit, a byte, or a burst within a sector; undone when it goes.
class Damage {
 public:
  Damage(int fd, std::int64_t size, Random& random) : fd_(fd), at_(static_cast<std::int64_t>(random.below(size))) {
    const std::uint64_t sort = random.below(3);
    const std::size_t longest = std::min<std::size_t>(sort == 2 ? 2 + random.below(62) : 1, static_cast<std::size_t>(size - at_));
    REQUIRE(pread(fd, old_, longest, at_) == static_cast<ssize_t>(longest));
    size_ = longest;
    unsigned char damaged[64];
    std::copy_n(old_, size_, damaged);
    for (std::size_t i = 0; i < size_; ++i) {
      const auto flip = static_cast<unsigned char>(sort == 0 ? 1u << random.below(8) : 1 + random.below(255));
      damaged[i] = static_cast<unsigned char>(damaged[i] ^ flip);
    }
    REQUIRE(pwrite(fd, damaged, size_, at_) == static_cast<ssize_t>(size_));
  }
  ~Damage() {
    if (pwrite(fd_, old_, size_, at_) != static_cast<ssize_t>(size_)) std::abort();
  }
  Damage(const Damage&) = delete;
  Damage& operator=(const Damage&) = delete;

 private:
  int fd_;
  std::int64_t at_;
  std::size_t size_{};
  unsigned char old_[64]{};
};

struct OpenFile {
  explicit OpenFile(const std::string& path)
      : fd(::open(path.c_str(), O_RDWR | O_CLOEXEC)), size(static_cast<std::int64_t>(std::filesystem::file_size(path))) {
    REQUIRE(fd >= 0);
  }
  ~OpenFile() { ::close(fd); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int fd;
  std::int64_t size;
};

struct CloseSqlite {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
using Plain = std::unique_ptr<sqlite3, CloseSqlite>;

Plain open_plain(const std::string& path) {
  sqlite3* handle = nullptr;
  REQUIRE(sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE, "unix") == SQLITE_OK);
  return Plain(handle);
}

// The same tables and rows on pages without the 8 bytes at their end.
void copy_without_checksums(const std::string& from, const std::string& to) {
  const Plain plain = open_plain(from);
  int reserved = 0;
  REQUIRE(sqlite3_file_control(plain.get(), "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved) == SQLITE_OK);
  REQUIRE(sqlite3_exec(plain.get(), ("VACUUM INTO '" + to + "'").c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
}

bool passes_integrity_check(const std::string& path) {
  const Plain plain = open_plain(path);
  bool ok = false;
  const auto see = [](void* all_well, int, char** columns, char**) {
    *static_cast<bool*>(all_well) = columns[0] != nullptr && std::string_view(columns[0]) == "ok";
    return 0;
  };
  return sqlite3_exec(plain.get(), "PRAGMA integrity_check(1)", see, &ok, nullptr) == SQLITE_OK && ok;
}

TEST_CASE("ten thousand flips in a server's database are all seen by the page checksums, and few without them") {
  const TemporaryFolder folder;
  const std::string path = make_database(folder.path());
  REQUIRE(sql::verify_pages(path));
  SeededRandom random(20);
  int seen = 0, seen_by_driver = 0;
  {
    const OpenFile file(path);
    for (int i = 0; i < kFlips; ++i) {
      const Damage damage(file.fd, file.size, random);
      seen += sql::verify_pages(path) ? 0 : 1;
      if (i < kReadsThroughTheDriver) seen_by_driver += sql::check_integrity(path) ? 0 : 1;
    }
  }
  CHECK(seen == kFlips);
  CHECK(seen_by_driver == kReadsThroughTheDriver);
  CHECK(sql::verify_pages(path));

  const std::string bare = folder / "bare.db";
  copy_without_checksums(path, bare);
  REQUIRE(passes_integrity_check(bare));
  int seen_bare = 0;
  {
    const OpenFile file(bare);
    for (int i = 0; i < kControlFlips; ++i) {
      const Damage damage(file.fd, file.size, random);
      seen_bare += passes_integrity_check(bare) ? 0 : 1;
    }
  }
  std::printf("%d of %d flips seen with checksums; without them %d of %d\n", seen, kFlips, seen_bare, kControlFlips);
  CHECK(seen_bare < kControlFlips / 2);
}

}  // namespace
}  // namespace rollcall::faults
