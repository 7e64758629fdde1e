// A folder that is gone when the test is over.
#pragma once

#include <filesystem>
#include <string>

#include "common/base/id.h"
#include "common/base/random.h"

namespace rollcall {

class TemporaryFolder {
 public:
  // On tmpfs where there is one: tests of stores make many small syncs.
  TemporaryFolder() {
    SystemRandom random;
    const std::filesystem::path root =
        std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path();
    path_ = (root / ("rollcall-test-" + make_uuid(random))).string();
    std::filesystem::create_directory(path_);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace rollcall
