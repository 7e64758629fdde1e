#include "common/base/address.h"

#include <catch2/catch.hpp>

namespace rollcall {
namespace {

bool lies_in(std::string_view address, std::string_view network) {
  const auto parsed = parse_network(network);
  REQUIRE(parsed);
  return parsed->contains(*parse_address(address));
}

TEST_CASE("an address lies in a network by its leading bits, in both spellings") {
  CHECK(lies_in("10.20.30.40", "10.20.0.0/16"));
  CHECK(lies_in("::ffff:10.20.30.40", "10.20.0.0/16"));
  CHECK_FALSE(lies_in("10.21.0.1", "10.20.0.0/16"));
  CHECK(lies_in("10.20.30.40", "10.20.30.40"));
  CHECK_FALSE(lies_in("10.20.30.41", "10.20.30.40"));
  CHECK(lies_in("2001:db8:1::5", "2001:db8::/32"));
  CHECK_FALSE(lies_in("2001:db9::5", "2001:db8::/32"));
  CHECK(lies_in("192.0.2.9", "0.0.0.0/0"));
  CHECK(lies_in("10.255.0.1", "10.200.0.0/9"));
}

TEST_CASE("no network holds addresses of the other family") {
  CHECK_FALSE(lies_in("192.0.2.9", "::/0"));
  CHECK_FALSE(lies_in("2001:db8::5", "0.0.0.0/0"));
}

TEST_CASE("what is no address or network is neither") {
  for (const char* text : {"", "nonsense", "999.1.1.1", "10.0.0", "10.0.0.1 ", "::1%eth0", "localhost"}) {
    INFO(text);
    CHECK_FALSE(parse_address(text));
    CHECK_FALSE(parse_network(text));
  }
  for (const char* text : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+1", "::/129", "999.1.1.1/99", "/8"}) {
    INFO(text);
    CHECK_FALSE(parse_network(text));
  }
  CHECK_FALSE(parse_address(std::string_view("10.0.0.1\0", 9)));
}

TEST_CASE("one household is one neighborhood, however many addresses it has") {
  CHECK(neighborhood_of("2001:db8:1:2::5") == neighborhood_of("2001:db8:1:2:ffff::9"));
  CHECK(neighborhood_of("2001:db8:1:2::5") != neighborhood_of("2001:db8:1:3::5"));
  CHECK(neighborhood_of("192.0.2.7") == "192.0.2.7");
  CHECK(neighborhood_of("::ffff:192.0.2.7") == "192.0.2.7");
  CHECK(neighborhood_of("192.0.2.8") != neighborhood_of("192.0.2.7"));
}

TEST_CASE("a block is what many addresses are rented from at once") {
  CHECK(block_of("2001:db8:1:2::5") == "2001:db8:1::/48");
  CHECK(block_of("2001:db8:1:3::5") == "2001:db8:1::/48");
  CHECK(block_of("2001:db8:2:2::5") != block_of("2001:db8:1:2::5"));
  CHECK(block_of("192.0.2.7") == "192.0.2.0/24");
  CHECK(block_of("::ffff:192.0.2.9") == "192.0.2.0/24");
  CHECK(block_of("192.0.3.7") != block_of("192.0.2.7"));
  CHECK(block_of("nowhere") == "nowhere");
}

}  // namespace
}  // namespace rollcall
