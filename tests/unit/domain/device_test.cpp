#include "server/domain/device.h"

#include <catch2/catch.hpp>
#include <string>

namespace rollcall::domain {

TEST_CASE("a serial is compared without its white space and case") {
  CHECK(normalise_serial("  pf3k9x2m \n") == "PF3K9X2M");
  CHECK(normalise_serial("5CD 1234\tAB") == "5CD 1234 AB");
}

TEST_CASE("a placeholder is never a serial") {
  for (const char* text : {"", "  ", "To be filled by O.E.M.", "Default string", "System Serial Number",
                           "<BAD INDEX>", "<OUT OF SPEC>", "0", "None", "Not Specified", "No Asset Tag",
                           "00000000", "........", "XXXXXXXXXXXX", "-1", "N/A", "default  STRING",
                           "DEFAULT", "Type1ProductConfigId", "Not Defined"}) {
    INFO(text);
    CHECK(normalise_serial(text).empty());
  }
}

TEST_CASE("a serial that only contains a placeholder's word is a serial") {
  for (const char* text : {"SERIAL42", "NONE7XK", "OEM-99812", "10000001", "R90XYZ"}) {
    INFO(text);
    CHECK_FALSE(normalise_serial(text).empty());
  }
}

TEST_CASE("text that no engraver writes is no serial") {
  CHECK(normalise_serial("AB\x01"
                         "CD")
            .empty());
  CHECK(normalise_serial("AB\xff"
                         "CD")
            .empty());
  CHECK(normalise_serial(std::string(65, 'A') + "B").empty());
  CHECK(normalise_serial(std::string_view("AB\0CD", 5)).empty());
  CHECK(normalise_serial("AB\u200BCD").empty());
  CHECK(normalise_serial("\u202EDC BA").empty());
}

TEST_CASE("one maker has one name, whatever its firmware writes") {
  CHECK(normalise_maker("Hewlett-Packard") == normalise_maker("HP"));
  CHECK(normalise_maker("HP Inc.") == normalise_maker("hp"));
  CHECK(normalise_maker("ASUSTeK COMPUTER INC.") == normalise_maker("ASUS"));
  CHECK(normalise_maker("LENOVO") == "lenovo");
  CHECK(normalise_maker("Dell Inc.") == "dell");
  CHECK(normalise_maker("Dell Inc.") != normalise_maker("LENOVO"));
  CHECK(normalise_maker("") == "");
}

TEST_CASE("a tag is short printable text") {
  CHECK(normalise_tag(" FCS-01442 ") == "FCS-01442");
  CHECK_FALSE(normalise_tag("   "));
  CHECK_FALSE(normalise_tag(std::string(65, 'x')));
  CHECK_FALSE(normalise_tag("a\nb"));
  CHECK_FALSE(normalise_tag("a\xc3"));
  CHECK_FALSE(normalise_tag("FCS\u2066-01442"));
  CHECK_FALSE(normalise_tag("FCS-01442\u200E"));
}

}  // namespace rollcall::domain
