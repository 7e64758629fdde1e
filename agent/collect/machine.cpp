#include "agent/collect/machine.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "common/base/descriptor.h"

namespace rollcall::collect {
namespace {

const char* program_of(Tool tool) {
  switch (tool) {
    case Tool::smartctl:
      return "/usr/sbin/smartctl";
  }
  return "";
}

}  // namespace

TreeMachine::TreeMachine(std::string root) : root_(std::move(root)) {
  while (root_.ends_with('/')) root_.pop_back();
}

std::string TreeMachine::below_root(std::string_view path) const {
  return root_ + std::string(path);
}

// Where to open what is below the root: a path of the kernel's own for what `fd` has found already.
struct TreeMachine::Located {
  std::string path;
  std::unique_ptr<Descriptor> fd{};  // null: the machine's own root
};

Result<TreeMachine::Located> TreeMachine::locate(std::string_view path, int flags) const {
  auto full = below_root(path);
  if (root_.empty()) return Located{std::move(full)};
  const Descriptor root(::open(root_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (root.get() < 0) return std::unexpected(system_error(errno, root_));
  open_how how{};
  how.flags = static_cast<std::uint64_t>(O_PATH | O_CLOEXEC | flags);
  how.resolve = RESOLVE_IN_ROOT;
  auto fd = std::make_unique<Descriptor>(static_cast<int>(
      ::syscall(SYS_openat2, root.get(), std::string(path).c_str(), &how, sizeof how)));
  if (fd->get() < 0) return std::unexpected(system_error(errno, full));
  auto found = "/proc/self/fd/" + std::to_string(fd->get());
  return Located{std::move(found), std::move(fd)};
}

Result<std::string> TreeMachine::read(std::string_view path, std::size_t limit) const {
  const auto found = TRY(locate(path));
  return files_.read(found.path, limit);
}

Result<std::vector<std::string>> TreeMachine::list(std::string_view path) const {
  const auto found = TRY(locate(path));
  auto names = TRY(files_.list(found.path));
  if (names.size() > kMaxNames) names.resize(kMaxNames);
  return names;
}

bool TreeMachine::exists(std::string_view path) const {
  const auto found = locate(path);
  return found && access(found->path.c_str(), F_OK) == 0;
}

Result<std::string> TreeMachine::link_target(std::string_view path) const {
  const auto found = TRY(locate(path, O_NOFOLLOW));
  char target[4096];
  const ssize_t length = found.fd ? readlinkat(found.fd->get(), "", target, sizeof target)
                                  : readlink(found.path.c_str(), target, sizeof target);
  if (length < 0 && (errno == EINVAL || errno == ENOENT)) {
    return fail(Errc::not_found, below_root(path) + ": not a symbolic link");
  }
  if (length < 0) return std::unexpected(system_error(errno, below_root(path)));
  return std::string(target, static_cast<std::size_t>(length));
}

Result<std::int64_t> TreeMachine::modified_ms(std::string_view path) const {
  const auto found = TRY(locate(path));
  return TRY(files_.info(found.path)).modified_ms;
}

Result<Space> TreeMachine::space(std::string_view mount) const {
  const auto found = TRY(locate(mount));
  struct statvfs status{};
  if (statvfs(found.path.c_str(), &status) != 0) return std::unexpected(system_error(errno, below_root(mount)));
  return Space{std::uint64_t{status.f_blocks} * status.f_frsize,
               std::uint64_t{status.f_bavail} * status.f_frsize};
}

std::shared_ptr<const Machine> machine_at(const std::string& root) {
  if (root.empty()) return std::make_shared<SystemMachine>();
  return std::make_shared<FixtureMachine>(root);
}

Result<CommandOutput> SystemMachine::run(Tool tool, const std::vector<std::string>& arguments) const {
  return commands_.run(program_of(tool), arguments, CommandLimits{kCommandTimeoutMs, kMaxCommandOutput});
}

Result<std::vector<WifiLink>> SystemMachine::wifi_links() const {
  return read_wifi_links();
}

}  // namespace rollcall::collect
