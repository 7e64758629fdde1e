#include "tests/unit/net/fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

namespace rollcall::net {

constexpr int kPatienceMs = 20'000;  // a sanitizer on a busy machine takes its time

Response text_response(int status, std::string body) {
  Response response;
  response.status = status;
  response.headers.set("Content-Type", "text/plain");
  response.body = std::move(body);
  return response;
}

RouteHandler::RouteHandler() {
  routes["/"].handle = [](Request request, Reply reply) { reply(text_response(200, request.path)); };
  routes["/echo"].handle = [](Request request, Reply reply) { reply(text_response(200, std::move(request.body))); };
}

HttpHandler::Plan RouteHandler::plan(const RequestHead& head) {
  Plan plan;
  const auto route = routes.find(head.path);
  if (route == routes.end()) {
    plan.refusal = text_response(404, "no such path: " + head.path);
    return plan;
  }
  plan.body_limit = route->second.body_limit;
  plan.on_loop = route->second.on_loop;
  plan.spool_folder = route->second.spool_folder;
  if (route->second.refusal) plan.refusal = text_response(*route->second.refusal, "refused");
  return plan;
}

void RouteHandler::handle(Request request, Reply reply) {
  const auto& route = routes.at(request.path);
  route.handle(std::move(request), std::move(reply));
}

Response RouteHandler::refuse(int status, std::string_view reason) {
  return text_response(status, "refused: " + std::string(reason));
}

TestDoor::TestDoor(DoorLimits limits, std::unique_ptr<ServerTls> tls) : workers(2, 64) {
  DoorConfig config;
  config.limits = limits;
  config.tls = std::move(tls);
  open(std::move(config), own_handler, system_clock);
}

TestDoor::TestDoor(std::function<void(DoorConfig&)> change, RouteHandler& with_handler, const Clock& with_clock,
                   std::size_t worker_queue)
    : workers(1, worker_queue) {
  DoorConfig config;
  change(config);
  open(std::move(config), with_handler, with_clock);
}

void TestDoor::open(DoorConfig config, RouteHandler& with_handler, const Clock& with_clock) {
  config.name = "test";
  config.address = "127.0.0.1";
  auto started = HttpServer::start(running.loop, workers, with_clock, std::move(config), with_handler);
  REQUIRE(started);
  server = std::move(*started);
}

TestAuthority::TestAuthority() {
  const auto material = pki::CertificateAuthority::create("Test authority", clock_, random_);
  REQUIRE(material);
  auto opened = pki::CertificateAuthority::open(*material);
  REQUIRE(opened);
  authority_ = std::make_unique<pki::CertificateAuthority>(std::move(*opened));
}

TestAuthority::Identity TestAuthority::server(const std::vector<std::string>& names) const {
  const auto key = pki::PrivateKey::generate();
  const auto pem = authority_->issue_server(*key, names, clock_, random_);
  REQUIRE(pem);
  return {key->id(), *pem + authority_->certificate_pem(), *key->to_pem()};
}

TestAuthority::Identity TestAuthority::agent(std::string_view name, std::int64_t age_ms) const {
  const FakeClock then(clock_.wall_ms() - age_ms);
  const auto key = pki::PrivateKey::generate();
  const auto request = pki::parse_request_pem(*pki::make_request_pem(*key));
  REQUIRE(request);
  const auto pem = authority_->issue_agent(*request, name, then, random_);
  REQUIRE(pem);
  return {key->id(), *pem, *key->to_pem()};
}

std::unique_ptr<ServerTls> TestAuthority::door(bool tls13_only) const {
  const Identity identity = server({"localhost", "127.0.0.1"});
  auto tls = std::make_unique<ServerTls>();
  tls->certificate_chain_pem = identity.certificate_pem;
  tls->key_pem = identity.key_pem;
  tls->tls13_only = tls13_only;
  tls->client_authority_pem = pem();
  return tls;
}

std::unique_ptr<TlsHttpClient> open_client(std::uint16_t port, const TestAuthority& authority, const Clock& clock,
                                           const TestAuthority::Identity* identity, const std::string& host) {
  ClientConfig config;
  config.url = "https://" + host + ":" + std::to_string(port);
  config.authority_pem = authority.pem();
  if (identity != nullptr) {
    config.certificate_pem = identity->certificate_pem;
    config.key_pem = identity->key_pem;
  }
  auto client = TlsHttpClient::open(std::move(config), clock);
  REQUIRE(client);
  return std::move(*client);
}

ClientRequest get_request(std::string target, bool keep) {
  ClientRequest request;
  request.method = Method::get;
  request.target = std::move(target);
  request.deadline_ms = 10'000;
  request.keep_connection = keep;
  return request;
}

RawSocket::RawSocket(std::uint16_t port, const char* from) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  REQUIRE(::inet_pton(AF_INET, from, &address.sin_addr) == 1);
  REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
}

RawSocket::~RawSocket() { close(); }

void RawSocket::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void RawSocket::say(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

std::string RawSocket::hear(std::string_view needle) {
  for (;;) {
    if (!needle.empty()) {
      if (const auto at = heard_.find(needle); at != std::string::npos) {
        std::string out = heard_.substr(0, at + needle.size());
        heard_.erase(0, at + needle.size());
        return out;
      }
    }
    pollfd waiting{fd_, POLLIN, 0};
    char bytes[4096];
    if (::poll(&waiting, 1, kPatienceMs) <= 0) return std::exchange(heard_, {}) + "<silence>";
    const ssize_t got = ::recv(fd_, bytes, sizeof bytes, 0);
    if (got <= 0) return std::exchange(heard_, {});
    heard_.append(bytes, static_cast<std::size_t>(got));
  }
}

bool RawSocket::is_closed() { return hear().find("<silence>") == std::string::npos; }

std::string exchange(std::uint16_t port, std::string_view bytes) {
  RawSocket socket(port);
  socket.say(bytes);
  return socket.hear();
}

std::string body_of(const std::string& answer) {
  const auto at = answer.find("\r\n\r\n");
  return at == std::string::npos ? "no head" : answer.substr(at + 4);
}

bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < kPatienceMs / 10; ++i) {
    if (condition()) return true;
    ::poll(nullptr, 0, 10);
  }
  return false;
}

}  // namespace rollcall::net
