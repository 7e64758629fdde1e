#include "tests/bench/agent/far_end.h"

#include <arpa/inet.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <new>

#include "common/base/check.h"
#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/net/http_server.h"
#include "common/wire/codec.h"
#include "common/wire/limits.h"

namespace rollcall::bench {

namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int listen_on(std::uint16_t& port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address = loopback(port);
  CHECK(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  CHECK(listen(listener, 16) == 0);
  socklen_t size = sizeof address;
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  port = ntohs(address.sin_port);
  return listener;
}

// Accepts every report, as rollcalld answers in a calm hour.
class AcceptAll final : public net::HttpHandler {
 public:
  Plan plan(const net::RequestHead&) override { return {.body_limit = wire::kMaxBodyBytes, .on_loop = true}; }
  void handle(net::Request request, net::Reply reply) override {
    net::Response response;
    const auto message = wire::decode_check_in(request.body);
    if (!message || !message->rejected.empty()) {
      response.status = 400;
      return reply(std::move(response));
    }
    wire::CheckInReply answer;
    for (const auto& report : message->message.reports) answer.accepted.push_back({report.sequence, report.sequence});
    // The agent's clock is stepped; a real server's goes along with it.
    answer.server_ms = message->message.sent_wall_ms;
    // As a server with time on its hands: whoever has more to bring comes at once.
    answer.next_check_in_s = message->message.waiting == 0 ? 300 : 1;
    answer.keep_connection = message->message.waiting != 0;
    answer.credit = 512;
    response.headers.set("Content-Type", "application/json");
    response.body = wire::encode(answer);
    reply(std::move(response));
  }
  net::Response refuse(int status, std::string_view) override {
    net::Response response;
    response.status = status;
    return response;
  }
};

[[noreturn]] void serve(const pki::CertificateAuthority& authority, int tell_port) {
  const SystemClock clock;
  SystemRandom random;
  const auto key = pki::PrivateKey::generate();
  net::DoorConfig config;
  config.name = "agents";
  config.address = "127.0.0.1";
  config.tls = std::make_unique<net::ServerTls>();
  config.tls->certificate_chain_pem = *authority.issue_server(*key, {"127.0.0.1"}, clock, random);
  config.tls->key_pem = *key->to_pem();
  config.tls->tls13_only = true;
  config.tls->client_authority_pem = authority.certificate_pem();
  net::Loop loop;
  net::WorkerPool workers(1, 16);
  AcceptAll handler;
  const auto server = net::HttpServer::start(loop, workers, clock, std::move(config), handler);
  CHECK(server.has_value());
  const std::uint16_t port = (*server)->port();
  CHECK(write(tell_port, &port, sizeof port) == sizeof port);
  loop.run();
  _exit(0);
}

void carry(int from, int to, WireCount& wire, bool& open) {
  char bytes[16 * 1024];
  const ssize_t count = read(from, bytes, sizeof bytes);
  if (count <= 0) {
    shutdown(to, SHUT_WR);
    open = false;
    return;
  }
  wire.payload_bytes += static_cast<std::uint64_t>(count);
  if (write(to, bytes, static_cast<std::size_t>(count)) != count) open = false;
}

[[noreturn]] void relay(int listener, std::uint16_t server_port, WireCount& wire) {
  for (;;) {
    const int agent = accept(listener, nullptr, nullptr);
    if (agent < 0) _exit(0);
    const int server = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = loopback(server_port);
    CHECK(connect(server, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    ++wire.connections;
    bool up = true, down = true;
    while (up || down) {
      pollfd polled[2] = {{up ? agent : -1, POLLIN, 0}, {down ? server : -1, POLLIN, 0}};
      if (poll(polled, 2, 10'000) <= 0) break;
      if (polled[0].revents != 0) carry(agent, server, wire, up);
      if (polled[1].revents != 0) carry(server, agent, wire, down);
    }
    tcp_info info{};
    socklen_t size = sizeof info;
    if (getsockopt(agent, IPPROTO_TCP, TCP_INFO, &info, &size) == 0) {
      wire.segments += info.tcpi_segs_in + info.tcpi_segs_out;
    }
    close(agent);
    close(server);
  }
}

void end(pid_t& process) {
  if (process > 0) {
    kill(process, SIGKILL);
    waitpid(process, nullptr, 0);
  }
  process = -1;
}

}  // namespace

FarEnd::FarEnd(const pki::CertificateAuthority& authority) {
  signal(SIGPIPE, SIG_IGN);
  void* shared = mmap(nullptr, sizeof(WireCount), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHECK(shared != MAP_FAILED);
  wire_ = new (shared) WireCount;
  int ends[2];
  CHECK(pipe(ends) == 0);
  server_ = fork();
  CHECK(server_ >= 0);
  if (server_ == 0) serve(authority, ends[1]);
  CHECK(read(ends[0], &server_port_, sizeof server_port_) == sizeof server_port_);
  close(ends[0]);
  close(ends[1]);
  plug_in();
}

FarEnd::~FarEnd() {
  end(relay_);
  end(server_);
}

void FarEnd::plug_in() {
  listener_ = listen_on(port_);
  relay_ = fork();
  CHECK(relay_ >= 0);
  if (relay_ == 0) relay(listener_, server_port_, *wire_);
  close(listener_);
}

void FarEnd::pull_the_plug() { end(relay_); }

}  // namespace rollcall::bench
