#include "tests/faults/power_rig.h"

#include <signal.h>
#include <sys/mount.h>

#include <cerrno>
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

}  // namespace

PowerRig::PowerRig(std::string mount_point) : mount_point_(std::move(mount_point)) {
  LoopMount::format(folder_ / "image", kDiskBytes);
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
  mount_ = std::make_unique<LoopMount>(window + "/disk", mount_point_);
}

void PowerRig::power_off() {
  const SystemClock clock;
  if (disk_ && disk_->runs()) disk_->signal(SIGCONT);
  mount_.reset();
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
  run_to_end({"cp", "--sparse=always", folder_ / "image", folder_ / "kept"});
  disk_->signal(SIGCONT);
}

void PowerRig::restart() {
  power_off();
  std::filesystem::rename(folder_ / "kept", folder_ / "image");
  power_on();
}

}  // namespace rollcall::faults
