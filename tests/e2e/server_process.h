// A real rollcalld in a folder of its own, on free ports of the loopback, killed when it goes out of scope.
#pragma once

#include <sys/types.h>

#include <boost/json.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/files.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/net/http_client.h"
#include "tests/must.h"
#include "tests/temporary_folder.h"

namespace rollcall::e2e {

struct Ended {
  int exit_code;  // 128 + n when signal n ended it
  std::string output, errors;
};

// A child with its two outputs in files.
class Process {
 public:
  Process(const std::vector<std::string>& words, const std::string& output, const std::string& errors,
          const std::vector<std::string>& environment = {});
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();  // kills it when it still runs

  void signal(int number) const;
  int wait();  // its exit code, after at most a minute
  bool runs();
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_{};
  int exit_code_{-1};
};

// What systemd listens to: "READY=1", "WATCHDOG=1".
class NotifySocket {
 public:
  explicit NotifySocket(const std::string& path);
  ~NotifySocket();
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;
  std::string hear() const;  // waits 20 ms; empty: nothing

 private:
  int fd_;
};

class ServerHome {
 public:
  ServerHome() { write_config(""); }

  // `more` is appended to a configuration with free ports.
  void write_config(const std::string& more, const std::string& ports = "port: 0");
  // Runs rollcalld with these words and this home's --config to its end.
  Ended run(std::vector<std::string> words) const;

  std::string path(const std::string& name) const { return folder / name; }
  std::string data(const std::string& name) const { return folder / ("data/" + name); }

  TemporaryFolder folder;
  mutable SystemFiles files;
  SystemClock clock;
  SystemRandom random;
};

struct Reply {
  int status{};
  std::string text;
  net::Headers headers;

  boost::json::value json() const { return boost::json::parse(text); }
};

class RunningServer {
 public:
  // Returns when systemd would be told READY=1.
  explicit RunningServer(ServerHome& home);
  ~RunningServer();  // SIGTERM when it still runs; checks how it ended

  int stop();  // SIGTERM; its exit code
  void kill_hard();
  void start_again();  // after either; on other ports
  void signal(int number) const { process_->signal(number); }
  std::string log() const;
  pid_t pid() const { return process_->pid(); }

  std::string people_url() const { return "https://localhost:" + std::to_string(people); }
  std::string agents_url() const { return "https://localhost:" + std::to_string(agents); }
  std::unique_ptr<net::TlsHttpClient> people_client() const;

  // Over a connection that stays open.
  Reply send(net::Method method, const std::string& target, const std::string& body = {}, const std::string& token = {});
  Reply get(const std::string& target, const std::string& token = {}) { return send(net::Method::get, target, {}, token); }

  std::string admin_token();       // a bearer token of an administrator
  std::string enrolment_token();   // its text

  std::uint16_t people{}, agents{}, probe{};
  ServerHome& home;

 private:
  void start();
  void read_ports();
  std::unique_ptr<Process> process_;
  std::unique_ptr<net::TlsHttpClient> client_;
  std::string admin_token_;
};

// Asks until `done` or `limit_ms` are over; the time that it took, or nothing.
template <class Done>
std::optional<std::int64_t> wait_until(const Clock& clock, std::int64_t limit_ms, Done done);
void pause_briefly();  // 10 ms

template <class Done>
std::optional<std::int64_t> wait_until(const Clock& clock, std::int64_t limit_ms, Done done) {
  const auto start = clock.monotonic_ms();
  while (true) {
    if (done()) return clock.monotonic_ms() - start;
    if (clock.monotonic_ms() - start > limit_ms) return std::nullopt;
    pause_briefly();
  }
}

}  // namespace rollcall::e2e
