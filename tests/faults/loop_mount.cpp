#include "tests/faults/loop_mount.h"

#include <sys/mount.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "common/base/text.h"
#include "tests/e2e/server_process.h"

namespace rollcall::faults {
namespace {

constexpr std::int64_t kPatienceMs = 30'000;

std::runtime_error failed(const std::string& what) { return std::runtime_error(what + ": " + std::strerror(errno)); }

}  // namespace

std::string run_to_end(const std::vector<std::string>& words) {
  const TemporaryFolder folder;
  const std::string out = folder / "out", errors = folder / "errors";
  e2e::Process process(words, out, errors);
  const SystemFiles files;
  if (process.wait() == 0) return files.read(out, 4'096).value_or("");
  throw std::runtime_error(words[0] + ": " + std::string(trim(files.read(errors, 4'096).value_or(""))));
}

void LoopMount::format(const std::string& file, std::int64_t bytes) {
  must(SystemFiles().write_atomic(file, "", 0600));
  std::filesystem::resize_file(file, static_cast<std::uintmax_t>(bytes));
  run_to_end({"mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", file});
}

LoopMount::LoopMount(const std::string& file, std::string mount_point) : mount_point_(std::move(mount_point)) {
  std::filesystem::create_directory(mount_point_);
  loop_ = std::string(trim(run_to_end({"losetup", "--find", "--show", file})));
  mounted_ = ::mount(loop_.c_str(), mount_point_.c_str(), "ext4", MS_NOATIME, nullptr) == 0;
  if (mounted_ && ::chmod(mount_point_.c_str(), 0700) == 0) return;
  const auto error = failed(mounted_ ? "chmod" : "mount");
  unmount();
  throw error;
}

LoopMount::~LoopMount() { unmount(); }

void LoopMount::unmount() {
  if (std::exchange(mounted_, false)) {
    // Whoever was killed may need a moment to let go.
    const auto let_go = [&] { return ::umount2(mount_point_.c_str(), 0) == 0 || errno != EBUSY; };
    e2e::wait_until(SystemClock(), kPatienceMs, let_go);
  }
  e2e::Process({"losetup", "--detach", loop_}, "/dev/null", "/dev/null").wait();
}

void LoopMount::make_read_only() {
  if (::mount(loop_.c_str(), mount_point_.c_str(), "ext4", MS_REMOUNT, "abort") != 0) throw failed("remount,abort");
}

}  // namespace rollcall::faults
