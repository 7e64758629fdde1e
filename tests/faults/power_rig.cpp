#include "tests/faults/power_rig.h"

#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <utility>
#include <vector>

#include "common/base/text.h"

namespace rollcall::faults {
namespace {

using e2e::Process;

constexpr std::int64_t kDiskBytes = 96 << 20;
constexpr std::int64_t kPatienceMs = 30'000;

// Runs a program to its end and returns what it said.
std::string run(const TemporaryFolder& folder, const std::vector<std::string>& words) {
  const std::string out = folder / "out", errors = folder / "errors";
  const SystemFiles files;
  std::filesystem::remove(errors);
  Process process(words, out, errors);
  if (process.wait() == 0) return files.read(out, 4'096).value_or("");
  throw std::runtime_error(words[0] + ": " + std::string(trim(files.read(errors, 4'096).value_or(""))));
}

}  // namespace

PowerRig::PowerRig(std::string mount_point) : mount_point_(std::move(mount_point)) {
  std::filesystem::create_directory(mount_point_);
  const std::string image = folder_ / "image";
  e2e::must(SystemFiles().write_atomic(image, "", 0600));
  std::filesystem::resize_file(image, kDiskBytes);
  run(folder_, {"mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", image});
  try {
    power_on();
  } catch (...) {
    power_off();
    throw;
  }
}

PowerRig::~PowerRig() { power_off(); }

void PowerRig::power_on() {
  const std::string socket = folder_ / "socket", window = folder_ / "window", log = folder_ / "log";
  std::filesystem::remove(socket);
  std::filesystem::create_directory(window);
  disk_ = std::make_unique<Process>(
      std::vector<std::string>{"nbdkit", "-f", "-U", socket, "--filter=cache", "file", folder_ / "image", "cache=writeback"},
      "/dev/null", log);
  const SystemClock clock;
  const auto wait_for = [&](const std::string& path, Process& process, const char* name) {
    const auto there = e2e::wait_until(clock, kPatienceMs, [&] { return std::filesystem::exists(path) || !process.runs(); });
    if (there && process.runs()) return;
    throw std::runtime_error(std::string(name) + ": " + std::string(trim(SystemFiles().read(log, 4'096).value_or(""))));
  };
  wait_for(socket, *disk_, "nbdkit");
  window_ = std::make_unique<Process>(std::vector<std::string>{"nbdfuse", window + "/disk", "--unix", socket}, "/dev/null", log);
  wait_for(window + "/disk", *window_, "nbdfuse");
  loop_ = std::string(trim(run(folder_, {"losetup", "--find", "--show", window + "/disk"})));
  mounted_ = ::mount(loop_.c_str(), mount_point_.c_str(), "ext4", MS_NOATIME, nullptr) == 0;
  if (!mounted_) throw std::runtime_error("mount: " + std::string(std::strerror(errno)));
  if (::chmod(mount_point_.c_str(), 0700) != 0) throw std::runtime_error("chmod: " + std::string(std::strerror(errno)));
}

void PowerRig::power_off() {
  const SystemClock clock;
  if (disk_ && disk_->runs()) disk_->signal(SIGCONT);
  if (std::exchange(mounted_, false)) {
    // Whoever was killed may need a moment to let go.
    e2e::wait_until(clock, kPatienceMs, [&] { return ::umount2(mount_point_.c_str(), 0) == 0 || errno != EBUSY; });
  }
  if (!loop_.empty()) run(folder_, {"losetup", "--detach", std::exchange(loop_, {})});
  if (window_) {
    const std::string window = folder_ / "window";
    e2e::wait_until(clock, kPatienceMs, [&] { return ::umount2(window.c_str(), 0) == 0 || errno != EBUSY; });
    window_->wait();
  }
  window_.reset();
  disk_.reset();
}

void PowerRig::freeze() { disk_->signal(SIGSTOP); }

void PowerRig::keep_what_arrived() {
  run(folder_, {"cp", "--sparse=always", folder_ / "image", folder_ / "kept"});
  disk_->signal(SIGCONT);
}

void PowerRig::restart() {
  power_off();
  std::filesystem::rename(folder_ / "kept", folder_ / "image");
  power_on();
}

}  // namespace rollcall::faults
