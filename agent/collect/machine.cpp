#include "agent/collect/machine.h"

#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>

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

Result<std::string> TreeMachine::read(std::string_view path, std::size_t limit) const {
  return files_.read(below_root(path), limit);
}

Result<std::vector<std::string>> TreeMachine::list(std::string_view path) const {
  auto names = TRY(files_.list(below_root(path)));
  if (names.size() > kMaxNames) names.resize(kMaxNames);
  return names;
}

bool TreeMachine::exists(std::string_view path) const {
  return access(below_root(path).c_str(), F_OK) == 0;
}

Result<std::string> TreeMachine::link_target(std::string_view path) const {
  const auto full = below_root(path);
  char target[4096];
  const ssize_t length = readlink(full.c_str(), target, sizeof target);
  if (length < 0 && errno == EINVAL) return fail(Errc::not_found, full + ": not a symbolic link");
  if (length < 0) return std::unexpected(system_error(errno, full));
  return std::string(target, static_cast<std::size_t>(length));
}

Result<std::int64_t> TreeMachine::modified_ms(std::string_view path) const {
  return TRY(files_.info(below_root(path))).modified_ms;
}

Result<Space> TreeMachine::space(std::string_view mount) const {
  const auto full = below_root(mount);
  struct statvfs status{};
  if (statvfs(full.c_str(), &status) != 0) return std::unexpected(system_error(errno, full));
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
