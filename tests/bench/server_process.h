// The real rollcalld as a child process, and what the kernel says that it costs.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>

#include "common/base/result.h"

namespace rollcall::bench {

class ServerProcess {
 public:
  // Returns when the agents' door answers. Its log goes to `log_path`.
  static Result<std::unique_ptr<ServerProcess>> start(const std::string& program, const std::string& config_path,
                                                      std::uint16_t agents_port, const std::string& log_path);
  ~ServerProcess();

  double cpu_seconds() const;
  double rss_mb() const;
  // SIGTERM, then waits. Error: internal when it does not end well within a minute.
  Result<> stop();
  void kill();  // as a power cut would, but for the kernel's memory

 private:
  explicit ServerProcess(pid_t pid) : pid_(pid) {}
  pid_t pid_;
};

std::uint16_t free_port();

// A server.yaml for loopback: one school, whose network is loopback.
std::string config_of(const std::string& data, std::uint16_t agents_port, std::uint16_t people_port = free_port());

// For this process and those that it starts. Fails when the system allows fewer.
Result<> raise_file_limit(std::size_t files);

}  // namespace rollcall::bench
