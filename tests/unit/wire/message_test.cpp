#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "common/wire/codec.h"
#include "common/wire/enrolment.h"
#include "common/wire/limits.h"
#include "common/wire/listing.h"
#include "common/wire/packing.h"
#include "common/wire/policy.h"
#include "common/wire/schema.h"
#include "common/wire/words.h"
#include "tests/unit/wire/samples.h"

namespace rollcall::wire {
namespace {

Policy school_policy() {
  Policy policy;
  policy.school_ssids = {"Lincoln-HS", "Lincoln-Guest"};
  policy.school_networks = {"10.1.0.0/16", "2001:db8::/32"};
  policy.hours = Policy::SchoolHours{"America/New_York", {1, 2, 3, 4, 5}, 450, 960};
  policy.digest = digest_of(policy);
  return policy;
}

TEST_CASE("a reply with a policy, commands and ranges comes back as it was sent") {
  CheckInReply sent;
  sent.accepted = {{1, 7}, {9, 9}};
  sent.rejected = {{8, "reports[0].battery must be an object"}};
  sent.server_ms = 1'760'000'000'000;
  sent.next_check_in_s = 300;
  sent.credit = 50;
  sent.keep_connection = true;
  sent.policy = school_policy();
  sent.commands = {{"01HZZZZZZZZZZZZZZZZZZZZZZZ", "send_identity"}};
  const auto read = decode_check_in_reply(encode(sent));
  REQUIRE(read.has_value());
  CHECK(encode(read->message) == encode(sent));
  CHECK(read->message.policy->hours->days == std::vector<int>{1, 2, 3, 4, 5});
  CHECK(read->message.policy->digest == sent.policy->digest);
}

TEST_CASE("the digest of a policy follows what it says and nothing else") {
  Policy policy = school_policy();
  policy.digest = "something else";
  CHECK(digest_of(policy) == school_policy().digest);
  policy.interval_s = 299;
  CHECK(digest_of(policy) != school_policy().digest);
}

TEST_CASE("enrollment and renewal come back as they were sent") {
  EnrolRequest request;
  request.secret = "c2VjcmV0";
  request.request_pem = "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n";
  request.identity.serial = "PF0ABC12";
  request.identity.has_camera = true;
  const auto read = decode_enrol_request(encode(request));
  REQUIRE(read.has_value());
  CHECK(read->message.request_pem == request.request_pem);
  CHECK(encode(read->message) == encode(request));
  EnrolReply reply{"5f2c", "-----BEGIN\n", "-----CA\n", 1'760'000'000'000};
  CHECK(encode(decode_enrol_reply(encode(reply))->message) == encode(reply));
  CHECK_FALSE(decode_enrol_reply(encode(reply))->message.policy);
  reply.policy = Policy{.school_ssids = {"school"}};
  CHECK(decode_enrol_reply(encode(reply))->message.policy->school_ssids == reply.policy->school_ssids);
  CHECK(encode(decode_enrol_reply(encode(reply))->message) == encode(reply));
  const RenewRequest renew{1, request.request_pem};
  CHECK(encode(decode_renew_request(encode(renew))->message) == encode(renew));
  const RenewReply renewed{"-----BEGIN\n", "-----CA\n", 5};
  CHECK(encode(decode_renew_reply(encode(renewed))->message) == encode(renewed));
}

TEST_CASE("a certificate request that is no PEM text is refused") {
  EnrolRequest request;
  const auto read = decode_enrol_request(R"({"v":1,"csr":"a\u0000b","id":{}})");
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().field == "request_pem");
}

TEST_CASE("a token comes back from its text") {
  const EnrolmentToken token{std::string(16, '\x7f'), sha256("a CA")};
  const auto read = EnrolmentToken::parse("  " + token.to_text() + "\n");
  REQUIRE(read.has_value());
  CHECK(read->secret == token.secret);
  CHECK(read->authority_fingerprint == token.authority_fingerprint);
}

TEST_CASE("what is no token is refused with a hint") {
  const std::string good = EnrolmentToken{std::string(16, 'x'), sha256("a CA")}.to_text();
  const auto dot = good.rfind('.');
  for (const std::string& text :
       {std::string(), std::string("rc1"), std::string("rc1.."), std::string("rc2") + good.substr(3), good + ".x",
        good.substr(0, good.size() - 1), good.substr(0, dot), good.substr(0, 8) + good.substr(9),
        std::string("rc1.????.") + good.substr(dot + 1), std::string(100'000, '.')}) {
    const auto read = EnrolmentToken::parse(text);
    INFO(text.substr(0, 80));
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().code == Errc::invalid_argument);
    CHECK(read.error().field == "token");
  }
}

TEST_CASE("a packed check-in is read like a plain one, at a third of the bytes") {
  const std::string json = encode(ordinary_check_in());
  const std::string packed = pack(json);
  INFO("plain " << json.size() << ", packed " << packed.size());
  CHECK(packed.size() * 5 < json.size() * 2);
  CHECK(is_packed(packed));
  CHECK_FALSE(is_packed(json));
  CHECK(*unpack(packed) == json);
  CHECK(*unpack(json) == json);
  CHECK(encode(decode_check_in(packed)->message) == json);
}

TEST_CASE("the dictionary of packed bytes is the one that agents in the field use") {
  // The checksum of the dictionary stands in bytes 2 to 5 of every stream.
  CHECK(to_hex(pack("{}").substr(2, 4)) == "8c7edc74");
}

TEST_CASE("a text that was used before takes whatever is unpacked into it next") {
  // What it has room for from one size is in the way of another.
  for (const std::size_t before : {100, 2'048, 5'000, 20'000, 60'000}) {
    std::string text;
    for (const std::size_t size : {before, std::size_t{200}, std::size_t{9'000}, std::size_t{40'000}, kMaxBodyBytes}) {
      const std::string json(size, 'x');
      REQUIRE(unpack_into(text, pack(json)));
      CHECK(text == json);
    }
  }
}

TEST_CASE("what is packed wrongly, or unpacks to too much, is refused") {
  const std::string packed = pack(encode(ordinary_check_in()));
  std::string other_dictionary = packed;
  other_dictionary[3] ^= 1;
  for (const std::string& bytes : {packed.substr(0, packed.size() - 1), packed + "x", packed.substr(0, 1),
                                   other_dictionary, std::string("\x78\x9c\xff\xff")}) {
    const auto read = decode_check_in(bytes);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().code == Errc::invalid_argument);
  }
  const std::string bomb = pack("{\"x\":\"" + std::string(10'000'000, 'a') + "\"}");
  CHECK(bomb.size() < kMaxBodyBytes);
  CHECK(decode_check_in(bomb).error().code == Errc::too_large);
}

TEST_CASE("every word is read back as its enumerator") {
  for (const auto word : Words<Occasion>::text) CHECK(word_of(*parse_word<Occasion>(word)) == word);
  CHECK(parse_word<Occasion>("Scheduled") == std::nullopt);
  CHECK(word_of(Occasion::battery_critical) == "battery_critical");
  CHECK(word_of(PackState::not_charging) == "not_charging");
  CHECK(word_of(PortalState::portal) == "portal");
  CHECK(word_of(CollectorState::failed) == "failed");
}

// "battery.packs[0].percent" as the schema calls it.
std::string without_indices(std::string name) {
  for (auto at = name.find('['); at != std::string::npos; at = name.find('[', at + 1)) {
    name.erase(at + 1, name.find(']', at) - at - 1);
  }
  return name;
}

TEST_CASE("everything that is sent is described, with a purpose, under a key of its own") {
  std::set<std::string> names, keys;
  for (const auto& field : collected_fields()) {
    INFO(field.name);
    CHECK(names.insert(field.name).second);
    CHECK(keys.insert(field.key).second);
    CHECK(field.purpose.size() > 10);
    const bool measured = field.name.ends_with("_ms") || field.name.ends_with("_mwh") || field.name.ends_with("_mb");
    CHECK((!measured || !field.unit.empty()));
  }
  Report report = ordinary_report();
  report.identity = Identity{};
  report.identity->serial = "PF0ABC12";
  for (const auto& line : list_values(report)) {
    INFO(line.name);
    CHECK(names.contains(without_indices(line.name)));
  }
  CHECK(names.contains("identity.has_camera"));
  CHECK(names.contains("connectivity.wifi.bssid"));
  CHECK(collected_fields().front().section == "report");
}

TEST_CASE("a key that the codec reads is one that the description names") {
  // The readable form has the names, the compact one the keys: both come from the same table in one order.
  const std::string text = encode(ordinary_report(), Form::readable);
  CHECK(text.find("\"unclean_shutdowns\": 4") != std::string::npos);
  CHECK(encode(ordinary_report()).find("\"us\":4") != std::string::npos);
  bool described = false;
  for (const auto& field : collected_fields()) {
    described |= field.name == "health.unclean_shutdowns" && field.key == "hea.us";
  }
  CHECK(described);
}

}  // namespace
}  // namespace rollcall::wire
