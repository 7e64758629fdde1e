#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>

#include "tests/unit/net/fixture.h"

using namespace rollcall;
using namespace rollcall::net;

namespace {

// Accepts on loopback, and what it accepts is given to `serve` on a thread of its own.
class Listener {
 public:
  explicit Listener(std::function<void(int)> serve) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(fd_, 16) == 0);
    socklen_t size = sizeof address;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
    thread_ = std::jthread([this, serve = std::move(serve)] {
      for (;;) {
        const int accepted = ::accept(fd_, nullptr, nullptr);
        if (accepted < 0) return;
        serve(accepted);
        ::close(accepted);
      }
    });
  }
  ~Listener() {
    ::shutdown(fd_, SHUT_RDWR);
    thread_.join();
    ::close(fd_);
  }
  std::uint16_t port{};

 private:
  int fd_;
  std::jthread thread_;
};

std::string hear_head(int fd) {
  std::string head;
  char byte = 0;
  while (!head.ends_with("\r\n\r\n") && ::recv(fd, &byte, 1, 0) == 1) head += byte;
  return head;
}

void say(int fd, std::string_view text) { ::send(fd, text.data(), text.size(), MSG_NOSIGNAL); }

// Bytes in both directions until one side ends.
void relay(int a, int b) {
  pollfd both[] = {{a, POLLIN, 0}, {b, POLLIN, 0}};
  char bytes[4096];
  while (::poll(both, 2, 5000) > 0) {
    for (int i = 0; i < 2; ++i) {
      if (both[i].revents == 0) continue;
      const ssize_t got = ::recv(both[i].fd, bytes, sizeof bytes, 0);
      if (got <= 0) return;
      ::send(both[1 - i].fd, bytes, static_cast<std::size_t>(got), MSG_NOSIGNAL);
    }
  }
}

int connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  return fd;
}

std::unique_ptr<TlsHttpClient> plain_client(std::uint16_t port, const Clock& clock) {
  ClientConfig config;
  config.url = "http://127.0.0.1:" + std::to_string(port);
  config.allow_plain = true;
  auto client = TlsHttpClient::open(config, clock);
  REQUIRE(client);
  return std::move(*client);
}

Errc error_of(const Result<ClientResponse>& response) { return response ? Errc::internal : response.error().code; }

}  // namespace

TEST_CASE("a kept connection is used again, and a stale one replaced") {
  const TestAuthority authority;
  TestDoor door({}, authority.door());
  SystemClock clock;
  const auto client = open_client(door.server->port(), authority, clock);
  const auto first = client->send(get_request("/", true));
  REQUIRE(first);
  CHECK(first->timing.connect_ms);
  const auto second = client->send(get_request("/", true));
  REQUIRE(second);
  CHECK(!second->timing.connect_ms);
  CHECK(door.server->stats().connections_total == 1);
  CHECK(client->send(get_request("/", false)));
  CHECK(eventually([&] { return door.server->stats().connections_open == 0; }));

  // The server says close: the client does not try that connection again.
  DoorLimits limits;
  limits.requests_per_connection = 1;
  TestDoor one_each(limits, authority.door());
  const auto other = open_client(one_each.server->port(), authority, clock);
  CHECK(other->send(get_request("/", true)));
  CHECK(other->send(get_request("/", true)));
}

TEST_CASE("a body goes both ways, and one over the limit is refused") {
  const TestAuthority authority;
  TestDoor door({}, authority.door());
  SystemClock clock;
  const auto client = open_client(door.server->port(), authority, clock);
  ClientRequest request = get_request("/echo");
  request.method = Method::post;
  request.headers.set("Content-Type", "application/json");
  request.body = std::string(1000, 'r');
  const auto response = client->send(request);
  REQUIRE(response);
  CHECK(response->body == request.body);
  CHECK(response->headers.get("content-type") == "text/plain");
  request.body_limit = 999;
  CHECK(error_of(client->send(request)) == Errc::too_large);
  request.headers.set("X-Evil", "a\r\nHost: b");
  CHECK(error_of(client->send(request)) == Errc::invalid_argument);
}

TEST_CASE("the authority's fingerprint alone authenticates the first contact") {
  const TestAuthority authority, stranger;
  TestDoor door({}, authority.door());
  SystemClock clock;
  ClientConfig config;
  config.url = "https://127.0.0.1:" + std::to_string(door.server->port());
  config.authority_fingerprint = authority.fingerprint();
  auto client = TlsHttpClient::open(config, clock);
  REQUIRE(client);
  CHECK((*client)->send(get_request("/")));

  config.authority_fingerprint = stranger.fingerprint();
  const auto refused = (*TlsHttpClient::open(config, clock))->send(get_request("/"));
  REQUIRE(!refused);
  CHECK(refused.error().message.starts_with(kTlsIntercepted));

  // The right authority's certificate beside a leaf that it did not sign.
  auto forged = stranger.door();
  forged->certificate_chain_pem += authority.pem();
  TestDoor forger({}, std::move(forged));
  config.url = "https://127.0.0.1:" + std::to_string(forger.server->port());
  config.authority_fingerprint = authority.fingerprint();
  CHECK(error_of((*TlsHttpClient::open(config, clock))->send(get_request("/"))) == Errc::permission_denied);
}

