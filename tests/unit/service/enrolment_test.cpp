#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "tests/unit/service/records_fixture.h"

namespace rollcall::service {
namespace {

// How many rows of a refused enrolment the audit log has, with this text in them.
int refusals(Records& records, const std::string& text) {
  int count = 0;
  for (const auto& record : records.log()) {
    count += record.action == "agent.enrol" && record.outcome == "refused" &&
             record.detail.find(text) != std::string::npos;
  }
  return count;
}

}  // namespace

TEST_CASE("a new laptop gets a device, an agent and a certificate for its own key") {
  Records records;
  Listener listener;
  records.agents.listen(listener);
  const Laptop laptop{.serial = "pf3k9x2m"};
  const auto reply =
      must(records.enrolment.enroll(records.request(laptop, records.token({.school_id = "north"}).text)));

  const auto info = must(pki::parse_certificate_pem(reply.certificate_pem));
  CHECK(info.key_id == laptop.key.id());
  CHECK(info.common_name == reply.agent_id);
  CHECK(reply.agent_id.size() == 36);
  CHECK(reply.authority_pem == records.authority.certificate_pem());
  REQUIRE(reply.policy);
  CHECK(reply.policy->school_ssids == std::vector<std::string>{"north-wifi"});
  CHECK_FALSE(reply.policy->digest.empty());

  const auto agent = records.agents.find(laptop.key.id());
  REQUIRE(agent);
  CHECK(agent->agent_no == 1);
  CHECK(agent->agent_id == reply.agent_id);
  CHECK(agent->school_id == "north");
  CHECK_FALSE(agent->refused());
  const auto device = must(records.devices.get(agent->device_id));
  CHECK(device.serial == "PF3K9X2M");
  CHECK(device.model == "20XW");
  CHECK(listener.devices.size() == 1);
  CHECK(listener.agents.size() == 1);
  CHECK(must(records.reviews.open()).reviews.empty());
  CHECK(records.log().front().target == "agent:" + reply.agent_id);
}

TEST_CASE("each token that does not enrol says why and leaves an audit record") {
  Records records;
  const Laptop laptop{.serial = "PF3K9X2M"};
  const auto expect = [&](const std::string& token_text, Errc code, const std::string& field,
                          const std::string& why) {
    const auto reply = records.enrolment.enroll(records.request(laptop, token_text));
    REQUIRE_FALSE(reply);
    CHECK(reply.error().code == code);
    CHECK(reply.error().field == field);
    CHECK_THAT(reply.error().message, Catch::Contains(why));
    CHECK(refusals(records, why) == 1);
    CHECK(records.agents.all().empty());
  };
  SECTION("unknown") {
    const wire::EnrolmentToken other{records.random.bytes(16), records.authority.fingerprint()};
    expect(other.to_text(), Errc::unauthenticated, "secret", "unknown");
  }
  SECTION("expired") {
    const auto token = records.token({.life_ms = kHourMs});
    records.clock.advance(kHourMs);
    expect(token.text, Errc::unauthenticated, "secret", "expired");
  }
  SECTION("revoked") {
    const auto token = records.token();
    must(records.tokens.revoke(records.admin, token.record.token_id));
    expect(token.text, Errc::unauthenticated, "secret", "revoked");
  }
  SECTION("serial not in the list") {
    const auto token = records.token({.serials = {"OTHER1", " other2 "}});
    expect(token.text, Errc::permission_denied, "identity.serial", "PF3K9X2M is not on");
    CHECK(must(records.tokens.page()).tokens.front().uses == 0);
  }
}

TEST_CASE("a token that is used up enrols nobody else") {
  Records records;
  const auto token = records.token();
  must(records.enrolment.enroll(records.request({.serial = "A1"}, token.text)));
  const auto second = records.enrolment.enroll(records.request({.serial = "B2"}, token.text));
  REQUIRE_FALSE(second);
  CHECK_THAT(second.error().message, Catch::Contains("used up"));
  CHECK(refusals(records, "used up") == 1);
}

TEST_CASE("text that is no secret is refused like a wrong one") {
  Records records;
  auto request = records.request({.serial = "A1"}, records.token().text);
  for (const std::string& secret : {std::string(), std::string("not base64!"), std::string(100'000, 'A')}) {
    request.secret = secret;
    const auto reply = records.enrolment.enroll(request);
    REQUIRE_FALSE(reply);
    CHECK(reply.error().code == Errc::unauthenticated);
  }
}

TEST_CASE("a damaged request with a good token names its field and costs no use") {
  Records records;
  const auto token = records.token();
  auto request = records.request({.serial = "A1"}, token.text);
  request.request_pem.resize(request.request_pem.size() / 2);
  const auto reply = records.enrolment.enroll(request);
  REQUIRE_FALSE(reply);
  CHECK(reply.error().code == Errc::invalid_argument);
  CHECK(reply.error().field == "request_pem");
  CHECK(must(records.tokens.page()).tokens.front().uses == 0);
}

TEST_CASE("a serial on the token's list enrols, however it is written") {
  Records records;
  const auto token = records.token({.serials = {"pf3k9x2m"}});
  CHECK(records.enrolment.enroll(records.request({.serial = " PF3K9X2M "}, token.text)));
}

TEST_CASE("of a thousand laptops that redeem a one-use token at once exactly one gets a certificate") {
  Records records;
  constexpr int kThreads = 8, kEach = 125;
  const auto token = records.token();
  const auto prototype = records.request({.serial = "X"}, token.text);
  // One key a thread is enough to be different laptops; making a thousand keys would only test OpenSSL.
  std::vector<wire::EnrolRequest> requests;
  for (int i = 0; i < kThreads * kEach; ++i) {
    requests.push_back(prototype);
    requests.back().identity.serial = "SERIAL" + std::to_string(i);
    requests.back().request_pem = must(pki::make_request_pem(must(pki::PrivateKey::generate())));
  }
  std::atomic<int> certificates{0}, used_up{0}, other{0};
  std::vector<std::jthread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const auto reply = records.enrolment.enroll(requests[static_cast<std::size_t>(t * kEach + i)]);
        if (reply)
          ++certificates;
        else if (reply.error().message.find("used up") != std::string::npos)
          ++used_up;
        else
          ++other;
      }
    });
  }
  threads.clear();
  CHECK(certificates == 1);
  CHECK(used_up == kThreads * kEach - 1);
  CHECK(other == 0);
  CHECK(records.agents.all().size() == 1);
  CHECK(must(records.devices.all()).size() == 1);
  CHECK(must(records.tokens.page()).tokens.front().uses == 1);
  must(records.audit.verify());
}

