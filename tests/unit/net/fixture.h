// A door on loopback with a handler of lambdas, certificates for both sides, and a socket that says exactly
// what a test wants said.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "common/base/clock.h"
#include "common/base/pki.h"
#include "common/base/random.h"
#include "common/net/http_client.h"
#include "common/net/http_server.h"

namespace rollcall::net {

// Runs a Loop on a thread of its own.
class RunningLoop {
 public:
  RunningLoop() : thread_([this] { loop.run(); }) {}
  ~RunningLoop() { loop.stop(); }
  Loop loop;

 private:
  std::jthread thread_;
};

struct Route {
  std::function<void(Request, Reply)> handle;
  bool on_loop{true};
  std::size_t body_limit{1024};
  std::optional<int> refusal{};
  std::string spool_folder{};
};

class RouteHandler final : public HttpHandler {
 public:
  RouteHandler();
  std::map<std::string, Route> routes;  // set up before the door opens
  Plan plan(const RequestHead& head) override;
  void handle(Request request, Reply reply) override;
  Response refuse(int status, std::string_view reason) override;
};

// A body is the path for "/", "/echo" gives the request's body back.
struct TestDoor {
  explicit TestDoor(DoorLimits limits = {}, std::unique_ptr<ServerTls> tls = nullptr);
  // With other parts of the configuration changed by `change`.
  TestDoor(std::function<void(DoorConfig&)> change, RouteHandler& with_handler, const Clock& with_clock,
           std::size_t worker_queue = 64);
  void open(DoorConfig config, RouteHandler& with_handler, const Clock& with_clock);

  SystemClock system_clock;
  RouteHandler own_handler;
  RunningLoop running;  // before the workers, whose replies go through it
  WorkerPool workers;
  std::unique_ptr<HttpServer> server;
};

Response text_response(int status, std::string body);

// An authority and what it issues, valid now. Ages are how long ago the certificate was issued.
class TestAuthority {
 public:
  TestAuthority();
  struct Identity {
    pki::KeyId key_id;
    std::string certificate_pem, key_pem;
  };
  Identity server(const std::vector<std::string>& names) const;
  Identity agent(std::string_view name, std::int64_t age_ms = 0) const;
  std::unique_ptr<ServerTls> door(bool tls13_only = true) const;
  const std::string& pem() const { return authority_->certificate_pem(); }
  const Sha256& fingerprint() const { return authority_->fingerprint(); }

 private:
  SystemClock clock_;
  mutable SystemRandom random_;
  std::unique_ptr<pki::CertificateAuthority> authority_;
};

std::unique_ptr<TlsHttpClient> open_client(std::uint16_t port, const TestAuthority& authority, const Clock& clock,
                                           const TestAuthority::Identity* identity = nullptr,
                                           const std::string& host = "localhost");
ClientRequest get_request(std::string target, bool keep = false);

// A plain TCP connection to a port on loopback.
class RawSocket {
 public:
  explicit RawSocket(std::uint16_t port, const char* from = "127.0.0.1");
  ~RawSocket();
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;
  void say(std::string_view bytes);
  // What came until the peer closed, `needle` was seen, or nothing came for twenty seconds.
  std::string hear(std::string_view needle = {});
  bool is_closed();  // waits up to twenty seconds for the peer's close
  void close();

 private:
  int fd_;
  std::string heard_;
};

// One raw exchange: say, then hear until the peer closes.
std::string exchange(std::uint16_t port, std::string_view bytes);

// What stands behind the head of an answer.
std::string body_of(const std::string& answer);

// Waits until `condition` holds; false after twenty seconds.
bool eventually(const std::function<bool()>& condition);

}  // namespace rollcall::net