TEST_CASE("a chain that is not ours is called interception, a wrong name is not") {
  const TestAuthority authority, stranger;
  TestDoor door({}, authority.door());
  SystemClock clock;
  const auto intercepted = open_client(door.server->port(), stranger, clock)->send(get_request("/"));
  REQUIRE(!intercepted);
  CHECK(intercepted.error().code == Errc::permission_denied);
  CHECK(intercepted.error().message.starts_with(kTlsIntercepted));

  auto elsewhere = authority.door();
  const auto identity = authority.server({"elsewhere.example", "10.9.9.9"});
  elsewhere->certificate_chain_pem = identity.certificate_pem;
  elsewhere->key_pem = identity.key_pem;
  TestDoor misnamed({}, std::move(elsewhere));
  for (const auto* host : {"localhost", "127.0.0.1"}) {
    const auto wrong = open_client(misnamed.server->port(), authority, clock, nullptr, host)->send(get_request("/"));
    REQUIRE(!wrong);
    CHECK(wrong.error().code == Errc::permission_denied);
    CHECK(wrong.error().message.find(kTlsIntercepted) == std::string::npos);
    CHECK(wrong.error().message.find("another name") != std::string::npos);
  }
}

TEST_CASE("a server that is not there, does not answer or is no server is told apart") {
  SystemClock clock;
  std::uint16_t free_port = 0;
  { free_port = Listener([](int) {}).port; }
  CHECK(error_of(plain_client(free_port, clock)->send(get_request("/"))) == Errc::unavailable);

  ClientConfig nowhere;
  nowhere.url = "https://no-such-host.invalid";
  CHECK(error_of((*TlsHttpClient::open(nowhere, clock))->send(get_request("/"))) == Errc::unavailable);

  Listener silent([](int fd) { hear_head(fd), relay(fd, fd); });
  ClientRequest hurried = get_request("/");
  hurried.deadline_ms = 100;
  CHECK(error_of(plain_client(silent.port, clock)->send(hurried)) == Errc::timeout);

  int asked = 0;
  ClientRequest patient = get_request("/");
  patient.give_up = [&asked] { return ++asked > 3; };
  CHECK(error_of(plain_client(silent.port, clock)->send(patient)) == Errc::timeout);
  CHECK(asked == 4);
  const TestAuthority unheard;
  CHECK(error_of(open_client(silent.port, unheard, clock)->send(patient)) == Errc::timeout);
  patient.give_up = [] { return false; };
  Listener slow([](int fd) {
    hear_head(fd);
    pollfd nothing{fd, 0, 0};
    ::poll(&nothing, 1, 250);
    say(fd, "HTTP/1.1 204 No Content\r\n\r\n");
  });
  CHECK(plain_client(slow.port, clock)->send(patient)->status == 204);

  Listener other([](int fd) { hear_head(fd), say(fd, "SSH-2.0-x\r\n\r\n"); });
  CHECK(error_of(plain_client(other.port, clock)->send(get_request("/"))) == Errc::io);

  Listener quitter([](int fd) { hear_head(fd), say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"); });
  CHECK(error_of(plain_client(quitter.port, clock)->send(get_request("/"))) == Errc::io);

  Listener no_tls([](int fd) { say(fd, "HTTP/1.1 400 Bad Request\r\n\r\n"); });
  const TestAuthority authority;
  CHECK(error_of(open_client(no_tls.port, authority, clock)->send(get_request("/"))) == Errc::io);
}

TEST_CASE("a proxy is asked to connect, and its refusal is named") {
  const TestAuthority authority;
  TestDoor door({}, authority.door());
  SystemClock clock;
  std::atomic<int> asked{};
  Listener proxy([&](int fd) {
    const std::string head = hear_head(fd);
    if (head.starts_with("CONNECT localhost:" + std::to_string(door.server->port()) + " HTTP/1.1\r\n")) ++asked;
    say(fd, "HTTP/1.1 200 Connection established\r\n\r\n");
    const int server = connect_to(door.server->port());
    relay(fd, server);
    ::close(server);
  });
  Listener refusing([](int fd) { hear_head(fd), say(fd, "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"); });
  ClientConfig config;
  config.url = "https://localhost:" + std::to_string(door.server->port());
  config.authority_pem = authority.pem();
  config.proxy = "http://127.0.0.1:" + std::to_string(proxy.port);
  CHECK((*TlsHttpClient::open(config, clock))->send(get_request("/")));
  CHECK(asked == 1);
  config.proxy = "http://127.0.0.1:" + std::to_string(refusing.port);
  const auto refused = (*TlsHttpClient::open(config, clock))->send(get_request("/"));
  REQUIRE(!refused);
  CHECK(refused.error().code == Errc::unavailable);
  CHECK(refused.error().message.find("407") != std::string::npos);
}

TEST_CASE("a client is not opened with an address or a trust that makes no sense") {
  SystemClock clock;
  const TestAuthority authority;
  ClientConfig config;
  config.url = "http://127.0.0.1:1";
  CHECK(!TlsHttpClient::open(config, clock));  // plain only where it is allowed
  config.url = "https://127.0.0.1:1";
  config.authority_pem = "not PEM";
  CHECK(!TlsHttpClient::open(config, clock));
  config.authority_pem = authority.pem();
  config.authority_fingerprint = authority.fingerprint();
  CHECK(!TlsHttpClient::open(config, clock));
  config.authority_fingerprint.reset();
  config.certificate_pem = authority.pem();
  config.key_pem = authority.agent("x").key_pem;
  CHECK(!TlsHttpClient::open(config, clock));
}
