#include "agent/collect/disks.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <limits>

#include "agent/collect/read.h"
#include "common/wire/limits.h"

namespace rollcall::collect {
namespace {

namespace json = boost::json;

constexpr std::int64_t kMaxHours = 10'000'000;
constexpr std::int64_t kMaxWear = 1'000;

std::optional<std::int64_t> integer(const json::value& object, std::string_view pointer, std::int64_t max) {
  boost::system::error_code error;
  const auto* found = object.find_pointer(pointer, error);
  if (found == nullptr) return std::nullopt;
  const auto value = found->to_number<std::int64_t>(error);
  if (error || value < 0 || value > max) return std::nullopt;
  return value;
}

// ATA attributes by number: the normalised value or the raw one.
std::optional<std::int64_t> attribute(const json::value& root, std::int64_t id, std::string_view pointer) {
  boost::system::error_code error;
  const auto* table = root.find_pointer("/ata_smart_attributes/table", error);
  if (table == nullptr || !table->is_array()) return std::nullopt;
  for (const auto& row : table->get_array()) {
    if (integer(row, "/id", 255) == id)
      return integer(row, pointer, std::numeric_limits<std::int64_t>::max());
  }
  return std::nullopt;
}

std::optional<std::int64_t> ata_wear(const json::value& root) {
  for (const std::int64_t id : {231, 233, 177, 202}) {
    const auto left = attribute(root, id, "/value");
    if (left && *left <= 100) return 100 - *left;
  }
  return std::nullopt;
}

std::optional<std::int64_t> ata_errors(const json::value& root) {
  const auto reallocated = attribute(root, 5, "/raw/value"), pending = attribute(root, 197, "/raw/value");
  if (!reallocated && !pending) return std::nullopt;
  // Makers pack other counters into the upper bytes.
  constexpr std::int64_t low = 0xFFFF'FFFF;
  return (reallocated.value_or(0) & low) + (pending.value_or(0) & low);
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// "nvme0n1", but not the "nvme0c0n1" of multipath.
bool is_nvme(std::string_view name) {
  if (!name.starts_with("nvme")) return false;
  name.remove_prefix(4);
  const auto n = name.find('n');
  return n != std::string_view::npos && is_digits(name.substr(0, n)) && is_digits(name.substr(n + 1));
}

// "sda" or "vda"; a name is also an argument of a command, so nothing else passes.
bool is_lettered(std::string_view name) {
  if (!name.starts_with("sd") && !name.starts_with("vd") && !name.starts_with("hd")) return false;
  name.remove_prefix(2);
  return !name.empty() && name.size() <= 3 &&
         std::ranges::all_of(name, [](char c) { return c >= 'a' && c <= 'z'; });
}

// Empty: not a disk of this laptop.
std::string kind_of(const Machine& machine, const std::string& name) {
  const std::string folder = "/sys/block/" + name + "/";
  if (is_nvme(name)) return "nvme";
  if (name.starts_with("mmcblk") && is_digits(std::string_view(name).substr(6))) {
    return read_attribute(machine, folder + "device/type") == "MMC" ? "emmc" : "";
  }
  if (!is_lettered(name) || read_attribute(machine, folder + "removable") == "1") return "";
  const auto target = machine.link_target("/sys/block/" + name);
  if (target && target->find("/usb") != std::string::npos) return "";
  return read_attribute(machine, folder + "device/vendor") == "ATA" ? "sata" : "other";
}

}  // namespace

Smart parse_smart(std::string_view text) {
  Smart smart;
  boost::system::error_code error;
  const auto root = json::parse(text, error);
  if (error) return smart;
  const auto* passed = root.find_pointer("/smart_status/passed", error);
  if (passed != nullptr && passed->is_bool()) smart.passed = passed->get_bool();
  smart.power_on_hours = integer(root, "/power_on_time/hours", kMaxHours);
  smart.wear_percent = integer(root, "/nvme_smart_health_information_log/percentage_used", kMaxWear);
  smart.media_errors = integer(root, "/nvme_smart_health_information_log/media_errors",
                               std::numeric_limits<std::int64_t>::max());
  if (!smart.wear_percent) smart.wear_percent = ata_wear(root);
  if (!smart.media_errors) smart.media_errors = ata_errors(root);
  return smart;
}

Smart parse_emmc(std::string_view life_time, std::string_view pre_eol_info) {
  const auto step = [](std::string_view text) -> std::int64_t {
    if (!text.starts_with("0x")) return 0;
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), value, 16);
    return error == std::errc{} && end == text.data() + text.size() && value <= 0x0B ? value : 0;
  };
  Smart smart;
  std::int64_t worst = 0;
  for (const auto word : words_of(trim(life_time))) worst = std::max(worst, step(word));
  if (worst > 0) smart.wear_percent = worst * 10;
  const auto spare = step(trim(pre_eol_info));
  if (spare >= 1 && spare <= 3) smart.passed = spare == 1;
  return smart;
}

std::vector<wire::Disk> Disks::read(const Machine& machine, std::int64_t monotonic_ms, bool hurried) {
  std::vector<wire::Disk> disks;
  const auto names = machine.list("/sys/block");
  for (const auto& name : names.value_or(std::vector<std::string>())) {
    if (disks.size() == wire::kMaxDisks) break;
    const auto kind = kind_of(machine, name);
    const std::string folder = "/sys/block/" + name + "/";
    // An empty card reader is a disk of no size.
    if (kind.empty() || read_attribute(machine, folder + "size") == "0") continue;
    const auto model = read_attribute(machine, folder + (kind == "emmc" ? "device/name" : "device/model"));
    Smart smart;
    if (kind == "emmc") {
      smart = parse_emmc(read_attribute(machine, folder + "device/life_time").value_or(""),
                         read_attribute(machine, folder + "device/pre_eol_info").value_or(""));
    } else if (!name.starts_with("vd")) {
      smart = smart_of(machine, name, monotonic_ms, hurried);
    }
    disks.push_back({field_text(name), kind, field_text(model.value_or("")), smart.passed, smart.wear_percent,
                     smart.power_on_hours, smart.media_errors});
  }
  std::erase_if(remembered_, [&](const auto& entry) {
    return std::ranges::find(disks, entry.first, &wire::Disk::name) == disks.end();
  });
  return disks;
}

Smart Disks::smart_of(const Machine& machine, const std::string& name, std::int64_t monotonic_ms,
                      bool hurried) {
  const auto found = remembered_.find(name);
  const bool known = found != remembered_.end();
  if (hurried || (known && monotonic_ms - found->second.read_ms < kSmartIntervalMs)) {
    return known ? found->second.smart : Smart{};
  }
  const auto output = machine.run(Tool::smartctl, {"--json=c", "--nocheck=standby", "--info", "--health",
                                                   "--attributes", "/dev/" + name});
  auto smart = output ? parse_smart(output->text) : Smart{};
  // A sleeping disk says nothing now; what it said before still holds.
  if (known && smart == Smart{}) smart = found->second.smart;
  remembered_.insert_or_assign(name, Remembered{monotonic_ms, smart});
  return smart;
}

}  // namespace rollcall::collect
