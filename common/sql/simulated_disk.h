// A disk for tests and the simulation: fails when it is told to, and forgets at a power cut what was not
// synced.
//
//   SimulatedDisk disk;
//   FaultyVfs vfs(disk);
//   auto database = SqliteDatabase::open({.path = path, .vfs = vfs.name()});
//   …
//   disk.cut_power();      // nothing reaches the disk any more; close everything that is open
//   disk.restore_power();  // the files are now as a machine would find them after a power cut
//
// Names of files are taken to be durable at once; what is in them is so only after a sync of that file.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/base/random.h"
#include "common/base/result.h"
#include "common/sql/vfs_shim.h"

namespace rollcall::sql {

struct Fault {
  std::optional<Access::Operation> operation;  // absent: any
  std::int64_t nth = 1;                        // counted from when the fault is injected
  int code = 0;                                // SQLite's, extended
  bool lasting = false;                        // also every later access that matches
};

// Thread-safe.
class SimulatedDisk final : public Faults {
 public:
  SimulatedDisk() = default;
  ~SimulatedDisk() override;

  void inject(const Fault& fault);
  void heal();  // takes every fault away
  void set_full(bool full);
  void set_read_only(bool read_only);
  bool fault_happened() const;  // since the last inject()

  void cut_power();
  // Unsynced writes are gone; with `torn`, each of their 512-byte sectors has reached the disk by an even
  // chance instead. No file may be open. Errors: those of the file system.
  Result<> restore_power(Random* torn = nullptr);

  int before(const Access& access) override;

 private:
  struct Write {
    std::int64_t offset;
    std::string old_bytes;  // shorter than new_bytes where the file ended
    std::string new_bytes;
    std::int64_t old_size;
  };
  struct File {
    int fd = -1;
    std::vector<Write> unsynced;  // a truncation is a write without new bytes
  };

  int matching_fault(const Access& access);
  void remember(const Access& access);
  static Result<> rebuild(const std::string& path, File& file, Random* torn);

  mutable std::mutex mutex_;
  std::vector<Fault> faults_;
  bool full_ = false;
  bool read_only_ = false;
  bool powered_ = true;
  bool happened_ = false;
  std::map<std::string, File, std::less<>> files_;
};

}  // namespace rollcall::sql
