// A file system whose power can be cut: ext4 on a loop device, whose file nbdfuse shows and nbdkit serves from an
// image. nbdkit stands for the disk with its volatile cache: what is written waits there, and only a flush takes it
// to the image. To cut the power, nbdkit is stopped and the image copied; the copy is the disk after the restart.
#pragma once

#include <memory>
#include <string>

#include "tests/e2e/server_process.h"
#include "tests/faults/loop_mount.h"
#include "tests/temporary_folder.h"

namespace rollcall::faults {

class PowerRig {
 public:
  // Makes the disk and mounts it at `mount_point`, which is made when it is missing. Throws std::runtime_error where
  // this machine or account cannot do that; the text says why.
  explicit PowerRig(std::string mount_point);
  ~PowerRig();
  PowerRig(const PowerRig&) = delete;
  PowerRig& operator=(const PowerRig&) = delete;

  // From here on nothing reaches the disk, and whoever waits for it hangs. Now SIGKILL whoever uses the mount;
  // it ends during the next call.
  void freeze();
  // Keeps what the disk had got at freeze(), and lets the processes that hang there go.
  void keep_what_arrived();
  // Afterwards, when nobody uses the mount any more: mounts what was kept.
  void restart();

 private:
  void power_on();
  void power_off();

  TemporaryFolder folder_;
  std::string mount_point_;
  std::unique_ptr<e2e::Process> disk_, window_;
  std::unique_ptr<LoopMount> mount_;
};

}  // namespace rollcall::faults
