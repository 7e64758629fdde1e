// What a computer loses when its power goes: a disk that forgets what was not synced, databases and other files alike.
// After cut_power() code that still runs finds a dead machine and changes nothing.
#pragma once

#include <cstdint>
#include <string>

#include "common/base/random.h"
#include "common/sql/simulated_disk.h"
#include "common/sql/vfs_shim.h"
#include "tests/sim/forgetful_files.h"

namespace rollcall::sim {

class Hardware {
 public:
  // `folder` exists; beside it an attic may be made.
  Hardware(std::string folder, Lie lie)
      : folder_(std::move(folder)), supply_(lie), files_(folder_ + ".attic", lie, [this] { return supply_.touch(); }) {}

  bool powered() const { return supply_.powered; }
  void cut_power();
  // In the middle of a write: the power goes when somebody is about to touch the disk for the nth time from now, a
  // database or any other file. 0 takes that back.
  void cut_power_at_access(std::int64_t nth) { supply_.fuse = nth; }
  // Nothing may be open. What was not synced is gone, or torn by `random`.
  Result<> restore_power(Random& random);

  void set_disk_full(bool full) { supply_.disk.set_full(full); }
  const std::string& folder() const { return folder_; }
  const std::string& vfs() const { return vfs_.name(); }
  Files& files() { return files_; }

 private:
  struct Supply final : sql::Faults {
    explicit Supply(Lie it) : lie(it) {}
    int before(const sql::Access& access) override;
    bool touch();  // an access; false: there is no power for it
    sql::SimulatedDisk disk;
    bool powered{true};
    Lie lie;
    std::int64_t fuse{};
  };
  std::string folder_;
  Supply supply_;
  sql::FaultyVfs vfs_{supply_};
  ForgetfulFiles files_;
};

}  // namespace rollcall::sim
