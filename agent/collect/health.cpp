#include "agent/collect/health.h"

#include <utmp.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "agent/collect/disks.h"
#include "agent/collect/mounts.h"
#include "agent/collect/read.h"
#include "common/base/digest.h"
#include "common/wire/limits.h"

namespace rollcall::collect {
namespace {

constexpr std::uint64_t kMegabyte = 1024 * 1024;
// logrotate turns wtmp over at the first month's end beyond 1 MB.
constexpr std::size_t kMaxWtmp = 2 * 1024 * 1024;

// Only these: a volume elsewhere carries names that people gave it.
constexpr std::array<std::string_view, 5> kVolumes = {"/", "/home", "/var", "/boot", "/boot/efi"};

// Whatever changes when packages are installed, by packager.
constexpr std::array<std::string_view, 3> kPackageStamps = {
    "/var/lib/dpkg/status", "/var/lib/rpm/rpmdb.sqlite", "/var/lib/pacman/local"};

std::vector<wire::Volume> read_volumes(const Machine& machine, const std::vector<Mount>& mounts) {
  std::vector<wire::Volume> volumes;
  for (const auto point : kVolumes) {
    if (point != "/" && !is_own_volume(mounts, point)) continue;
    const auto space = machine.space(point);
    if (!space || space->size_bytes == 0) continue;
    const auto megabytes = [](std::uint64_t bytes) { return static_cast<std::int64_t>(bytes / kMegabyte); };
    wire::Volume volume{std::string(point), megabytes(space->size_bytes), megabytes(space->free_bytes)};
    if (volume.size_mb > wire::kMaxMegabytes || volume.free_mb > volume.size_mb) continue;
    volumes.push_back(std::move(volume));
  }
  return volumes;
}

// The hottest of at most so many sensors.
class Hottest {
 public:
  explicit Hottest(const Machine& machine) : machine_(machine) {}
  void take(const std::string& path) {
    if (left_-- <= 0) return;
    const auto celsius = parse_temperature(read_attribute(machine_, path).value_or(""));
    if (celsius) celsius_ = std::max(celsius_.value_or(*celsius), *celsius);
  }
  std::optional<double> celsius() const { return celsius_; }

 private:
  const Machine& machine_;
  std::optional<double> celsius_;
  int left_{128};
};

std::optional<double> read_temperature(const Machine& machine) {
  constexpr std::size_t max_chips = 64;
  Hottest hottest(machine);
  const auto names_in = [&](const std::string& folder) {
    return machine.list(folder).value_or(std::vector<std::string>());
  };
  for (const auto& zone : names_in("/sys/class/thermal")) {
    if (zone.starts_with("thermal_zone")) hottest.take("/sys/class/thermal/" + zone + "/temp");
  }
  auto chips = names_in("/sys/class/hwmon");
  if (chips.size() > max_chips) chips.resize(max_chips);
  for (const auto& chip : chips) {
    const std::string folder = "/sys/class/hwmon/" + chip;
    // Asking a disk or a radio for its temperature wakes it.
    const auto driver = read_attribute(machine, folder + "/name").value_or("");
    if (driver == "drivetemp" || driver == "nvme" || driver.starts_with("iwlwifi")) continue;
    for (const auto& name : names_in(folder)) {
      if (name.starts_with("temp") && name.ends_with("_input")) hottest.take(folder + "/" + name);
    }
  }
  return hottest.celsius();
}

std::optional<std::int64_t> read_package_age(const Context& context) {
  for (const auto stamp : kPackageStamps) {
    if (const auto modified = context.machine->modified_ms(stamp))
      return age_in_days(*modified, context.wall_ms);
  }
  return std::nullopt;
}

std::string read_user_hash(const Context& context) {
  const auto& machine = *context.machine;
  const auto sessions = machine.list("/run/systemd/sessions");
  for (const auto& name : sessions.value_or(std::vector<std::string>())) {
    const auto text = machine.read("/run/systemd/sessions/" + name, Machine::kReadLimit);
    const auto user = text ? parse_session(*text) : std::string();
    if (!user.empty()) return keyed_hash(context.hash_key, "user", user_of(user));
  }
  return {};
}

class HealthCollector final : public Collector {
 public:
  Result<Presence> collect(const Context& context, wire::Report& report) override {
    const auto& machine = *context.machine;
    const auto text = [&](std::string_view path, std::size_t limit = Machine::kReadLimit) {
      return machine.read(path, limit).value_or(std::string());
    };
    wire::Health health;
    const auto mounts = parse_mountinfo(text("/proc/self/mountinfo", 8 * Machine::kReadLimit));
    health.volumes = read_volumes(machine, mounts);
    health.disk_encrypted = read_encryption(machine, mounts);
    health.disks = disks_.read(machine, context.monotonic_ms, context.hurried());
    const auto memory = parse_meminfo(text("/proc/meminfo"));
    health.memory_total_mb = memory.total_mb;
    health.memory_available_mb = memory.available_mb;
    health.temperature_c = read_temperature(machine);
    health.uptime_s = parse_uptime(text("/proc/uptime"));
    read_boots(machine, health);
    health.package_update_age_days = read_package_age(context);
    health.user_hash = read_user_hash(context);
    const bool any = memory.total_mb || health.uptime_s || !health.volumes.empty() || !health.disks.empty();
    report.health = std::move(health);
    return any ? Presence::present : Presence::absent;
  }

