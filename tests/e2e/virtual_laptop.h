// An agent's side of the wire, as a test needs it: enrols, reports, renews, over real mutual TLS.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "common/base/pki.h"
#include "common/wire/codec.h"
#include "tests/e2e/server_process.h"

namespace rollcall::e2e {

class VirtualLaptop {
 public:
  // Enrols with a token's text over a connection that knows the server by the token's fingerprint.
  VirtualLaptop(RunningServer& server, const std::string& token, const std::string& serial);

  // POST /agent/v1/reports with this body, over a connection that stays open while the server lets it.
  Result<net::ClientResponse> post_report(const std::string& body);
  // One report of one pack, under the next number.
  Result<net::ClientResponse> report(double percent = 62.0);
  wire::CheckIn check_in(double percent = 62.0);
  Result<net::ClientResponse> renew();

  std::string device_id(const std::string& admin_token);
  void reconnect();  // also to a server that was started again
  net::TlsHttpClient& client() { return *client_; }

  std::string agent_id, certificate_pem, authority_pem;
  pki::PrivateKey key;
  std::uint64_t sequence{};

 private:
  RunningServer& server_;
  std::unique_ptr<net::TlsHttpClient> client_;
};

std::unique_ptr<net::TlsHttpClient> agents_client(const RunningServer& server, const std::string& authority_pem,
                                                  const std::string& certificate_pem, const std::string& key_pem);
net::ClientRequest post(const std::string& target, std::string body);
wire::EnrolRequest enrol_request(const std::string& token, const pki::PrivateKey& key, const std::string& serial);

}  // namespace rollcall::e2e
