// What is mounted where, and whether the disks below it are encrypted.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/collect/machine.h"

namespace rollcall::collect {

struct Mount {
  std::string device;  // "8:2"; major 0 for file systems without a single block device
  std::string point, type, source;
};

// /proc/self/mountinfo, proc(5).
std::vector<Mount> parse_mountinfo(std::string_view text);

// Whether `point` is a volume beside /: not one in memory (what hides a folder from a service is), and not a part of
// the file system of / that is mounted a second time (what makes it read-only for a service is).
bool is_own_volume(const std::vector<Mount>& mounts, std::string_view point);

// Whether / and /home, where it is a volume of its own, lie on dm-crypt, directly or through LVM or RAID
// (every disk below must be encrypted). Nothing where that cannot be told (network, overlay, ZFS).
std::optional<bool> read_encryption(const Machine& machine, const std::vector<Mount>& mounts);

}  // namespace rollcall::collect
