#include "agent/app/client.h"

namespace rollcall::app {

namespace {

// So that resumption survives both a new client and a new process.
class SessionKeeping final : public net::HttpClient {
 public:
  SessionKeeping(std::unique_ptr<net::TlsHttpClient> client, std::string& session)
      : client_(std::move(client)), session_(session) {
    if (!session_.empty()) client_->offer_session(session_);
  }
  Result<net::ClientResponse> send(const net::ClientRequest& request) override {
    auto response = client_->send(request);
    remember();
    return response;
  }
  void disconnect() override {
    client_->disconnect();
    remember();
  }

 private:
  void remember() {
    if (std::string newest = client_->take_session(); !newest.empty()) session_ = std::move(newest);
  }
  std::unique_ptr<net::TlsHttpClient> client_;
  std::string& session_;
};

}  // namespace

Result<std::unique_ptr<net::HttpClient>> open_server(const sync::Credentials& credentials, const std::string& proxy,
                                                     std::string& session, const Clock& clock) {
  net::ClientConfig config;
  config.url = credentials.server_url;
  config.authority_pem = credentials.authority_pem;
  config.certificate_pem = credentials.certificate_pem;
  config.key_pem = credentials.key_pem;
  config.proxy = proxy;
  config.tls13_only = true;
  auto client = TRY(net::TlsHttpClient::open(std::move(config), clock));
  return std::make_unique<SessionKeeping>(std::move(client), session);
}

Result<std::unique_ptr<net::HttpClient>> open_enrolment(const sync::EnrolInput& input, const std::string& proxy,
                                                        const Clock& clock) {
  net::ClientConfig config;
  config.url = input.server_url;
  config.authority_fingerprint = input.token.authority_fingerprint;
  config.proxy = proxy;
  config.tls13_only = true;
  return TRY(net::TlsHttpClient::open(std::move(config), clock));
}

Result<std::unique_ptr<net::HttpClient>> open_probe(const std::string& url, const Clock& clock) {
  net::ClientConfig config;
  config.url = url;
  config.allow_plain = true;
  return TRY(net::TlsHttpClient::open(std::move(config), clock));
}

}  // namespace rollcall::app
