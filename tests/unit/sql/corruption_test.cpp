#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <filesystem>
#include <random>

#include "common/sql/page_checksum.h"
#include "tests/temporary_folder.h"
#include "tests/unit/sql/sample.h"

using namespace rollcall;
using namespace rollcall::sql;

namespace {

constexpr int kRows = 400;
constexpr int kFlips = 1'000;

std::string text_of(std::int64_t number) {
  return std::string(50, 'a') + std::to_string(number * 7919);
}

void fill(Database& database) {
  REQUIRE(database.write([](Transaction& transaction) -> Result<> {
    for (int i = 0; i < kRows; ++i) TRY(sample::add(transaction, i, text_of(i)));
    return {};
  }));
}

// Every row as it was written; false when any of them reads differently.
Result<bool> reads_as_written(Snapshot& snapshot) {
  auto rows = TRY(snapshot.query("SELECT number, text FROM rows ORDER BY number"));
  std::int64_t next = 0;
  while (TRY(rows->next())) {
    if (rows->integer(0) != next || rows->text(1) != text_of(next)) return false;
    ++next;
  }
  return next == kRows;
}

class FlippableFile {
 public:
  explicit FlippableFile(const std::string& path) : fd_(::open(path.c_str(), O_RDWR | O_CLOEXEC)) {
    REQUIRE(fd_ >= 0);
  }
  FlippableFile(const FlippableFile&) = delete;
  FlippableFile& operator=(const FlippableFile&) = delete;
  ~FlippableFile() { close(fd_); }

  void flip(std::int64_t offset, int bit) {
    unsigned char byte = 0;
    REQUIRE(pread(fd_, &byte, 1, offset) == 1);
    byte = static_cast<unsigned char>(byte ^ (1u << bit));
    REQUIRE(pwrite(fd_, &byte, 1, offset) == 1);
  }

 private:
  int fd_;
};

struct Tally {
  int detected = 0;
  int wrong = 0;  // read without an error, and not what was written
};

}  // namespace

TEST_CASE("a thousand flipped bits in a database file are all detected") {
  TemporaryFolder folder;
  const std::string path = folder / "a.db";
  fill(*sample::open_with_table({.path = path}));
  const auto size = static_cast<std::int64_t>(std::filesystem::file_size(path));
  FlippableFile file(path);
  std::mt19937_64 random(7);
  Tally raw, read;
  for (int i = 0; i < kFlips; ++i) {
    const auto offset = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(size));
    const int bit = static_cast<int>(random() % 8);
    file.flip(offset, bit);
    raw.detected += verify_pages(path) ? 0 : 1;
    read.detected += check_integrity(path) ? 0 : 1;
    file.flip(offset, bit);
  }
  CHECK(raw.detected == kFlips);
  CHECK(read.detected == kFlips);
  CHECK(verify_pages(path));
  CHECK(check_integrity(path));
}

TEST_CASE("without checksums flipped bits are read as if they had been written") {
  TemporaryFolder folder;
  const std::string path = folder / "a.db";
  fill(*sample::open_with_table({.path = path, .vfs = "unix"}));
  const auto size = static_cast<std::int64_t>(std::filesystem::file_size(path));
  FlippableFile file(path);
  std::mt19937_64 random(7);
  Tally tally;
  for (int i = 0; i < 200; ++i) {
    const auto offset = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(size));
    const int bit = static_cast<int>(random() % 8);
    file.flip(offset, bit);
    {
      auto database = SqliteDatabase::open({.path = path, .create = false, .vfs = "unix"});
      const auto same = database ? (*database)->read(reads_as_written) : std::unexpected(database.error());
      if (!same) ++tally.detected;
      if (same && !*same) ++tally.wrong;
    }
    file.flip(offset, bit);
  }
  CHECK(tally.wrong > 100);
}

TEST_CASE("a thousand flipped bits in pages of the WAL never change what is read") {
  TemporaryFolder folder;
  const std::string path = folder / "a.db";
  const auto database = sample::open_with_table({.path = path});
  fill(*database);
  const std::int64_t frames = database->stats().wal_pages;
  FlippableFile file(path + "-wal");
  std::mt19937_64 random(11);
  Tally tally;
  for (int i = 0; i < kFlips; ++i) {
    const auto frame = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(frames));
    const auto at = static_cast<std::int64_t>(random() % kPageBytes);
    const std::int64_t offset = 32 + frame * (24 + kPageBytes) + 24 + at;
    const int bit = static_cast<int>(random() % 8);
    file.flip(offset, bit);
    const auto same = read_file(path, reads_as_written);
    if (!same) ++tally.detected;
    if (same && !*same) ++tally.wrong;
    file.flip(offset, bit);
  }
  // Frames that a later one replaces are never read.
  CHECK(tally.detected > kFlips / 3);
  CHECK(tally.wrong == 0);
}

TEST_CASE("a page at the wrong place is detected") {
  std::array<std::byte, kPageBytes> page{};
  page[100] = std::byte{7};
  seal_page(page, 5);
  CHECK(is_intact(page, 5));
  CHECK_FALSE(is_intact(page, 6));
  std::array<std::byte, kPageBytes> zeros{};
  CHECK_FALSE(is_intact(zeros, 1));
}

TEST_CASE("every single flipped bit of a page changes its sum") {
  std::array<std::byte, kPageBytes> page{};
  std::mt19937_64 random(3);
  for (auto& byte : page) byte = static_cast<std::byte>(random());
  seal_page(page, 9);
  int missed = 0;
  for (std::size_t bit = 0; bit < page.size() * 8; ++bit) {
    page[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
    missed += is_intact(page, 9) ? 1 : 0;
    page[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
  }
  CHECK(missed == 0);
}

TEST_CASE("pages that are changed again within one large transaction read back right") {
  TemporaryFolder folder;
  // A cache of 40 pages spills into the WAL long before the commit.
  const auto database = sample::open_with_table({.path = folder / "a.db", .cache_kib = 160});
  const auto written = database->write([](Transaction& transaction) -> Result<> {
    for (int round = 0; round < 4; ++round) {
      for (int i = 0; i < 3'000; ++i) {
        TRY(
            transaction.execute("INSERT INTO rows (number, text) VALUES ($1, $2) "
                                "ON CONFLICT (number) DO UPDATE SET text = excluded.text",
                                (i * 7919) % 3'000, std::string(100, static_cast<char>('a' + round))));
      }
    }
    return {};
  });
  INFO((written ? "" : written.error().message));
  REQUIRE(written);
  CHECK(check_integrity(folder / "a.db"));
  CHECK(database->checkpoint());
  CHECK(check_integrity(folder / "a.db"));
}
