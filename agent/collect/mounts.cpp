#include "agent/collect/mounts.h"

#include <algorithm>

#include "agent/collect/read.h"

namespace rollcall::collect {
namespace {

constexpr std::size_t kMaxMounts = 1024;
constexpr int kMaxDevices = 64;  // below one volume: partitions, RAID, dm-crypt, LVM, and room

// Blanks and backslashes are written as \040 and the like.
std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto digits = text.substr(i).starts_with('\\') ? text.substr(i + 1, 3) : std::string_view();
    if (digits.size() == 3 && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '7'; })) {
      out += static_cast<char>((digits[0] - '0') * 64 + (digits[1] - '0') * 8 + (digits[2] - '0'));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::optional<std::string> folder_named(const Machine& machine, std::string_view mapper_name) {
  const auto blocks = machine.list("/sys/class/block");
  for (const auto& block : blocks.value_or(std::vector<std::string>())) {
    const std::string folder = "/sys/class/block/" + block;
    if (block.starts_with("dm-") && read_attribute(machine, folder + "/dm/name") == mapper_name)
      return folder;
  }
  return std::nullopt;
}

// The block device's folder in sysfs.
std::optional<std::string> folder_of(const Machine& machine, const Mount& mount) {
  constexpr std::string_view mapper = "/dev/mapper/", devices = "/dev/";
  if (!mount.device.starts_with("0:")) return "/sys/dev/block/" + mount.device;
  // btrfs has a device number of its own, but names one of its disks.
  const std::string_view source = mount.source;
  if (source.starts_with(mapper)) return folder_named(machine, source.substr(mapper.size()));
  if (source.starts_with(devices)) return "/sys/class/block/" + std::string(source.substr(devices.size()));
  return std::nullopt;
}

// `devices` counts down over the whole tree below, so that one that runs in circles ends too.
std::optional<bool> is_encrypted(const Machine& machine, const std::string& folder, int& devices) {
  if (--devices < 0 || !machine.exists(folder)) return std::nullopt;
  const auto uuid = read_attribute(machine, folder + "/dm/uuid");
  if (uuid && uuid->starts_with("CRYPT-")) return true;
  const auto below = machine.list(folder + "/slaves");
  if (!below || below->empty()) return false;
  std::optional<bool> all;
  for (const auto& name : *below) {
    if (devices < 0) return std::nullopt;
    const auto one = is_encrypted(machine, "/sys/class/block/" + name, devices);
    if (one) all = all.value_or(true) && *one;
  }
  return all;
}

}  // namespace

std::vector<Mount> parse_mountinfo(std::string_view text) {
  std::vector<Mount> mounts;
  for (const auto line : split(text, '\n')) {
    // id parent major:minor root point options [optional fields …] - type source super-options
    const auto words = words_of(line);
    const auto dash = std::ranges::find(words, "-");
    if (dash - words.begin() < 6 || words.end() - dash < 3) continue;
    mounts.push_back({std::string(words[2]), unescape(words[4]), std::string(dash[1]), unescape(dash[2])});
    if (mounts.size() == kMaxMounts) break;
  }
  return mounts;
}

bool is_own_volume(const std::vector<Mount>& mounts, std::string_view point) {
  // The last mount on a point is the one that is seen.
  const auto seen = [&](std::string_view at) {
    const auto found = std::find_if(mounts.rbegin(), mounts.rend(), [&](const auto& m) { return m.point == at; });
    return found == mounts.rend() ? nullptr : &*found;
  };
  const Mount* mount = seen(point);
  if (mount == nullptr || mount->type == "tmpfs" || mount->type == "ramfs" || mount->type == "autofs") return false;
  const Mount* root = seen("/");
  return root == nullptr || root->device != mount->device;
}

std::optional<bool> read_encryption(const Machine& machine, const std::vector<Mount>& mounts) {
  std::optional<bool> all;
  for (const std::string_view point : {"/", "/home"}) {
    // The last mount on a point is the one that is seen.
    const auto found =
        std::find_if(mounts.rbegin(), mounts.rend(), [&](const auto& m) { return m.point == point; });
    if (found == mounts.rend()) continue;
    const auto folder = folder_of(machine, *found);
    int devices = kMaxDevices;
    const auto one = folder ? is_encrypted(machine, *folder, devices) : std::nullopt;
    if (one) all = all.value_or(true) && *one;
  }
  return all;
}

}  // namespace rollcall::collect
