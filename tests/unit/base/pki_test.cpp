#include "common/base/pki.h"

#include <catch2/catch.hpp>

using namespace rollcall;
using namespace rollcall::pki;

namespace {

CertificateAuthority make_authority(const Clock& clock, Random& random) {
  const auto material = CertificateAuthority::create("Rollcall test", clock, random);
  REQUIRE(material);
  auto authority = CertificateAuthority::open(*material);
  REQUIRE(authority);
  return std::move(*authority);
}

// Made with `openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-384`.
constexpr std::string_view kOtherCurve = R"(-----BEGIN CERTIFICATE REQUEST-----
MIH3MH8CAQAwADB2MBAGByqGSM49AgEGBSuBBAAiA2IABHCJqzP6w1IhDs1UPhg0
aVqk7np3ECcp8DoUwYpUKMF4fu2LuZ7h2N3edIEQo2ODLS8PSNMkM/s0GhEKtoGs
gxxMz/sN4BviWRdTvj7465WEaLmUkBVOzgx5AOjitH83baAAMAoGCCqGSM49BAMC
A2gAMGUCMFpunKwbTQEMwEJUaFZ3I8fEG6p5qcfxFqZUVy0rsaJ7mqe34RpCnWXG
WH2M+rVe/AIxANGEihaiNVS/yrJU4Nm0DAJnnq23cupJd1sQUgugVb3NpaiMM/g+
9iqucF0EU1SuHA==
-----END CERTIFICATE REQUEST-----
)";

}  // namespace

TEST_CASE("a private key survives PEM and keeps its id") {
  const auto key = PrivateKey::generate();
  REQUIRE(key);
  const auto pem = key->to_pem();
  REQUIRE(pem);
  CHECK(pem->starts_with("-----BEGIN PRIVATE KEY-----"));
  const auto again = PrivateKey::from_pem(*pem);
  REQUIRE(again);
  CHECK(again->id() == key->id());
  CHECK(PrivateKey::generate()->id() != key->id());
}

TEST_CASE("what is not an unencrypted P-256 key is refused") {
  CHECK(PrivateKey::from_pem("hello").error().code == Errc::invalid_argument);
  CHECK(PrivateKey::from_pem(std::string(9000, 'x')).error().code == Errc::too_large);
}

TEST_CASE("a request proves the possession of its key") {
  const auto key = PrivateKey::generate();
  const auto pem = make_request_pem(*key);
  REQUIRE(pem);
  const auto request = parse_request_pem(*pem);
  REQUIRE(request);
  CHECK(request->key_id == key->id());

  CHECK(!parse_request_pem(""));
  CHECK(!parse_request_pem(kOtherCurve));
  CHECK(parse_request_pem(std::string(9000, 'x')).error().code == Errc::too_large);
  // A changed byte in the body breaks the signature or the encoding; neither may pass.
  for (std::size_t at = 60; at < pem->size() - 60; at += 13) {
    std::string changed = *pem;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    CHECK((changed == *pem || !parse_request_pem(changed)));
  }
}

TEST_CASE("an agent's certificate carries the key of the request and the name that the server gave") {
  FakeClock clock;
  SeededRandom random(1);
  const auto authority = make_authority(clock, random);
  const auto key = PrivateKey::generate();
  const auto request = parse_request_pem(*make_request_pem(*key));
  REQUIRE(request);
  const auto pem = authority.issue_agent(*request, "3f2c8a52-0000-4000-8000-000000000000", clock, random);
  REQUIRE(pem);
  const auto info = parse_certificate_pem(*pem);
  REQUIRE(info);
  CHECK(info->key_id == key->id());
  CHECK(info->common_name == "3f2c8a52-0000-4000-8000-000000000000");
  CHECK(info->not_before_ms == (clock.wall_ms() - kBackdateMs) / 1000 * 1000);
  CHECK(info->not_after_ms == (clock.wall_ms() + kAgentCertificateMs) / 1000 * 1000);
  CHECK(info->serial_hex.size() == 32);
  CHECK(parse_certificate_pem(*authority.issue_agent(*request, "x", clock, random))->serial_hex != info->serial_hex);
}

TEST_CASE("a server's certificate takes host names and addresses, and nothing else") {
  FakeClock clock;
  SeededRandom random(2);
  const auto authority = make_authority(clock, random);
  const auto key = PrivateKey::generate();
  CHECK(authority.issue_server(*key, {"rollcall.school.example", "127.0.0.1", "::1"}, clock, random));
  CHECK(authority.issue_server(*key, {}, clock, random).error().code == Errc::invalid_argument);
  CHECK(authority.issue_server(*key, {"a b"}, clock, random).error().code == Errc::invalid_argument);
  CHECK(authority.issue_server(*key, {"a,DNS:evil.example"}, clock, random).error().code == Errc::invalid_argument);
  CHECK(authority.issue_server(*key, {std::string(80, 'a') + ".example"}, clock, random));
}

TEST_CASE("an authority opens with its own key only") {
  FakeClock clock;
  SeededRandom random(3);
  const auto one = CertificateAuthority::create("One", clock, random);
  const auto two = CertificateAuthority::create("Two", clock, random);
  REQUIRE(one);
  REQUIRE(two);
  CHECK(!CertificateAuthority::open({one->certificate_pem, two->key_pem}));
  const auto opened = CertificateAuthority::open(*one);
  REQUIRE(opened);
  CHECK(opened->fingerprint() == parse_certificate_pem(one->certificate_pem)->fingerprint);

  // A leaf must not become an authority.
  const auto key = PrivateKey::generate();
  const auto leaf = opened->issue_server(*key, {"localhost"}, clock, random);
  REQUIRE(leaf);
  CHECK(!CertificateAuthority::open({*leaf, *key->to_pem()}));
}
