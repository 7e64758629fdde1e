#include "agent/collect/identity.h"

#include <algorithm>
#include <cctype>

#include "agent/collect/read.h"
#include "common/base/digest.h"
#include "common/base/placeholder.h"

namespace rollcall::collect {
namespace {

constexpr std::string_view kDmi = "/sys/class/dmi/id/";
constexpr std::string_view kDeviceTree = "/proc/device-tree/";

// Printable, one blank where there were several, none at the ends.
std::string collapse(std::string_view text) {
  std::string out;
  const auto field = field_text(text);
  for (const auto word : words_of(field)) {
    if (!out.empty()) out += ' ';
    out += word;
  }
  return out;
}

// A bitmap of /proc/bus/input/devices: hexadecimal words of a long, the most significant first.
class Bits {
 public:
  explicit Bits(std::string_view text) : words_(words_of(text)) {}
  bool has(unsigned bit) const {
    const std::size_t word = bit / 64;
    if (word >= words_.size()) return false;
    const auto text = words_[words_.size() - 1 - word];
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    return error == std::errc{} && end == text.data() + text.size() && ((value >> (bit % 64)) & 1) != 0;
  }

 private:
  std::vector<std::string_view> words_;
};

// linux/input-event-codes.h; named here so that the parser does not depend on the kernel it is built on.
constexpr unsigned kKeyQ = 16, kKeyP = 25, kKeyA = 30, kKeyM = 50;
constexpr unsigned kToolPen = 0x140, kToolFinger = 0x145, kTouch = 0x14a;
constexpr unsigned kAbsX = 0, kAbsMultitouchX = 0x35, kPropDirect = 1;

void classify(std::string_view device, InputDevices& found) {
  std::string_view keys, absolute, properties;
  for (const auto line : split(device, '\n')) {
    if (line.starts_with("B: KEY=")) keys = line.substr(7);
    if (line.starts_with("B: ABS=")) absolute = line.substr(7);
    if (line.starts_with("B: PROP=")) properties = line.substr(8);
  }
  const Bits key(keys), axis(absolute), property(properties);
  found.keyboard |= key.has(kKeyQ) && key.has(kKeyP) && key.has(kKeyA) && key.has(kKeyM);
  const bool touched = key.has(kTouch) && (axis.has(kAbsX) || axis.has(kAbsMultitouchX));
  const bool on_screen = property.has(kPropDirect);
  found.touchpad |= touched && key.has(kToolFinger) && !on_screen;
  found.touchscreen |= touched && on_screen && !key.has(kToolPen);
}

struct Firmware {
  Serials serials;
  std::string vendor, product_name, product_version, bios_version, uuid;
};

// Not there is an empty text; there but unreadable is an error, so that a good value is not replaced.
Result<std::string> read_if_there(const Machine& machine, std::string_view folder, std::string_view name) {
  auto text = machine.read(std::string(folder) + std::string(name), Machine::kReadLimit);
  if (text) return collapse(text->substr(0, text->find('\0')));
  if (text.error().code == Errc::not_found) return std::string();
  return text;
}

Result<Firmware> read_firmware(const Machine& machine) {
  Firmware firmware;
  if (!machine.exists(kDmi)) {
    firmware.serials.product = TRY(read_if_there(machine, kDeviceTree, "serial-number"));
    firmware.product_name = TRY(read_if_there(machine, kDeviceTree, "model"));
    return firmware;
  }
  struct Source {
    std::string_view name;
    std::string& into;
  };
  const Source sources[] = {
      {"product_serial", firmware.serials.product}, {"chassis_serial", firmware.serials.chassis},
      {"board_serial", firmware.serials.board},     {"sys_vendor", firmware.vendor},
      {"product_name", firmware.product_name},      {"product_version", firmware.product_version},
      {"bios_version", firmware.bios_version},      {"product_uuid", firmware.uuid}};
  for (const auto& source : sources) source.into = TRY(read_if_there(machine, kDmi, source.name));
  return firmware;
}

void fill_system(const Context& context, wire::Identity& identity) {
  const auto& machine = *context.machine;
  if (const auto text = machine.read("/etc/os-release", Machine::kReadLimit)) {
    auto release = parse_os_release(*text);
    identity.os_name = std::move(release.name);
    identity.os_version = std::move(release.version);
  }
  identity.kernel = field_text(read_attribute(machine, "/proc/sys/kernel/osrelease").value_or(""));
  identity.agent_version = context.agent_version;
  const auto machine_id = read_attribute(machine, "/etc/machine-id");
  if (machine_id && !machine_id->empty() && *machine_id != "uninitialized") {
    identity.machine_id_hash = keyed_hash(context.hash_key, "machine-id", *machine_id);
  }
}

void fill_presence(const Machine& machine, wire::Identity& identity) {
  if (const auto text = machine.read("/proc/bus/input/devices", 4 * Machine::kReadLimit)) {
    const auto found = parse_input_devices(*text);
    identity.has_keyboard = found.keyboard;
    identity.has_touchpad = found.touchpad;
    identity.has_touchscreen = found.touchscreen;
  }
  const auto video = machine.list("/sys/class/video4linux");
  if (video) {
    identity.has_camera =
        std::ranges::any_of(*video, [](const auto& name) { return name.starts_with("video"); });
  } else if (video.error().code == Errc::not_found && machine.exists("/sys/class")) {
    identity.has_camera = false;
  }
}

class IdentityCollector final : public Collector {
 public:
  Result<Presence> collect(const Context& context, wire::Report& report) override {
    const auto firmware = TRY(read_firmware(*context.machine));
    wire::Identity identity;
    choose_serial(firmware.serials, identity);
    identity.manufacturer = is_placeholder(firmware.vendor) ? "" : firmware.vendor;
    identity.model = choose_model(firmware.vendor, firmware.product_name, firmware.product_version);
    identity.bios_version = firmware.bios_version;
    identity.system_uuid = parse_system_uuid(firmware.uuid);
    fill_system(context, identity);
    fill_presence(*context.machine, identity);
    report.identity = std::move(identity);
    return Presence::present;
  }
};

}  // namespace

bool is_placeholder(std::string_view text) { return rollcall::is_placeholder(collapse(text)); }

std::string parse_system_uuid(std::string_view text) {
  auto uuid = to_lower(trim(text));
  if (uuid.size() != 36) return {};
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? uuid[i] != '-' : std::isxdigit(static_cast<unsigned char>(uuid[i])) == 0) return {};
  }
  return is_placeholder_uuid(uuid) ? std::string() : uuid;
}

