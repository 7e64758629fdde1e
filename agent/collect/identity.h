// Which laptop this is: the firmware's own words (/sys/class/dmi/id, or the device tree where there is no
// DMI), the system that runs on it, and which input devices are present. MAC addresses identify nothing
// (docks, random addresses) and are never read.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "agent/collect/collector.h"

namespace rollcall::collect {

// Whether the whole text, apart from case and white space, is what makers leave in place of a serial number:
// a filler word, one character repeated, a counting row. A serial that only contains such a word is genuine.
bool is_placeholder(std::string_view text);

// Lower-case with dashes; empty for what is no UUID or one that many machines share.
std::string parse_system_uuid(std::string_view text);

// As the firmware wrote them.
struct Serials {
  std::string product, chassis, board;
};
// Fills serial, serial_source and serial_is_placeholder: the first of product, chassis, board that is neither
// empty nor a placeholder.
void choose_serial(const Serials& serials, wire::Identity& identity);

// Lenovo keeps the name that people know in product_version, and a type number in product_name.
std::string choose_model(std::string_view vendor, std::string_view product_name,
                         std::string_view product_version);

// os-release(5): name and version; either may stay empty.
struct OsRelease {
  std::string name, version;
};
OsRelease parse_os_release(std::string_view text);

// /proc/bus/input/devices: only which kinds of device are present. A keyboard has the letter keys, a
// touchpad reports fingers on an area that is not the screen, a touch screen on one that is.
struct InputDevices {
  bool keyboard{}, touchpad{}, touchscreen{};
};
InputDevices parse_input_devices(std::string_view text);

std::unique_ptr<Collector> make_identity();

}  // namespace rollcall::collect
