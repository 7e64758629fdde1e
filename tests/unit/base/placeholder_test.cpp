#include "common/base/placeholder.h"

#include <catch2/catch.hpp>

namespace rollcall {

TEST_CASE("what firmware holds when nobody wrote a serial is known, in any case and with any blanks") {
  for (const char* text : {"DEFAULT", "Default string", "Type1ProductConfigId", "Not Defined", "NIL", "System Version",
                           "to be set by  OEM", " Serial\t", "-1", "0", "00000000", "XXXX-XXXX", "12345", "0123456789"}) {
    INFO(text);
    CHECK(is_placeholder(text));
  }
  for (const char* text : {"", "PF0ZX4K9", "NONE4711", "5CG1234567", "1234", "Serial 7", "DEFAULT-7"}) {
    INFO(text);
    CHECK_FALSE(is_placeholder(text));
  }
}

TEST_CASE("an identity that many machines share is known") {
  for (const char* uuid : {"00020003-0004-0005-0006-000700080009", "12345678-1234-1234-1234-123456789ABC",
                           "10000000-0000-8000-0040-d8bbc1123456", " FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF "}) {
    INFO(uuid);
    CHECK(is_placeholder_uuid(uuid));
  }
  CHECK_FALSE(is_placeholder_uuid(""));
  CHECK_FALSE(is_placeholder_uuid("4c4c4544-0042-3510-8056-b4c04f4e4d32"));
}

}  // namespace rollcall