TEST_CASE("a retry with the same key after a lost reply is the same agent and consumes nothing") {
  Records records;
  const Laptop laptop{.serial = "A1"};
  const auto token = records.token();
  const auto first = must(records.enrolment.enroll(records.request(laptop, token.text)));
  SECTION("at once") {}
  SECTION("after the token expired") {
    records.clock.advance(30 * kDayMs);
  }
  const auto again = must(records.enrolment.enroll(records.request(laptop, token.text)));
  CHECK(again.agent_id == first.agent_id);
  CHECK(must(pki::parse_certificate_pem(again.certificate_pem)).key_id == laptop.key.id());
  CHECK(records.agents.all().size() == 1);
  CHECK(must(records.tokens.page()).tokens.front().uses == 1);
}

TEST_CASE("a retry is over when the token, the agent or its device is") {
  Records records;
  const Laptop laptop{.serial = "A1"};
  const auto token = records.token({.max_uses = 5});
  must(records.enrolment.enroll(records.request(laptop, token.text)));
  const auto agent = records.agents.find(laptop.key.id());
  SECTION("token revoked") {
    must(records.tokens.revoke(records.admin, token.record.token_id));
  }
  SECTION("agent revoked") {
    must(records.agents.revoke(records.admin, agent->agent_id));
  }
  SECTION("device deleted") {
    must(records.devices.remove(records.admin, agent->device_id, {}));
  }
  SECTION("too long ago") {
    records.clock.advance(pki::kAgentCertificateMs + domain::kRenewalGraceMs + kDayMs);
  }
  CHECK_FALSE(records.enrolment.enroll(records.request(laptop, token.text)));
  CHECK(must(records.tokens.page()).tokens.front().uses == 1);
}

TEST_CASE("the same key with another token is the same agent and consumes a use") {
  Records records;
  const Laptop laptop{.serial = "A1"};
  const auto before = records.enrol(laptop);
  const auto after = records.enrol(laptop);
  CHECK(after->agent_no == before->agent_no);
  CHECK(must(records.tokens.page()).tokens.front().uses == 1);
}