 private:
  // The file grows with every login and is read again only then.
  void read_boots(const Machine& machine, wire::Health& health) {
    const auto modified = machine.modified_ms("/var/log/wtmp");
    if (!modified) return;
    if (wtmp_modified_ms_ != *modified) {
      wtmp_modified_ms_ = *modified;
      boots_.reset();
      const auto current = machine.read("/var/log/wtmp", kMaxWtmp);
      const auto before = machine.read("/var/log/wtmp.1", kMaxWtmp);
      if (current) boots_ = parse_wtmp(before.value_or(std::string()) + *current);
    }
    // A machine that runs was started at least once: an empty file only says that nobody keeps count.
    if (!boots_ || boots_->boots == 0) return;
    health.boot_count = boots_->boots;
    health.unclean_shutdowns = boots_->unclean;
  }

  Disks disks_;
  std::optional<std::int64_t> wtmp_modified_ms_;
  std::optional<Boots> boots_;
};

}  // namespace

Memory parse_meminfo(std::string_view text) {
  Memory memory;
  const auto megabytes = [](std::string_view value) -> std::optional<std::int64_t> {
    const auto words = words_of(value);
    if (words.size() != 2 || words[1] != "kB") return std::nullopt;
    const auto kilobytes = number_in(words[0], 0, wire::kMaxMegabytes * 1024);
    if (!kilobytes) return std::nullopt;
    return *kilobytes / 1024;
  };
  for (const auto line : split(text, '\n')) {
    constexpr std::string_view total = "MemTotal:", available = "MemAvailable:";
    if (line.starts_with(total)) memory.total_mb = megabytes(line.substr(total.size()));
    if (line.starts_with(available)) memory.available_mb = megabytes(line.substr(available.size()));
  }
  return memory;
}

std::optional<std::int64_t> parse_uptime(std::string_view text) {
  const auto words = words_of(trim(text));
  if (words.empty()) return std::nullopt;
  constexpr std::int64_t hundred_years_s = 3'155'760'000;
  return number_in(words[0].substr(0, words[0].find('.')), 0, hundred_years_s);
}

std::optional<double> parse_temperature(std::string_view millidegrees) {
  // Rounded, it reaches neither end.
  const auto value = number_in(millidegrees, 50, 124'949);
  if (!value) return std::nullopt;
  return std::round(static_cast<double>(*value) / 100.0) / 10.0;
}

Boots parse_wtmp(std::string_view bytes) {
  Boots found;
  bool running = false;  // since the last boot, as far as the file goes
  for (; bytes.size() >= sizeof(utmp); bytes.remove_prefix(sizeof(utmp))) {
    utmp record;
    std::memcpy(&record, bytes.data(), sizeof record);
    const std::string_view user(record.ut_user, strnlen(record.ut_user, sizeof record.ut_user));
    if (record.ut_type == BOOT_TIME) {
      ++found.boots;
      if (running) ++found.unclean;
      running = true;
    } else if (record.ut_type == RUN_LVL && user == "shutdown") {
      running = false;
    }
  }
  return found;
}

std::string parse_session(std::string_view text) {
  std::string_view user, kind, active, remote;
  for (const auto line : split(text, '\n')) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const auto key = line.substr(0, equals), value = line.substr(equals + 1);
    if (key == "USER") user = value;
    if (key == "CLASS") kind = value;
    if (key == "ACTIVE") active = value;
    if (key == "REMOTE") remote = value;
  }
  if (!kind.starts_with("user") || active != "1" || remote == "1") return {};
  return field_text(user);
}

std::optional<std::int64_t> age_in_days(std::int64_t stamp_ms, std::int64_t now_ms) {
  constexpr std::int64_t day_ms = 86'400'000, ten_years = 3'653;
  if (stamp_ms <= 0 || now_ms < stamp_ms) return std::nullopt;
  const auto days = (now_ms - stamp_ms) / day_ms;
  return days > ten_years ? std::nullopt : std::optional(days);
}

std::unique_ptr<Collector> make_health() {
  return std::make_unique<HealthCollector>();
}

}  // namespace rollcall::collect
