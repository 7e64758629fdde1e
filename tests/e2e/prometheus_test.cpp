// The metrics in Debian's own Prometheus; a program of its own, because it is skipped where that is not installed.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>

#include "tests/e2e/virtual_laptop.h"
#include "tests/run_tests.h"

namespace rollcall::e2e {
namespace {

constexpr const char* kPrometheus = "/usr/bin/prometheus";

// A port that was free a moment ago.
std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(fd, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(fd);
  return ntohs(address.sin_port);
}

TEST_CASE("Debian's Prometheus scrapes the metrics") {
  ServerHome home;
  RunningServer server(home);
  VirtualLaptop laptop(server, server.enrolment_token(), "PF1ABCDE");
  REQUIRE(must(laptop.report()).status == 200);
  must(home.files.write_atomic(home.path("prometheus.yml"),
                               "global: {scrape_interval: 1s}\nscrape_configs:\n- job_name: rollcall\n  scheme: https\n"
                               "  authorization: {credentials_file: " + home.data("metrics.token") + "}\n"
                               "  tls_config: {ca_file: " + home.data("ca.pem") + ", server_name: localhost}\n"
                               "  static_configs: [{targets: ['127.0.0.1:" + std::to_string(server.people) + "']}]\n",
                               0600));
  const auto port = free_port();
  Process prometheus({kPrometheus, "--config.file=" + home.path("prometheus.yml"),
                      "--storage.tsdb.path=" + home.path("tsdb"),
                      "--web.listen-address=127.0.0.1:" + std::to_string(port)},
                     home.path("prometheus.out"), home.path("prometheus.log"));
  net::ClientConfig config;
  config.url = "http://127.0.0.1:" + std::to_string(port);
  config.allow_plain = true;
  auto client = must(net::TlsHttpClient::open(config, home.clock));
  net::ClientRequest request;
  request.target = "/api/v1/query?query=rollcall_reports_accepted_total";
  request.deadline_ms = 5'000;
  std::string last;
  const auto scraped = wait_until(home.clock, 60'000, [&] {
    const auto response = client->send(request);
    if (response) last = response->body;
    return response && response->status == 200 && response->body.find("\"1\"") != std::string::npos;
  });
  INFO(last);
  CHECK(scraped);
  request.target = "/api/v1/targets";
  const auto targets = must(client->send(request)).body;
  CHECK_THAT(targets, Catch::Contains("\"health\":\"up\""));
}

}  // namespace
}  // namespace rollcall::e2e

int main(int argc, char** argv) {
  if (::access(rollcall::e2e::kPrometheus, X_OK) != 0) {
    std::printf("prometheus is not installed\n");
    return 77;
  }
  return rollcall::run_tests(argc, argv);
}