TEST_CASE("laptops whose disks were copied with the key in them are not merged into one") {
  Records records;
  const Laptop original{.serial = "A1"};
  records.enrol(original);
  Laptop copy = original;
  SECTION("other serial") {
    copy.serial = "B2";
  }
  SECTION("no serial, other UUID") {
    copy.serial.clear();
    copy.uuid = "5c4c4544-0042-3510-8056-b4c04f4e4d99";
  }
  const auto reply = records.enrolment.enroll(records.request(copy, records.token().text));
  REQUIRE_FALSE(reply);
  CHECK(reply.error().code == Errc::permission_denied);
  CHECK(reply.error().field == "request_pem");
  CHECK(records.agents.all().size() == 1);
}

TEST_CASE("renewal gives the next certificate to the same key") {
  Records records;
  const Laptop laptop{.serial = "A1"};
  const auto agent = records.enrol(laptop);
  const wire::RenewRequest request{.request_pem = must(pki::make_request_pem(laptop.key))};
  SECTION("in time") {
    records.clock.advance(60 * kDayMs);
  }
  SECTION("after twelve weeks and more of sleep") {
    records.clock.advance(200 * kDayMs);
  }
  SECTION("on the last day") {
    records.clock.advance(pki::kAgentCertificateMs + domain::kRenewalGraceMs - kDayMs);
  }
  const auto reply = must(records.enrolment.renew(request, laptop.key.id()));
  const auto info = must(pki::parse_certificate_pem(reply.certificate_pem));
  CHECK(info.common_name == agent->agent_id);
  CHECK(info.not_after_ms > records.clock.wall_ms() + 89 * kDayMs);
  CHECK(records.log().front().action == "agent.renew");
}

TEST_CASE("a laptop gets a few certificates a day, and no more records are kept of it") {
  Records records;
  const Laptop laptop{.serial = "A1"}, other{.serial = "B2"};
  const auto token = records.token({.max_uses = 5});
  must(records.enrolment.enroll(records.request(laptop, token.text)));
  const wire::RenewRequest request{.request_pem = must(pki::make_request_pem(laptop.key))};
  for (std::size_t i = 1; i < Enrolment::kCertificates; ++i) must(records.enrolment.renew(request, laptop.key.id()));
  const auto before = must(records.audit.head()).seq;
  for (int i = 0; i < 20; ++i) {
    CHECK(records.enrolment.renew(request, laptop.key.id()).error().code == Errc::rate_limited);
    CHECK(records.enrolment.enroll(records.request(laptop, token.text)).error().code == Errc::rate_limited);
  }
  CHECK(must(records.audit.head()).seq == before);
  CHECK(records.enrolment.enroll(records.request(other, token.text)));
  records.clock.advance(kDayMs);
  CHECK(records.enrolment.renew(request, laptop.key.id()));
}

TEST_CASE("renewal is refused to whom it does not belong") {
  Records records;
  const Laptop laptop{.serial = "A1"}, stranger{.serial = "B2"};
  const auto agent = records.enrol(laptop);
  const wire::RenewRequest own{.request_pem = must(pki::make_request_pem(laptop.key))};
  const wire::RenewRequest foreign{.request_pem = must(pki::make_request_pem(stranger.key))};
  const auto code = [&](const wire::RenewRequest& request, const pki::KeyId& key) {
    const auto reply = records.enrolment.renew(request, key);
    REQUIRE_FALSE(reply);
    return reply.error().code;
  };
  CHECK(code(foreign, laptop.key.id()) == Errc::invalid_argument);
  CHECK(code(foreign, stranger.key.id()) == Errc::unauthenticated);
  SECTION("expired for more than 400 days") {
    records.clock.advance(pki::kAgentCertificateMs + domain::kRenewalGraceMs + kDayMs);
    CHECK(code(own, laptop.key.id()) == Errc::unauthenticated);
  }
  SECTION("revoked") {
    must(records.agents.revoke(records.admin, agent->agent_id));
    CHECK(code(own, laptop.key.id()) == Errc::permission_denied);
  }
  SECTION("device deleted") {
    must(records.devices.remove(records.admin, agent->device_id, {}));
    CHECK(code(own, laptop.key.id()) == Errc::permission_denied);
  }
}

}  // namespace rollcall::service
