// SQLite's own file layer with two things added: page checksums, always, and faults, when a test asks.
//
// Checksums. Every page that is written to a database file is sealed (page_checksum.h) and every page read
// from it is compared. A page in the WAL is compared with the checksum that SQLite put into the frame's
// header but itself looks at only after a crash. A mismatch is SQLITE_IOERR_DATA, which the driver reports as
// corrupt. Files that are not made of sealed 4,096-byte pages cannot be opened through this layer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace rollcall::sql {

// The name of the layer without faults; registers it on first use. Thread-safe.
const std::string& checksum_vfs();

// One thing that SQLite is about to do to a file.
struct Access {
  enum class Operation { open, read, write, sync, truncate, remove };
  Operation operation;
  std::string_view path;
  std::int64_t offset = 0;             // of reads and writes; the new size of truncate
  std::int64_t size = 0;               // of reads and writes
  std::span<const std::byte> bytes{};  // of a write, as they reach the disk
};

// Decides over every access. Called on whatever thread SQLite runs on.
class Faults {
 public:
  virtual ~Faults() = default;
  // 0: go on. Otherwise the SQLite code that this access fails with (SQLITE_FULL, SQLITE_IOERR_FSYNC, …), and
  // it does not happen.
  virtual int before(const Access& access) = 0;
};

// A layer with faults, for as long as the object lives; no file may be open through it when it goes.
class FaultyVfs {
 public:
  explicit FaultyVfs(Faults& faults);
  ~FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  const std::string& name() const { return name_; }

 private:
  std::string name_;
  void* shim_;
};

}  // namespace rollcall::sql
