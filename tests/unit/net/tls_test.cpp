#include <openssl/ssl.h>

#include <catch2/catch.hpp>
#include <mutex>

#include "tests/unit/net/fixture.h"

using namespace rollcall;
using namespace rollcall::net;

namespace {

// A door for agents that remembers whom it saw last.
struct AgentDoor {
  explicit AgentDoor(const TestAuthority& authority, bool tls13_only = true)
      : door([&](DoorConfig& config) { config.tls = authority.door(tls13_only); }, routes(), clock) {}
  RouteHandler& routes() {
    handler.routes["/who"].handle = [this](Request request, Reply reply) {
      {
        const std::lock_guard lock(mutex);
        seen = request.peer.certificate;
      }
      reply(text_response(200, "seen"));
    };
    return handler;
  }
  std::optional<ClientCertificate> last_seen() {
    const std::lock_guard lock(mutex);
    return seen;
  }
  SystemClock clock;
  std::mutex mutex;
  std::optional<ClientCertificate> seen;
  RouteHandler handler;
  TestDoor door;
};

int status_of(const Result<ClientResponse>& response) { return response ? response->status : -1; }

}  // namespace

TEST_CASE("the door sees the certificate that the agent proved to hold the key of") {
  const TestAuthority authority;
  AgentDoor at(authority);
  const auto identity = authority.agent("agent-1");
  const auto client = open_client(at.door.server->port(), authority, at.clock, &identity);
  const auto response = client->send(get_request("/who"));
  REQUIRE(response);
  CHECK(response->status == 200);
  CHECK(response->timing.tls_ms);
  CHECK(response->timing.dns_ms);
  REQUIRE(at.last_seen());
  CHECK(at.last_seen()->key_id == identity.key_id);
  CHECK(at.last_seen()->not_after_ms > at.clock.wall_ms());
}

TEST_CASE("an agent without a certificate is let in and seen as nobody") {
  const TestAuthority authority;
  AgentDoor at(authority);
  CHECK(status_of(open_client(at.door.server->port(), authority, at.clock)->send(get_request("/who"))) == 200);
  CHECK(!at.last_seen());
}

TEST_CASE("a certificate that has expired is let through, and its dates say so") {
  const TestAuthority authority;
  AgentDoor at(authority);
  const auto identity = authority.agent("sleeper", pki::kAgentCertificateMs + kDayMs);
  const auto client = open_client(at.door.server->port(), authority, at.clock, &identity);
  CHECK(status_of(client->send(get_request("/who"))) == 200);
  REQUIRE(at.last_seen());
  CHECK(at.last_seen()->key_id == identity.key_id);
  CHECK(at.last_seen()->not_after_ms < at.clock.wall_ms());
}

TEST_CASE("a certificate of another authority, or one for servers, gets nowhere") {
  const TestAuthority authority, stranger;
  AgentDoor at(authority);
  for (const auto& identity : {stranger.agent("agent-1"), stranger.agent("old", 2 * pki::kAgentCertificateMs),
                               authority.server({"agent-1"})}) {
    const auto client = open_client(at.door.server->port(), authority, at.clock, &identity);
    const auto response = client->send(get_request("/who"));
    REQUIRE(!response);
    CHECK(response.error().code == Errc::permission_denied);
  }
  CHECK(at.door.server->stats().requests_total == 0);
  CHECK(eventually([&] { return at.door.server->stats().handshakes_failed == 3; }));
}

TEST_CASE("a resumed connection still knows whose it is, across connections and processes") {
  const TestAuthority authority;
  AgentDoor at(authority);
  const auto identity = authority.agent("agent-1");
  std::string session;
  for (int process = 0; process < 2; ++process) {
    const auto client = open_client(at.door.server->port(), authority, at.clock, &identity);
    if (!session.empty()) client->offer_session(session);
    for (int connection = 0; connection < 2; ++connection) {
      const auto response = client->send(get_request("/who"));
      REQUIRE(response);
      CHECK(response->timing.tls_resumed == (process + connection > 0));
      REQUIRE(at.last_seen());
      CHECK(at.last_seen()->key_id == identity.key_id);
      const std::lock_guard lock(at.mutex);
      at.seen.reset();
    }
    session = client->take_session();
  }
  CHECK(at.door.server->stats().handshakes_resumed == 3);

  // A session that nobody knows is no error, just a full handshake.
  const auto client = open_client(at.door.server->port(), authority, at.clock, &identity);
  client->offer_session("not a session");
  CHECK(status_of(client->send(get_request("/who"))) == 200);
}

