// An ext4 file system in a file, mounted through a loop device for as long as the object lives.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rollcall::faults {

class LoopMount {
 public:
  static void format(const std::string& file, std::int64_t bytes);

  // Mounts it at `mount_point`, which is made when it is missing, mode 0700. Throws std::runtime_error where this
  // machine or account cannot do that; the text says why.
  LoopMount(const std::string& file, std::string mount_point);
  ~LoopMount();  // waits until nobody uses it
  LoopMount(const LoopMount&) = delete;
  LoopMount& operator=(const LoopMount&) = delete;

  // As ext4 does by itself when its journal fails: from here on nothing can be written, not by who has files open
  // either. Only another mount ends that.
  void make_read_only();

 private:
  void unmount();
  std::string mount_point_, loop_;
  bool mounted_{};
};

// Runs a program to its end and returns what it said. Throws std::runtime_error with its complaint when it fails.
std::string run_to_end(const std::vector<std::string>& words);

}  // namespace rollcall::faults
