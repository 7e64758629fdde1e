#include "tests/district/fleet/keyring.h"

#include <catch2/catch.hpp>

#include "tests/temporary_folder.h"

using namespace rollcall;
using namespace rollcall::district;

TEST_CASE("what laptops keep is read back as it was, for its owner's eyes only") {
  const TemporaryFolder folder;
  SystemFiles files;
  const std::string path = folder.path() + "/laptops";
  Keyring keyring{42, "authority", {}};
  keyring.laptops.push_back({{"certificate\n", "key\n", std::string("\0\xff session", 10)}, 77});
  keyring.laptops.push_back({{}, 0});
  REQUIRE(write_keyring(files, path, keyring));
  CHECK(files.info(path)->mode == 0600);
  const auto read = read_keyring(files, path);
  REQUIRE(read);
  CHECK(read->seed == 42);
  CHECK(read->authority_pem == "authority");
  REQUIRE(read->laptops.size() == 2);
  CHECK(read->laptops[0].credential.session == keyring.laptops[0].credential.session);
  CHECK(read->laptops[0].credential.key_pem == "key\n");
  CHECK(read->laptops[0].sequence == 77);
  CHECK(read->laptops[1].credential.certificate_pem.empty());
}

TEST_CASE("a missing keyring is told from a damaged one") {
  const TemporaryFolder folder;
  SystemFiles files;
  const std::string path = folder.path() + "/laptops";
  CHECK(read_keyring(files, path).error().code == Errc::not_found);
  for (const char* text : {"", "rollcall-sim-1 x -\n", "rollcall-sim-1 1 -\n12 - -\n", "something else\n"}) {
    REQUIRE(files.write_atomic(path, text, 0600));
    CHECK(read_keyring(files, path).error().code == Errc::corrupt);
  }
}
