// The other end of the link, without a network: answers what an agent sends as rollcalld does, and can lose
// requests, lose replies, answer with errors and say nothing until the agent gives up.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/pki.h"
#include "common/base/random.h"
#include "common/net/http_client.h"
#include "common/wire/checkin.h"
#include "common/wire/codec.h"

namespace rollcall {

class FakeServer {
 public:
  enum class Fate { answer, lose_request, lose_reply, say_nothing };

  explicit FakeServer(FakeClock& clock);

  // What the next exchanges suffer, the first first; then `always`.
  std::deque<Fate> fates;
  Fate always{Fate::answer};
  std::optional<net::ClientResponse> answer_with;  // instead of what it would say,
  int answers_with{-1};                            // so many times; −1: always
  std::int64_t next_check_in_s{300};
  std::int64_t credit{20};
  std::optional<wire::Policy> policy;
  std::vector<wire::Command> commands;  // in the next reply
  std::set<std::uint64_t> refuse;       // sequences to reject
  bool only_renewal{};                  // the certificate is not accepted for reports

  std::set<std::uint64_t> accepted;         // each once
  std::uint64_t doubles{};                  // accepted before, sent again
  std::vector<wire::CheckIn> check_ins;     // as they arrived
  int renewals{};
  std::size_t bytes_received{};

  Result<std::unique_ptr<net::HttpClient>> open();
  Result<net::ClientResponse> handle(const net::ClientRequest& request);

  const pki::CertificateAuthority& authority() const { return *authority_; }
  std::string certificate_for(const pki::PrivateKey& key);
  FakeClock& clock() { return clock_; }

 private:
  Result<net::ClientResponse> outlast(const net::ClientRequest& request);
  net::ClientResponse check_in(const std::string& body);
  net::ClientResponse renew(const std::string& body);
  net::ClientResponse enrol(const std::string& body);

  FakeClock& clock_;
  SystemRandom random_;
  std::optional<pki::CertificateAuthority> authority_;
};

}  // namespace rollcall
