#include "tests/unit/agent/fake_server.h"

#include <catch2/catch.hpp>

namespace rollcall {

namespace {

class FakeClient final : public net::HttpClient {
 public:
  explicit FakeClient(FakeServer& server) : server_(server) {}
  Result<net::ClientResponse> send(const net::ClientRequest& request) override { return server_.handle(request); }
  void disconnect() override {}

 private:
  FakeServer& server_;
};

net::ClientResponse ok(std::string body) {
  net::ClientResponse response;
  response.status = 200;
  response.body = std::move(body);
  return response;
}

net::ClientResponse refused(int status) {
  net::ClientResponse response;
  response.status = status;
  return response;
}

}  // namespace

FakeServer::FakeServer(FakeClock& clock) : clock_(clock) {
  const auto material = pki::CertificateAuthority::create("Test CA", clock, random_);
  REQUIRE(material.has_value());
  auto opened = pki::CertificateAuthority::open(*material);
  REQUIRE(opened.has_value());
  authority_ = std::move(*opened);
}

Result<std::unique_ptr<net::HttpClient>> FakeServer::open() { return std::make_unique<FakeClient>(*this); }

std::string FakeServer::certificate_for(const pki::PrivateKey& key) {
  const auto request = pki::parse_request_pem(*pki::make_request_pem(key));
  REQUIRE(request.has_value());
  return *authority_->issue_agent(*request, "agent", clock_, random_);
}

Result<net::ClientResponse> FakeServer::handle(const net::ClientRequest& request) {
  Fate fate = always;
  if (!fates.empty()) {
    fate = fates.front();
    fates.pop_front();
  }
  if (fate == Fate::say_nothing) return outlast(request);
  if (fate == Fate::lose_request) return fail(Errc::unavailable, "connection refused");
  bytes_received += request.body.size();
  net::ClientResponse response;
  if (answer_with) {
    response = *answer_with;
    if (answers_with > 0 && --answers_with == 0) answer_with.reset(), answers_with = -1;
  } else if (request.target == "/agent/v1/reports") {
    response = only_renewal ? refused(401) : check_in(request.body);
  } else if (request.target == "/agent/v1/renew") {
    response = renew(request.body);
  } else if (request.target == "/agent/v1/enroll") {
    response = enrol(request.body);
  } else {
    response = refused(404);
  }
  if (fate == Fate::lose_reply) return fail(Errc::timeout, "no answer");
  return response;
}

Result<net::ClientResponse> FakeServer::outlast(const net::ClientRequest& request) {
  const std::int64_t end_ms = clock_.monotonic_ms() + request.deadline_ms;
  while (clock_.monotonic_ms() < end_ms && !(request.give_up && request.give_up())) clock_.advance(100);
  return fail(Errc::timeout, "the server took too long");
}

net::ClientResponse FakeServer::check_in(const std::string& body) {
  auto decoded = wire::decode_check_in(body);
  REQUIRE(decoded.has_value());
  REQUIRE(decoded->rejected.empty());
  wire::CheckInReply reply;
  for (const auto& report : decoded->message.reports) {
    if (refuse.contains(report.sequence)) {
      reply.rejected.push_back({report.sequence, "not wanted"});
      continue;
    }
    if (!accepted.insert(report.sequence).second) ++doubles;
    reply.accepted.push_back({report.sequence, report.sequence});
  }
  reply.server_ms = clock_.wall_ms();
  reply.next_check_in_s = next_check_in_s;
  reply.credit = credit;
  if (policy && policy->digest != decoded->message.policy_digest) reply.policy = policy;
  reply.commands = std::exchange(commands, {});
  check_ins.push_back(std::move(decoded->message));
  return ok(wire::encode(reply));
}

net::ClientResponse FakeServer::renew(const std::string& body) {
  const auto decoded = wire::decode_renew_request(body);
  REQUIRE(decoded.has_value());
  const auto request = pki::parse_request_pem(decoded->message.request_pem);
  REQUIRE(request.has_value());
  ++renewals;
  only_renewal = false;
  return ok(wire::encode(wire::RenewReply{*authority_->issue_agent(*request, "agent", clock_, random_),
                                          authority_->certificate_pem(), clock_.wall_ms()}));
}

net::ClientResponse FakeServer::enrol(const std::string& body) {
  const auto decoded = wire::decode_enrol_request(body);
  REQUIRE(decoded.has_value());
  const auto request = pki::parse_request_pem(decoded->message.request_pem);
  REQUIRE(request.has_value());
  return ok(wire::encode(wire::EnrolReply{"an-agent", *authority_->issue_agent(*request, "an-agent", clock_, random_),
                                          authority_->certificate_pem(), clock_.wall_ms(),
                                          wire::Policy{.school_ssids = {"school"}}}));
}

}  // namespace rollcall