TEST_CASE("new certificates are used by new connections, and wrong ones change nothing") {
  const TestAuthority authority, successor;
  AgentDoor at(authority);
  const auto identity = authority.agent("agent-1");
  const auto old_client = open_client(at.door.server->port(), authority, at.clock, &identity);
  CHECK(status_of(old_client->send(get_request("/who", true))) == 200);

  ServerTls wrong = *authority.door();
  wrong.key_pem = authority.server({"localhost"}).key_pem;
  CHECK(at.door.server->reload_tls(wrong).error().code == Errc::invalid_argument);
  CHECK(at.door.server->reload_tls(ServerTls{}).error().code == Errc::invalid_argument);
  CHECK(status_of(open_client(at.door.server->port(), authority, at.clock)->send(get_request("/"))) == 200);

  REQUIRE(at.door.server->reload_tls(*successor.door()));
  CHECK(status_of(open_client(at.door.server->port(), successor, at.clock)->send(get_request("/"))) == 200);
  // The open connection goes on; a new one by the old authority's agent does not, not even by its session.
  CHECK(status_of(old_client->send(get_request("/who", true))) == 200);
  old_client->disconnect();
  CHECK(status_of(old_client->send(get_request("/who"))) == -1);
}

namespace {

// The protocol version that a bare client and the door agree on, or nothing.
std::string agreed(std::uint16_t port, int highest, const char* ciphers) {
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  SSL_CTX_set_max_proto_version(context.get(), highest);
  SSL_CTX_set_cipher_list(context.get(), ciphers);
  BIO* bio = BIO_new_ssl_connect(context.get());
  BIO_set_conn_hostname(bio, ("127.0.0.1:" + std::to_string(port)).c_str());
  SSL* ssl = nullptr;
  BIO_get_ssl(bio, &ssl);
  const std::string version = BIO_do_handshake(bio) == 1 ? SSL_get_version(ssl) : "";
  BIO_free_all(bio);
  return version;
}

}  // namespace

TEST_CASE("agents speak TLS 1.3 only, people also 1.2 with authenticated encryption") {
  const TestAuthority authority;
  AgentDoor agents(authority, true), people(authority, false);
  CHECK(agreed(agents.door.server->port(), TLS1_3_VERSION, "DEFAULT") == "TLSv1.3");
  CHECK(agreed(agents.door.server->port(), TLS1_2_VERSION, "DEFAULT").empty());
  CHECK(agreed(people.door.server->port(), TLS1_2_VERSION, "DEFAULT") == "TLSv1.2");
  CHECK(agreed(people.door.server->port(), TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA256").empty());
  CHECK(agreed(people.door.server->port(), TLS1_1_VERSION, "DEFAULT:@SECLEVEL=0").empty());
}

TEST_CASE("a peer that never starts its handshake is sent away") {
  const TestAuthority authority;
  SystemClock clock;
  RouteHandler handler;
  TestDoor door(
      [&](DoorConfig& config) {
        config.tls = authority.door();
        config.limits.handshake_ms = 200;
      },
      handler, clock);
  CHECK(RawSocket(door.server->port()).is_closed());
  RawSocket plain(door.server->port());
  plain.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(plain.hear().find("200 OK") == std::string::npos);
  CHECK(eventually([&] { return door.server->stats().handshakes_failed == 2; }));
}

TEST_CASE("four thousand silent connections disturb nobody") {
  const TestAuthority authority;
  AgentDoor at(authority);
  std::vector<std::unique_ptr<RawSocket>> silent;
  for (int i = 0; i < 4'000; ++i) silent.push_back(std::make_unique<RawSocket>(at.door.server->port()));
  REQUIRE(eventually([&] { return at.door.server->stats().connections_open == 4'000; }));
  const auto identity = authority.agent("agent-1");
  const auto client = open_client(at.door.server->port(), authority, at.clock, &identity);
  for (int i = 0; i < 5; ++i) {
    const auto response = client->send(get_request("/who"));
    REQUIRE(response);
    CHECK(response->timing.total_ms < 1'000);
  }
}
