// The other files of a laptop: /proc, DMI, os-release, wtmp, sessions, mounts, smartctl and eMMC. The first byte
// chooses the file.
#include <algorithm>

#include "agent/collect/disks.h"
#include "agent/collect/health.h"
#include "agent/collect/identity.h"
#include "agent/collect/mounts.h"
#include "agent/collect/read.h"
#include "common/base/text.h"
#include "common/wire/limits.h"
#include "tests/fuzz/harness/collect_common.h"

namespace rollcall::fuzz {
namespace {

void check_identity(std::string_view text) {
  Input input(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  wire::Identity identity;
  const std::string product(input.line()), chassis(input.line()), board(input.line());
  collect::choose_serial({product, chassis, board}, identity);
  promise(identity.serial.empty() == identity.serial_source.empty(), "a serial number has a source");
  promise(identity.serial.empty() || !collect::is_placeholder(identity.serial), "a placeholder is no serial number");
  identity.model = collect::choose_model(input.line(), input.line(), input.line());
  identity.system_uuid = collect::parse_system_uuid(input.line());
  promise(identity.system_uuid.empty() || identity.system_uuid.size() == 36, "a UUID has 36 characters");
  wire::Report report;
  report.identity = identity;
  as_received(report);
}

void check_system(std::string_view text) {
  const auto release = collect::parse_os_release(text);
  const auto devices = collect::parse_input_devices(text);
  wire::Report report;
  report.identity.emplace();
  report.identity->os_name = release.name;
  report.identity->os_version = release.version;
  report.identity->has_keyboard = devices.keyboard;
  as_received(report);
}

void check_disk(const collect::Smart& smart) {
  wire::Disk disk;
  disk.name = "nvme0n1";
  disk.smart_passed = smart.passed;
  disk.wear_percent = smart.wear_percent;
  disk.power_on_hours = smart.power_on_hours;
  disk.media_errors = smart.media_errors;
  wire::Report report;
  report.health.emplace().disks = {disk};
  const auto received = as_received(report);
  const auto& travelled = received.health->disks.front();
  promise(travelled.wear_percent == disk.wear_percent && travelled.power_on_hours == disk.power_on_hours &&
              travelled.media_errors == disk.media_errors,
          "a value outside of the vocabulary's limits is left out by the collector, not by the codec");
}

void check_health(std::string_view text) {
  wire::Report report;
  auto& health = report.health.emplace();
  const auto memory = collect::parse_meminfo(text);
  promise(!memory.total_mb || *memory.total_mb >= 0, "memory is never negative");
  health.memory_total_mb = memory.total_mb;
  health.memory_available_mb = memory.available_mb;
  health.uptime_s = collect::parse_uptime(text);
  promise(!health.uptime_s || *health.uptime_s >= 0, "uptime is never negative");
  health.temperature_c = collect::parse_temperature(text);
  promise(!health.temperature_c || (*health.temperature_c > 0 && *health.temperature_c < 125), "a sensor says what a laptop survives");
  as_received(report);
}

void check_boots(std::string_view bytes) {
  const auto boots = collect::parse_wtmp(bytes);
  promise(boots.boots >= 0 && boots.unclean >= 0 && boots.unclean <= boots.boots, "no more boots were unclean than there were");
}

void check_mounts(std::string_view text) {
  for (const auto& mount : collect::parse_mountinfo(text)) promise(!mount.device.empty() && !mount.type.empty(), "a mount has a device and a type");
}

void check_attribute(std::string_view text) {
  const std::string field = collect::field_text(text);
  promise(field.size() <= wire::kMaxText && is_utf8(field), "an attribute keeps its limit");
  promise(collect::field_text(field) == field, "an attribute that was read is as it will be");
  const auto number = collect::number_in(text, -5, 5);
  promise(!number || (*number >= -5 && *number <= 5), "a number keeps its range");
}

}  // namespace
}  // namespace rollcall::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall;
  fuzz::Input input(data, size);
  switch (input.byte()) {
    case 'i': fuzz::check_identity(input.rest()); break;
    case 'o': fuzz::check_system(input.rest()); break;
    case 's': fuzz::check_disk(collect::parse_smart(input.rest())); break;
    case 'e': {
      const auto life_time = input.line();
      fuzz::check_disk(collect::parse_emmc(life_time, input.line()));
      break;
    }
    case 'h': fuzz::check_health(input.rest()); break;
    case 'w': fuzz::check_boots(input.rest()); break;
    case 'm': fuzz::check_mounts(input.rest()); break;
    case 'u': collect::parse_session(input.rest()); break;
    default: fuzz::check_attribute(input.rest()); break;
  }
  return 0;
}
