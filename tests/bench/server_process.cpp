#include "tests/bench/server_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fstream>
#include <thread>

extern char** environ;

namespace rollcall::bench {
namespace {

constexpr int kWaits = 12'000;
constexpr std::chrono::milliseconds kWait{5};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool answers(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  const bool connected = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return connected;
}

}  // namespace

Result<std::unique_ptr<ServerProcess>> ServerProcess::start(const std::string& program, const std::string& config_path,
                                                            std::uint16_t agents_port, const std::string& log_path) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const char* const arguments[] = {program.c_str(), "serve", "--config", config_path.c_str(), nullptr};
  pid_t pid = 0;
  const int failed = posix_spawn(&pid, program.c_str(), &actions, nullptr, const_cast<char* const*>(arguments), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return fail(Errc::not_found, program + " cannot be started");
  std::unique_ptr<ServerProcess> process(new ServerProcess(pid));
  for (int i = 0; i < kWaits; ++i) {
    if (answers(agents_port)) return process;
    if (::waitpid(pid, nullptr, WNOHANG) == pid) {
      process->pid_ = 0;
      return fail(Errc::internal, "the server ended at once; see " + log_path);
    }
    std::this_thread::sleep_for(kWait);
  }
  return fail(Errc::timeout, "the server did not open its door; see " + log_path);
}

ServerProcess::~ServerProcess() {
  if (pid_ != 0) kill();
}

double ServerProcess::cpu_seconds() const {
  clockid_t clock{};
  timespec used{};
  if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &used) != 0) return 0;
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

double ServerProcess::rss_mb() const {
  std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024;
  }
  return 0;
}

Result<> ServerProcess::stop() {
  ::kill(pid_, SIGTERM);
  for (int i = 0; i < kWaits; ++i) {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = 0;
      if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
      return fail(Errc::internal, "the server ended with status " + std::to_string(status));
    }
    std::this_thread::sleep_for(kWait);
  }
  return fail(Errc::timeout, "the server did not stop");
}

void ServerProcess::kill() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

std::string config_of(const std::string& data, std::uint16_t agents_port, std::uint16_t people_port) {
  return fmt::format(R"(data: {0}
console: ""
log_level: warn
doors:
  people: {{address: 127.0.0.1, port: {2}}}
  agents: {{address: 127.0.0.1, port: {1}}}
  probe: {{address: 127.0.0.1, port: {3}}}
schools:
  - id: north
    name: North High
    ssids: [North-Student]
    networks: [127.0.0.0/8]
)",
                     data, agents_port, people_port, free_port());
}

Result<> raise_file_limit(std::size_t files) {
  rlimit allowed{};
  getrlimit(RLIMIT_NOFILE, &allowed);
  // Only a process with the right to may go over its hard limit.
  const rlimit wanted{std::max<rlim_t>(allowed.rlim_max, files), std::max<rlim_t>(allowed.rlim_max, files)};
  if (setrlimit(RLIMIT_NOFILE, &wanted) == 0) return {};
  return fail(Errc::unavailable, fmt::format("{} open files are needed and {} allowed; raise `ulimit -Hn` or take fewer "
                                             "laptops (--laptops)", files, allowed.rlim_max));
}

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  ::bind(fd, reinterpret_cast<const sockaddr*>(&address), size);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(fd);
  return ntohs(address.sin_port);
}

}  // namespace rollcall::bench