void choose_serial(const Serials& serials, wire::Identity& identity) {
  const std::pair<std::string_view, std::string_view> chain[] = {
      {"product", serials.product}, {"chassis", serials.chassis}, {"board", serials.board}};
  identity.serial.clear();
  identity.serial_source.clear();
  identity.serial_is_placeholder = false;
  for (const auto& [source, raw] : chain) {
    auto serial = collapse(raw);
    if (serial.empty()) continue;
    if (is_placeholder(serial)) {
      identity.serial_is_placeholder = true;
      continue;
    }
    identity.serial = std::move(serial);
    identity.serial_source = source;
    identity.serial_is_placeholder = false;
    return;
  }
}

std::string choose_model(std::string_view vendor, std::string_view product_name,
                         std::string_view product_version) {
  const bool lenovo = equal_ignoring_case(trim(vendor), "lenovo");
  auto name = collapse(product_name), version = collapse(product_version);
  // Lenovo's Chromebooks have a board revision there ("rev3").
  const bool names_model =
      !version.empty() && !is_placeholder(version) && !to_lower(version).starts_with("rev");
  if (lenovo && names_model) return version;
  return is_placeholder(name) ? std::string() : name;
}

OsRelease parse_os_release(std::string_view text) {
  OsRelease release;
  std::string build;
  for (const auto line : split(text, '\n')) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const auto key = trim(line.substr(0, equals));
    auto value = trim(line.substr(equals + 1));
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
        value.back() == value.front()) {
      value = value.substr(1, value.size() - 2);
    }
    if (key == "NAME") release.name = field_text(value);
    if (key == "VERSION_ID") release.version = field_text(value);
    if (key == "BUILD_ID") build = field_text(value);
  }
  if (release.version.empty()) release.version = build;  // rolling systems have no version
  return release;
}

InputDevices parse_input_devices(std::string_view text) {
  InputDevices found;
  while (!text.empty()) {
    const auto end = text.find("\n\n");
    classify(text.substr(0, end), found);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 2);
  }
  return found;
}

std::unique_ptr<Collector> make_identity() {
  return std::make_unique<IdentityCollector>();
}

}  // namespace rollcall::collect
