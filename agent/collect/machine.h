// The seam of the laptop itself: everything that a collector learns comes through a Machine, so that a
// folder of plain files can stand in for any model. Paths are the machine's own ("/sys/class/net"); only
// /sys, /proc, /etc, /run and /var are read, and nothing is ever written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/collect/command.h"
#include "agent/collect/nl80211.h"
#include "common/base/files.h"
#include "common/base/result.h"

namespace rollcall::collect {

// The programs that may be run. A new one is a new enumerator and a row in machine.cpp, never a string.
enum class Tool { smartctl };

struct Space {
  std::uint64_t size_bytes{};
  std::uint64_t free_bytes{};  // what an ordinary user can still write
};

// Thread-safe: a collector that hangs keeps its thread while the others go on.
class Machine {
 public:
  static constexpr std::size_t kReadLimit = 64 * 1024;

  virtual ~Machine() = default;
  // Errors: not_found, permission_denied, too_large, io (also a folder, or an attribute that its driver
  // does not answer).
  virtual Result<std::string> read(std::string_view path, std::size_t limit = kReadLimit) const = 0;
  // Names in a folder, sorted; at most kMaxNames of them. Errors: not_found, permission_denied, io.
  virtual Result<std::vector<std::string>> list(std::string_view path) const = 0;
  virtual bool exists(std::string_view path) const = 0;
  // The path that a symbolic link holds, as written. Errors: not_found (also for what is no link), io.
  virtual Result<std::string> link_target(std::string_view path) const = 0;
  virtual Result<std::int64_t> modified_ms(std::string_view path) const = 0;
  virtual Result<Space> space(std::string_view mount) const = 0;
  // Runs the tool without a shell, with a fixed environment, for at most kCommandTimeoutMs; then it and all
  // that it started are killed. Errors: not_found (not installed), timeout, too_large, unavailable, io.
  virtual Result<CommandOutput> run(Tool tool, const std::vector<std::string>& arguments) const = 0;
  // Empty when nothing is associated. Errors: not_found (a kernel without wireless), io.
  virtual Result<std::vector<WifiLink>> wifi_links() const = 0;

  static constexpr std::size_t kMaxNames = 4096;
  static constexpr std::size_t kMaxCommandOutput = 512 * 1024;
  static constexpr std::int64_t kCommandTimeoutMs = 5'000;
};

// Files below a root; what the two machines share. No link leads out of it: an absolute one starts at the root, as it
// would on the machine that the folder pretends to be.
class TreeMachine : public Machine {
 public:
  explicit TreeMachine(std::string root);
  Result<std::string> read(std::string_view path, std::size_t limit) const override;
  Result<std::vector<std::string>> list(std::string_view path) const override;
  bool exists(std::string_view path) const override;
  Result<std::string> link_target(std::string_view path) const override;
  Result<std::int64_t> modified_ms(std::string_view path) const override;
  Result<Space> space(std::string_view mount) const override;

 protected:
  std::string below_root(std::string_view path) const;

 private:
  struct Located;
  Result<Located> locate(std::string_view path, int flags = 0) const;

  std::string root_;  // without a slash at the end; empty for "/"
  SystemFiles files_;
};

// The laptop that this program runs on.
class SystemMachine final : public TreeMachine {
 public:
  SystemMachine() : TreeMachine("/") {}
  Result<CommandOutput> run(Tool tool, const std::vector<std::string>& arguments) const override;
  Result<std::vector<WifiLink>> wifi_links() const override;

 private:
  mutable Commands commands_;
};

// A folder that pretends to be a laptop: `--root DIR` and the tests. A tool's answer is read from
// DIR/commands/TOOL-LAST_ARGUMENT.json ("smartctl-nvme0n1.json"); what the kernel would answer to a call and
// no file can hold is in DIR/commands/machine.json:
//   {"space": {"/": {"size_bytes": 1, "free_bytes": 1}}, "modified_ms": {"/var/lib/dpkg/status": 1},
//    "wifi_links": [{"interface": "wlan0", "ssid": "…", "bssid": "…", "signal_dbm": -60, "rate_mbps":
//    866.7}]}
// A mount or file that is not listed there is asked of the folder's own file system.
class FixtureMachine final : public TreeMachine {
 public:
  explicit FixtureMachine(std::string root) : TreeMachine(std::move(root)) {}
  Result<std::int64_t> modified_ms(std::string_view path) const override;
  Result<Space> space(std::string_view mount) const override;
  Result<CommandOutput> run(Tool tool, const std::vector<std::string>& arguments) const override;
  Result<std::vector<WifiLink>> wifi_links() const override;
};

// Empty: this laptop; else the folder that pretends to be one.
std::shared_ptr<const Machine> machine_at(const std::string& root);

}  // namespace rollcall::collect
