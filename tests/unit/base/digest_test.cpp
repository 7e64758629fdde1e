#include "common/base/digest.h"

#include <catch2/catch.hpp>

using namespace rollcall;

TEST_CASE("SHA-256 and HMAC give the published test vectors") {
  CHECK(to_hex(bytes_of(sha256("abc"))) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // RFC 4231, test case 2
  CHECK(to_hex(bytes_of(hmac_sha256("Jefe", "what do ya want for nothing?"))) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("hex and base64url survive the round trip and refuse what is not theirs") {
  const std::string bytes("\x00\xFF\x10 z", 5);
  CHECK(from_hex(to_hex(bytes)) == bytes);
  CHECK(!from_hex("abc"));
  CHECK(!from_hex("zz"));
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const std::string part = bytes.substr(0, size);
    CHECK(from_base64url(to_base64url(part)) == part);
  }
  CHECK(to_base64url("\xFB\xFF") == "-_8");
  CHECK(!from_base64url("-_8="));
  CHECK(!from_base64url("+/8"));
  CHECK(!from_base64url("-_9"));  // spare bits that are not zero
  CHECK(!from_base64url("A"));
}

TEST_CASE("secrets compare equal only when every byte is the same") {
  CHECK(equal_in_constant_time("secret", "secret"));
  CHECK(!equal_in_constant_time("secret", "secreT"));
  CHECK(!equal_in_constant_time("secret", "secre"));
}

TEST_CASE("a user is one name however it is written, and its keyed hash tells nothing without the key") {
  for (const char* name : {"ana", "Ana", " ANA ", "DISTRICT\\ana", "ana@d.example", "DISTRICT\\Ana@d.example"}) {
    CHECK(user_of(name) == "ana");
  }
  CHECK(user_of("").empty());
  const auto hash = keyed_hash("key", "user", "ana");
  CHECK(hash.size() == 32);
  CHECK(hash != keyed_hash("other", "user", "ana"));
  CHECK(hash != keyed_hash("key", "machine-id", "ana"));
  CHECK(keyed_hash("", "user", "ana").empty());
}
