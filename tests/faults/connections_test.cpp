// Thousands of connections that cost their owners nothing: Debian's slowhttptest against the people's and the agents'
// door, and peers that vanish or never finish a handshake.
#include <arpa/inet.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "common/base/text.h"
#include "tests/e2e/virtual_laptop.h"
#include "tests/faults/rounds.h"

namespace rollcall::faults {
namespace {

using namespace rollcall::e2e;

constexpr const char* kSlowHttpTest = "/usr/bin/slowhttptest";
constexpr int kConnections = 4'000;
constexpr double kMaxRssMb = 256;
constexpr std::int64_t kAvailableMs = 10'000;  // a new connection's answer, on a busy machine

double resident_mb(pid_t pid) {
  // The kernel's files say 0 as their size, so they are not read through the seam.
  std::FILE* file = std::fopen(("/proc/" + std::to_string(pid) + "/statm").c_str(), "re");
  REQUIRE(file != nullptr);
  long total = 0, resident = 0;
  const int read = std::fscanf(file, "%ld %ld", &total, &resident);
  std::fclose(file);
  REQUIRE(read == 2);
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

std::ptrdiff_t sockets_of(pid_t pid) {
  std::filesystem::directory_iterator all("/proc/" + std::to_string(pid) + "/fd");
  return std::distance(begin(all), end(all));
}

void allow_many_files() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 20'000);
  ::setrlimit(RLIMIT_NOFILE, &limit);
  REQUIRE(limit.rlim_cur >= kConnections + 200);
}

struct Siege {
  std::ptrdiff_t most_sockets = 0;
  double most_mb = 0;
  std::int64_t slowest_ms = 0;
  int answers = 0, failures = 0;
};

// `kind`: slowhttptest's -H (headers), -B (bodies) or -X (reading).
Siege besiege(RunningServer& server, VirtualLaptop& laptop, const std::string& url, const std::string& kind) {
  const ServerHome& home = server.home;
  Process attacker({kSlowHttpTest, kind, "-c", std::to_string(kConnections), "-r", "1000", "-i", "5", "-l", "12", "-p", "5", "-u", url},
                   home.path("slow.out"), home.path("slow.err"));
  Siege siege;
  while (attacker.runs()) {
    siege.most_sockets = std::max(siege.most_sockets, sockets_of(server.pid()));
    siege.most_mb = std::max(siege.most_mb, resident_mb(server.pid()));
    const std::int64_t started = home.clock.monotonic_ms();
    // Each over a connection of its own, as a browser and a laptop that just came by.
    net::ClientRequest health;
    health.target = "/healthz";
    health.deadline_ms = kAvailableMs;
    const auto person = server.people_client()->send(health);
    laptop.reconnect();
    const auto report = laptop.report();
    const bool both = person && person->status == 200 && report && report->status == 200;
    ++(both ? siege.answers : siege.failures);
    siege.slowest_ms = std::max(siege.slowest_ms, home.clock.monotonic_ms() - started);
    pause_briefly();
  }
  std::printf("%s on %s: %td sockets at once, %.0f MB at most, %d answers, the slowest in %lld ms, %d not served\n", kind.c_str(),
              url.c_str(), siege.most_sockets, siege.most_mb, siege.answers, static_cast<long long>(siege.slowest_ms), siege.failures);
  return siege;
}

TEST_CASE("4,000 slow connections to a door keep nobody else out") {
  allow_many_files();
  ServerHome home;
  RunningServer server(home);
  VirtualLaptop laptop(server, server.enrolment_token(), "PF1ABCDE");
  const auto people = "https://127.0.0.1:" + std::to_string(server.people);
  const auto agents = "https://127.0.0.1:" + std::to_string(server.agents);
  struct Plan {
    std::string url, kind;
    bool holds;  // else the door refuses at once, by the head of the request
  };
  std::vector<Plan> plans = {{people + "/", "-H", true}, {agents + "/agent/v1/reports", "-H", true}};
  if (rounds() > 1) {
    plans.insert(plans.end(), {{people + "/api/v1/session", "-B", true},
                               {people + "/api/v1/devices", "-X", true},
                               {agents + "/agent/v1/enroll", "-B", true},
                               {agents + "/agent/v1/reports", "-B", false}});
  }
  for (const auto& [url, kind, holds] : plans) {
    const Siege siege = besiege(server, laptop, url, kind);
    CHECK(siege.failures == 0);
    CHECK(siege.answers > 0);
    // There was a siege at all.
    CHECK((siege.most_sockets > kConnections / 4) == holds);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    CHECK(siege.most_mb < kMaxRssMb);
#endif
  }
  CHECK(server.stop() == 0);
}

int connect_to(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(fd >= 0);
  REQUIRE(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  return fd;
}

TEST_CASE("half-open connections are given up by themselves, and those in use are not") {
  // A TLS record that announces more than ever comes; see RFC 8446, 5.1.
  constexpr unsigned char kHalfHello[] = {0x16, 0x03, 0x01, 0x02, 0x00, 0x01};
  constexpr int kEach = 100;
  allow_many_files();
  ServerHome home;
  RunningServer server(home);
  VirtualLaptop laptop(server, server.enrolment_token(), "PF1ABCDE");
  REQUIRE(laptop.report());
  const auto before = sockets_of(server.pid());
  std::vector<int> open;
  // In plain HTTP there is no handshake to wait for, only the 75 s of an idle connection.
  std::vector<std::uint16_t> ports = {server.people, server.agents};
  if (rounds() > 1) ports.push_back(server.probe);
  for (const auto port : ports) {
    for (int i = 0; i < kEach; ++i) {
      open.push_back(connect_to(port));
      if (i % 3 == 1) REQUIRE(::write(open.back(), kHalfHello, sizeof kHalfHello) == sizeof kHalfHello);
      if (i % 3 == 2) ::shutdown(open.back(), SHUT_WR);
    }
  }
  // They are there, which is what makes their end mean something: two thirds hold on.
  REQUIRE(wait_until(home.clock, 10'000, [&] { return sockets_of(server.pid()) >= before + kEach; }));
  const auto gone = wait_until(home.clock, 90'000, [&] { return sockets_of(server.pid()) <= before; });
  CHECK(gone);
  if (gone) std::printf("%zu half-open connections were given up within %lld ms\n", open.size(), static_cast<long long>(*gone));
  for (const int fd : open) ::close(fd);
  const auto answer = laptop.report();
  CHECK((answer && answer->status == 200));
  CHECK(server.stop() == 0);
}

}  // namespace
}  // namespace rollcall::faults

int main(int argc, char** argv) {
  if (::access(rollcall::faults::kSlowHttpTest, X_OK) != 0) {
    std::printf("slowhttptest is not installed\n");
    return 77;
  }
  return rollcall::faults::run_rounds(argc, argv, 1);
}
