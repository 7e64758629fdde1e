// What a computer loses when its power goes: a disk that forgets unsynced bytes, and files that cannot be
// reached any more. After cut_power() code that still runs finds a dead machine and changes nothing.
#pragma once

#include <cstdint>
#include <string>

#include "common/base/files.h"
#include "common/base/random.h"
#include "common/sql/simulated_disk.h"
#include "common/sql/vfs_shim.h"

namespace rollcall::sim {

class Hardware {
 public:
  // `folder` exists. With `lying`, the disk says that it has synced and has not: a control for the tests.
  Hardware(std::string folder, bool lying) : folder_(std::move(folder)), supply_(lying), files_(supply_) {}

  bool powered() const { return supply_.powered; }
  void cut_power();
  // In the middle of a write: the power goes when the database is about to touch the disk for the nth time
  // from now. 0 takes that back.
  void cut_power_at_access(std::int64_t nth) { supply_.fuse = nth; }
  // Nothing may be open. What was not synced is gone, or torn by `random`.
  Result<> restore_power(Random& random);

  void set_disk_full(bool full) { supply_.disk.set_full(full); }
  const std::string& folder() const { return folder_; }
  const std::string& vfs() const { return vfs_.name(); }
  Files& files() { return files_; }

 private:
  struct Supply final : sql::Faults {
    explicit Supply(bool lies) : lying(lies) {}
    int before(const sql::Access& access) override;
    sql::SimulatedDisk disk;
    bool powered{true};
    bool lying;
    std::int64_t fuse{};
  };
  // Files that hold what write_atomic() promises, while there is power.
  class PoweredFiles final : public Files {
   public:
    explicit PoweredFiles(const Supply& supply) : supply_(supply) {}
    Result<std::string> read(const std::string& path, std::size_t limit) const override;
    Result<> write_atomic(const std::string& path, std::string_view bytes, unsigned mode) override;
    Result<> remove(const std::string& path) override;
    Result<> rename(const std::string& from, const std::string& to) override;
    Result<> make_directories(const std::string& path, unsigned mode) override;
    Result<FileInfo> info(const std::string& path) const override;
    Result<std::vector<std::string>> list(const std::string& path) const override;

   private:
    Result<> check() const;
    const Supply& supply_;
    SystemFiles files_;
  };

  std::string folder_;
  Supply supply_;
  sql::FaultyVfs vfs_{supply_};
  PoweredFiles files_;
};

}  // namespace rollcall::sim
