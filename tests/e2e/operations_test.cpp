// What an operator relies on: metrics, health, and a server that stays reachable when thousands only hold a
// connection.
#include <arpa/inet.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>

#include "common/base/text.h"
#include "tests/e2e/virtual_laptop.h"

namespace rollcall::e2e {
namespace {

double metric(const std::string& page, const std::string& name) {
  const auto at = page.find("\n" + name + " ");
  if (at == std::string::npos) return -1;
  const auto begin = at + name.size() + 2;
  return parse_number<double>(page.substr(begin, page.find('\n', begin) - begin)).value_or(-1);
}

TEST_CASE("4,000 idle connections leave the server reachable") {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 6'000);
  ::setrlimit(RLIMIT_NOFILE, &limit);
  const std::size_t wanted = limit.rlim_cur >= 4'200 ? 4'000 : limit.rlim_cur - 200;
  ServerHome home;
  RunningServer server(home);
  VirtualLaptop laptop(server, server.enrolment_token(), "PF1ABCDE");
  const auto token = std::string(trim(must(home.files.read(home.data("metrics.token"), 100))));
  std::vector<int> idle;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(server.agents);
  while (idle.size() < wanted) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) break;
    idle.push_back(fd);
  }
  CHECK(idle.size() == wanted);
  CHECK(must(laptop.report()).status == 200);
  laptop.reconnect();
  CHECK(must(laptop.report()).status == 200);
  CHECK(server.get("/healthz").status == 200);
  const auto page = server.get("/metrics", token).text;
  WARN(idle.size() << " idle connections, resident memory "
                   << metric(page, "rollcall_resident_memory_bytes") / (1 << 20) << " MiB");
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  CHECK(metric(page, "rollcall_resident_memory_bytes") < 256.0 * (1 << 20));
#endif
  for (const int fd : idle) ::close(fd);
}

TEST_CASE("the probe's door says 204 in plain HTTP, and nothing else") {
  ServerHome home;
  RunningServer server(home);
  net::ClientConfig config;
  config.url = "http://127.0.0.1:" + std::to_string(server.probe);
  config.allow_plain = true;
  auto client = must(net::TlsHttpClient::open(config, home.clock));
  net::ClientRequest request;
  request.target = "/generate_204";
  const auto clear = must(client->send(request));
  CHECK(clear.status == 204);
  CHECK(clear.body.empty());
  request.target = "/healthz";
  CHECK(must(client->send(request)).status == 404);
}

TEST_CASE("the people's door speaks no plain HTTP and the doors keep to themselves") {
  ServerHome home;
  RunningServer server(home);
  const auto admin = server.admin_token();
  net::ClientConfig config;
  config.url = "http://127.0.0.1:" + std::to_string(server.people);
  config.allow_plain = true;
  net::ClientRequest request;
  request.target = "/healthz";
  request.deadline_ms = 5'000;
  const auto plain = must(net::TlsHttpClient::open(config, home.clock))->send(request);
  CHECK((!plain || plain->status >= 400));
  CHECK(server.send(net::Method::post, "/agent/v1/enroll", "{}", admin).status == 404);
  auto agents = agents_client(server, server.get("/ca.pem").text, "", "");
  request.target = "/api/v1/devices";
  request.headers.set("Authorization", "Bearer " + admin);
  CHECK(must(agents->send(request)).status == 404);
}

TEST_CASE("the metrics say what an operator must not miss") {
  ServerHome home;
  RunningServer server(home);
  VirtualLaptop laptop(server, server.enrolment_token(), "PF1ABCDE");
  REQUIRE(must(laptop.report()).status == 200);
  const auto token = std::string(trim(must(home.files.read(home.data("metrics.token"), 100))));
  const auto value = [&](const std::string& name) { return metric(server.get("/metrics", token).text, name); };
  CHECK(wait_until(home.clock, 60'000, [&] { return value("rollcall_state_writes_total") >= 1; }));
  for (const char* name : {"rollcall_state_write_failures_total", "rollcall_off_campus_stripped_total",
                           "rollcall_sequence_resets_total", "rollcall_fleet_replayed_reports"}) {
    INFO(name);
    CHECK(value(name) == 0);
  }
  CHECK(value("rollcall_fleet_load_seconds") >= 0);
  CHECK(value("rollcall_device_texts") >= 1);
  CHECK(value("rollcall_request_heads_total{door=\"agents\"}") >= 2);
}

TEST_CASE("a metrics page that anybody could read is none") {
  ServerHome home;
  RunningServer server(home);
  CHECK(server.get("/metrics").status == 401);
  CHECK(server.get("/metrics", server.admin_token()).status == 401);
}

}  // namespace
}  // namespace rollcall::e2e
