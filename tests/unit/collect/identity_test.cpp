#include "agent/collect/identity.h"

#include <catch2/catch.hpp>

#include "common/base/digest.h"

namespace rollcall::collect {
namespace {

TEST_CASE("filler texts are placeholders as a whole, whatever their case and blanks") {
  for (const auto* text :
       {"To be filled by O.E.M.", "TO BE  FILLED BY O.E.M. ", "Default string", "System Serial Number",
        "<BAD INDEX>", "<OUT OF SPEC>", "0", "None", "Not Specified", "No Asset Tag", "00000000", "xxxxxxxx",
        "--------", "........", "123456789", "0123456789", "1234567890", "ffffffff"}) {
    INFO(text);
    CHECK(is_placeholder(text));
  }
}

TEST_CASE("a genuine serial number may contain a filler word") {
  for (const auto* text :
       {"", "PF0ZX4K9", "SERIAL42", "NONE1234", "5CD0123456", "0000X", "12346", "DEFAULT-7", "1234"}) {
    INFO(text);
    CHECK_FALSE(is_placeholder(text));
  }
}

TEST_CASE("the serial number comes from product, then chassis, then board") {
  wire::Identity identity;
  choose_serial({"  PF0ZX4K9\n", "CH1", "BO1"}, identity);
  CHECK(identity.serial == "PF0ZX4K9");
  CHECK(identity.serial_source == "product");
  choose_serial({"Default string", " 9ZL8TM2 ", "BO1"}, identity);
  CHECK(identity.serial == "9ZL8TM2");
  CHECK(identity.serial_source == "chassis");
  CHECK_FALSE(identity.serial_is_placeholder);
  choose_serial({"", "None", "BO1"}, identity);
  CHECK(identity.serial_source == "board");
}

TEST_CASE("only placeholders leave no serial number and say so; nothing at all does not") {
  wire::Identity identity;
  choose_serial({"To be filled by O.E.M.", "", "0"}, identity);
  CHECK(identity.serial.empty());
  CHECK(identity.serial_source.empty());
  CHECK(identity.serial_is_placeholder);
  choose_serial({"", "", ""}, identity);
  CHECK_FALSE(identity.serial_is_placeholder);
}

TEST_CASE("shared and malformed system UUIDs are none") {
  CHECK(parse_system_uuid("4C4C4544-0034-5810-8039-B9C04F4B3933\n") ==
        "4c4c4544-0034-5810-8039-b9c04f4b3933");
  for (const auto* text : {"", "00000000-0000-0000-0000-000000000000", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
                           "03000200-0400-0500-0006-000700080009", "10000000-0000-8000-0040-54BF6412AB01",
                           "4c4c4544-0034-5810-8039-b9c04f4b393", "4c4c4544x0034-5810-8039-b9c04f4b3933",
                           "gc4c4544-0034-5810-8039-b9c04f4b3933"}) {
    INFO(text);
    CHECK(parse_system_uuid(text).empty());
  }
}

TEST_CASE("Lenovo's model is in its version field, but for board revisions and fillers") {
  CHECK(choose_model("LENOVO", "20HES0AB00", "ThinkPad T470") == "ThinkPad T470");
  CHECK(choose_model("LENOVO", "20HES0AB00", "Not Specified") == "20HES0AB00");
  CHECK(choose_model("LENOVO", "Phaser360", "rev3") == "Phaser360");
  CHECK(choose_model("Dell Inc.", "Latitude 3190", "1.2.3") == "Latitude 3190");
  CHECK(choose_model("Default string", "To be filled by O.E.M.", "").empty());
}

TEST_CASE("os-release gives name and version, quoted or not") {
  const auto debian = parse_os_release("PRETTY_NAME=\"x\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\n");
  CHECK(debian.name == "Debian GNU/Linux");
  CHECK(debian.version == "12");
  const auto rolling = parse_os_release("NAME=Arch\nBUILD_ID=rolling");
  CHECK(rolling.name == "Arch");
  CHECK(rolling.version == "rolling");
  CHECK(parse_os_release("").name.empty());
  CHECK(parse_os_release("NAME=\"\n=\nVERSION_ID").version.empty());
}

TEST_CASE("input devices are told by what they can do, not by what they are called") {
  const auto keyboard = parse_input_devices(
      "N: Name=\"x\"\nB: EV=120013\nB: KEY=402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe\n");
  CHECK(keyboard.keyboard);
  CHECK_FALSE(keyboard.touchpad);
  const auto pad = parse_input_devices("B: PROP=5\nB: KEY=e520 10000 0 0 0 0\nB: ABS=660800011000003\n");
  CHECK(pad.touchpad);
  CHECK_FALSE(pad.touchscreen);
  const auto screen = parse_input_devices("B: PROP=2\nB: KEY=400 0 0 0 0 0\nB: ABS=260800000000003\n");
  CHECK(screen.touchscreen);
  CHECK_FALSE(screen.touchpad);
  const auto pen = parse_input_devices("B: PROP=2\nB: KEY=1c03 0 0 0 0 0\nB: ABS=1000d000003\n");
  CHECK_FALSE(pen.touchscreen);
  const auto button = parse_input_devices("N: Name=\"Keyboard\"\nB: KEY=10000000000000 0\n");
  CHECK_FALSE(button.keyboard);
  // Capabilities of two devices do not add up to a third.
  const auto apart = parse_input_devices("B: PROP=2\n\nB: KEY=400 0 0 0 0 0\nB: ABS=3\n");
  CHECK_FALSE(apart.touchscreen);
  CHECK_FALSE(parse_input_devices("B: KEY=zz\n\nB: ABS").keyboard);
}

TEST_CASE("a keyed hash depends on key, purpose and value, and needs a key") {
  const auto hash = keyed_hash("key", "user", "jdoe");
  CHECK(hash.size() == 32);
  CHECK(hash == keyed_hash("key", "user", "jdoe"));
  CHECK(hash != keyed_hash("other", "user", "jdoe"));
  CHECK(hash != keyed_hash("key", "machine-id", "jdoe"));
  CHECK(hash != keyed_hash("key", "user", "asmith"));
  CHECK(keyed_hash("", "user", "jdoe").empty());
}

}  // namespace
}  // namespace rollcall::collect
