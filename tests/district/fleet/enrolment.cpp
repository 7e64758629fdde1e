#include "tests/district/fleet/enrolment.h"

#include <boost/asio/connect.hpp>
#include <functional>
#include <optional>
#include <utility>

#include "common/base/pki.h"
#include "common/net/http_client.h"
#include "common/wire/codec.h"
#include "common/wire/enrolment.h"
#include "tests/district/model/facts.h"

namespace rollcall::district {
namespace {

constexpr int kAtOnce = 32;
constexpr const char* kTarget = "/agent/v1/enroll";

Result<wire::EnrolmentToken> token_for(const Student& student, const Tokens& tokens) {
  auto found = tokens.find(school_of(student).id);
  if (found == tokens.end()) found = tokens.find("");
  if (found == tokens.end()) {
    return fail(Errc::invalid_argument, "no token for " + school_of(student).id + ": --token SCHOOL=TOKEN");
  }
  return wire::EnrolmentToken::parse(found->second);
}

Result<std::string> request_body(const Student& student, const pki::PrivateKey& key, const wire::EnrolmentToken& token) {
  wire::EnrolRequest request;
  request.secret = to_base64url(token.secret);
  request.request_pem = TRY(pki::make_request_pem(key));
  request.identity = identity_of(student);
  return wire::encode(request);
}

Result<Credential> take(int status, const std::string& body, const pki::PrivateKey& key, std::string& authority_pem) {
  if (status != 200) return fail(Errc::unauthenticated, "enrollment was refused: " + body);
  auto reply = TRY(wire::decode_enrol_reply(body)).message;
  authority_pem = std::move(reply.authority_pem);
  return Credential{std::move(reply.certificate_pem), TRY(key.to_pem()), {}};
}

Result<> enroll_first(const Server& server, const Clock& clock, const Student& student, const Tokens& tokens,
                      Keyring& keyring) {
  const auto token = TRY(token_for(student, tokens));
  net::ClientConfig config;
  config.url = server.url();
  config.authority_fingerprint = token.authority_fingerprint;
  config.tls13_only = true;
  const auto client = TRY(net::TlsHttpClient::open(config, clock));
  const auto key = TRY(pki::PrivateKey::generate());
  net::ClientRequest request;
  request.method = net::Method::post;
  request.target = kTarget;
  request.headers.set("Content-Type", "application/json");
  request.body = TRY(request_body(student, key, token));
  const auto response = TRY(client->send(request));
  keyring.laptops[static_cast<std::size_t>(student.number)].credential =
      TRY(take(response.status, response.body, key, keyring.authority_pem));
  return {};
}

// Some at a time; each that ends begins the next.
class Queue {
 public:
  Queue(asio::io_context& io, const Server& server, asio::ip::tcp::endpoint endpoint, DistrictTls& tls,
        const Tokens& tokens, std::vector<const Student*> missing, Keyring& keyring)
      : io_(io), server_(server), endpoint_(std::move(endpoint)), tls_(tls), tokens_(tokens),
        missing_(std::move(missing)), keyring_(keyring) {}

  Result<> run() {
    for (int i = 0; i < kAtOnce; ++i) next();
    io_.restart();
    io_.run();
    if (error_) return std::unexpected(*error_);
    return {};
  }

 private:
  void next() {
    if (error_ || at_ == missing_.size()) return;
    const Student& student = *missing_[at_++];
    if (auto begun = begin(student); !begun) error_ = begun.error();
  }

  Result<> begin(const Student& student) {
    const auto key = TRY(pki::PrivateKey::generate());
    const auto body = TRY(request_body(student, key, TRY(token_for(student, tokens_))));
    auto connection = std::make_shared<Connection>(io_, endpoint_, TRY(tls_.begin(server_.host, nullptr)));
    connection->send(post_request(server_.authority(), kTarget, body, false),
                     [this, connection, key, &student](Result<Answer> answer) {
                       connection->close();
                       if (auto kept = keep(student, key, std::move(answer)); !kept && !error_) error_ = kept.error();
                       next();
                     });
    return {};
  }

  Result<> keep(const Student& student, const pki::PrivateKey& key, Result<Answer> answer) {
    const Answer got = TRY(std::move(answer));
    keyring_.laptops[static_cast<std::size_t>(student.number)].credential =
        TRY(take(got.status, got.body, key, keyring_.authority_pem));
    return {};
  }

  asio::io_context& io_;
  const Server& server_;
  const asio::ip::tcp::endpoint endpoint_;
  DistrictTls& tls_;
  const Tokens& tokens_;
  const std::vector<const Student*> missing_;
  Keyring& keyring_;
  std::size_t at_{};
  std::optional<Error> error_;
};

}  // namespace

Result<asio::ip::tcp::endpoint> find_endpoint(asio::io_context& io, const Server& server) {
  boost::system::error_code error;
  asio::ip::tcp::resolver resolver(io);
  const auto found = resolver.resolve(server.host, std::to_string(server.port), error);
  if (error) return fail(Errc::unavailable, server.authority() + ": " + error.message());
  asio::ip::tcp::socket socket(io);
  const auto endpoint = asio::connect(socket, found, error);
  if (error) return fail(Errc::unavailable, server.authority() + ": " + error.message());
  return endpoint;
}

Result<int> enroll_missing(asio::io_context& io, const Server& server, const Clock& clock,
                           const std::vector<Student>& students, const Tokens& tokens, Keyring& keyring) {
  if (keyring.laptops.size() < students.size()) keyring.laptops.resize(students.size());
  std::vector<const Student*> missing;
  for (const Student& student : students) {
    if (keyring.laptops[static_cast<std::size_t>(student.number)].credential.key_pem.empty()) missing.push_back(&student);
  }
  if (missing.empty()) return 0;
  const auto count = static_cast<int>(missing.size());
  if (keyring.authority_pem.empty()) {
    TRY(enroll_first(server, clock, *missing.front(), tokens, keyring));
    missing.erase(missing.begin());
  }
  const auto tls = TRY(DistrictTls::open(keyring.authority_pem));
  TRY(Queue(io, server, TRY(find_endpoint(io, server)), *tls, tokens, std::move(missing), keyring).run());
  return count;
}

}  // namespace rollcall::district
