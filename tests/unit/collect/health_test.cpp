#include "agent/collect/health.h"

#include <utmp.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "agent/collect/disks.h"
#include "agent/collect/mounts.h"
#include "tests/temporary_folder.h"
#include "tests/unit/collect/school.h"

namespace rollcall::collect {
namespace {

TEST_CASE("memory is read in MiB, and negative or huge amounts are none") {
  const auto memory =
      parse_meminfo("MemTotal:       8011232 kB\nMemFree: 1 kB\nMemAvailable:    4102332 kB\n");
  CHECK(memory.total_mb == 7823);
  CHECK(memory.available_mb == 4006);
  const auto garbage = parse_meminfo("MemTotal: -5 kB\nMemAvailable: 99999999999999999999 kB\nMemTotal: 5");
  CHECK_FALSE(garbage.total_mb.has_value());
  CHECK_FALSE(garbage.available_mb.has_value());
}

TEST_CASE("uptime is whole seconds") {
  CHECK(parse_uptime("18321.44 58628.61\n") == 18321);
  CHECK(parse_uptime("12") == 12);
  for (const auto* text : {"", "-12.5", "soon", ".5", "99999999999999"})
    CHECK_FALSE(parse_uptime(text).has_value());
}

TEST_CASE("a temperature that no laptop survives is a broken sensor's") {
  CHECK(parse_temperature("47050\n") == 47.1);
  for (const auto* text : {"0", "-273200", "125000", "255000", "40", "124960", "", "hot"}) {
    CHECK_FALSE(parse_temperature(text).has_value());
  }
}

std::string record(short type, const char* user) {
  utmp entry{};
  entry.ut_type = type;
  std::strncpy(entry.ut_user, user, sizeof entry.ut_user - 1);
  return {reinterpret_cast<const char*>(&entry), sizeof entry};
}

TEST_CASE("a boot that follows a boot without a shutdown tells of an unclean end") {
  const auto boot = record(BOOT_TIME, "reboot"), down = record(RUN_LVL, "shutdown"),
             level = record(RUN_LVL, "runlevel"), login = record(USER_PROCESS, "shutdown");
  CHECK(parse_wtmp("").boots == 0);
  const auto clean = parse_wtmp(boot + level + login + down + boot + level);
  CHECK(clean.boots == 2);
  CHECK(clean.unclean == 0);
  const auto unclean = parse_wtmp(boot + level + login + boot + down + boot + boot);
  CHECK(unclean.boots == 4);
  CHECK(unclean.unclean == 2);
  CHECK(parse_wtmp(down + boot + "half a record").boots == 1);
}

TEST_CASE("only a person's local session in front counts as logged in") {
  CHECK(parse_session("UID=1000\nUSER=jdoe\nACTIVE=1\nREMOTE=0\nCLASS=user\n") == "jdoe");
  CHECK(parse_session("USER=jdoe\nACTIVE=1\nCLASS=user").size() == 4);
  CHECK(parse_session("USER=gdm\nACTIVE=1\nREMOTE=0\nCLASS=greeter\n").empty());
  CHECK(parse_session("USER=jdoe\nACTIVE=0\nREMOTE=0\nCLASS=user\n").empty());
  CHECK(parse_session("USER=jdoe\nACTIVE=1\nREMOTE=1\nCLASS=user\n").empty());
  CHECK(parse_session("").empty());
}

TEST_CASE("no link leads out of the folder that stands in for a machine") {
  const TemporaryFolder folder;
  namespace fs = std::filesystem;
  const fs::path root = folder / "root";
  fs::create_directories(root / "etc");
  std::ofstream(folder / "secret") << "outside";
  std::ofstream(root / "etc/inside") << "inside";
  fs::create_symlink(folder / "secret", root / "etc/absolute");
  fs::create_symlink("../../secret", root / "etc/relative");
  fs::create_symlink("/etc/inside", root / "etc/proper");
  fs::create_symlink(folder / "", root / "etc/folder");
  const FixtureMachine machine(root);
  for (const char* path : {"/etc/absolute", "/etc/relative", "/etc/folder/secret", "/../secret"}) {
    INFO(path);
    CHECK_FALSE(machine.read(path, 100));
    CHECK_FALSE(machine.exists(path));
    CHECK_FALSE(machine.modified_ms(path));
  }
  CHECK(machine.read("/etc/proper", 100).value_or("") == "inside");
  CHECK(machine.list("/etc").value_or(std::vector<std::string>()).size() == 5);
  CHECK(machine.link_target("/etc/proper").value_or("") == "/etc/inside");
  CHECK_FALSE(machine.link_target("/etc/inside"));
}

TEST_CASE("an age needs a clock that makes sense") {
  CHECK(age_in_days(1'759'000'000'000, 1'760'000'000'000) == 11);
  CHECK(age_in_days(1'760'000'000'000, 1'760'000'000'000) == 0);
  CHECK_FALSE(age_in_days(1'760'000'000'001, 1'760'000'000'000).has_value());
  CHECK_FALSE(age_in_days(1, 1'760'000'000'000).has_value());
}

TEST_CASE("mounts are read with their escapes") {
  const auto mounts = parse_mountinfo(
      "27 1 254:1 / / rw,relatime shared:1 - ext4 /dev/mapper/vg-root rw,errors=remount-ro\n"
      "28 27 0:31 / /media/MY\\040STICK rw - vfat /dev/sda1 rw\nnonsense - x\n36 35 98:0 /mnt1\n");
  REQUIRE(mounts.size() == 2);
  CHECK(mounts[0].device == "254:1");
  CHECK(mounts[0].type == "ext4");
  CHECK(mounts[0].source == "/dev/mapper/vg-root");
  CHECK(mounts[1].point == "/media/MY STICK");
}

TEST_CASE("what a service's own view of the machine adds is no volume") {
  const std::string laptop =
      "27 1 8:2 / / rw shared:1 - ext4 /dev/sda2 rw\n"
      "28 27 8:3 / /home rw shared:2 - ext4 /dev/sda3 rw\n"
      "29 27 8:1 / /boot/efi rw shared:3 - vfat /dev/sda1 rw\n";
  CHECK(is_own_volume(parse_mountinfo(laptop), "/home"));
  CHECK(is_own_volume(parse_mountinfo(laptop), "/boot/efi"));
  CHECK_FALSE(is_own_volume(parse_mountinfo(laptop), "/var"));
  // ProtectHome=yes: an empty folder in memory over it.
  const auto hidden = parse_mountinfo(laptop + "40 28 0:24 /systemd/inaccessible/dir /home ro - tmpfs tmpfs rw\n");
  CHECK_FALSE(is_own_volume(hidden, "/home"));
  // ProtectHome=read-only: itself, once more; where it is a folder of / only, a part of that.
  CHECK(is_own_volume(parse_mountinfo(laptop + "40 28 8:3 / /home ro - ext4 /dev/sda3 rw\n"), "/home"));
  const auto one_disk = parse_mountinfo(
      "27 1 8:2 / / ro shared:1 - ext4 /dev/sda2 rw\n40 27 8:2 /home /home ro - ext4 /dev/sda2 rw\n");
  CHECK_FALSE(is_own_volume(one_disk, "/home"));
}

TEST_CASE("NVMe and ATA answers of smartctl are read, nonsense is not") {
  const auto nvme = parse_smart(
      R"({"smart_status":{"passed":true},"power_on_time":{"hours":9120},
          "nvme_smart_health_information_log":{"percentage_used":104,"media_errors":3}})");
  CHECK(nvme.passed == true);
  CHECK(nvme.wear_percent == 104);
  CHECK(nvme.power_on_hours == 9120);
  CHECK(nvme.media_errors == 3);
  const auto ata = parse_smart(
      R"({"smart_status":{"passed":false},"ata_smart_attributes":{"table":[
          {"id":5,"value":92,"raw":{"value":8214}},{"id":177,"value":81,"raw":{"value":212}},
          {"id":197,"value":100,"raw":{"value":24}}]}})");
  CHECK(ata.passed == false);
  CHECK(ata.wear_percent == 19);
  CHECK(ata.media_errors == 8238);
  for (const auto* text :
       {"", "null", "[]", "{", "smartctl: no such device", R"({"smart_status":{"passed":1}})",
        R"({"power_on_time":{"hours":-1}})", R"({"power_on_time":{"hours":1e300}})",
        R"({"ata_smart_attributes":{"table":[7,{"id":"5"}]}})"}) {
    INFO(text);
    CHECK(parse_smart(text) == Smart{});
  }
}

TEST_CASE("eMMC wear is the worse of its two areas") {
  const auto worn = parse_emmc("0x03 0x07\n", "0x02\n");
  CHECK(worn.wear_percent == 70);
  CHECK(worn.passed == false);
  const auto fresh = parse_emmc("0x01 0x01", "0x01");
  CHECK(fresh.wear_percent == 10);
  CHECK(fresh.passed == true);
  CHECK(parse_emmc("0x0b 0x01", "0x03").wear_percent == 110);
  for (const auto* text : {"", "0x00 0x00", "0xff", "banana", "0x"}) {
    INFO(text);
    CHECK(parse_emmc(text, text) == Smart{});
  }
}

// Counts how often smartctl would have been started, and may say nothing, as a sleeping disk does.
class CountingMachine final : public Machine {
 public:
  explicit CountingMachine(std::string root) : fixture_(std::move(root)) {}
  Result<std::string> read(std::string_view path, std::size_t limit) const override {
    return fixture_.read(path, limit);
  }
  Result<std::vector<std::string>> list(std::string_view path) const override { return fixture_.list(path); }
  bool exists(std::string_view path) const override { return fixture_.exists(path); }
  Result<std::string> link_target(std::string_view path) const override { return fixture_.link_target(path); }
  Result<std::int64_t> modified_ms(std::string_view path) const override {
    return fixture_.modified_ms(path);
  }
  Result<Space> space(std::string_view mount) const override { return fixture_.space(mount); }
  Result<std::vector<WifiLink>> wifi_links() const override { return fixture_.wifi_links(); }
  Result<CommandOutput> run(Tool tool, const std::vector<std::string>& arguments) const override {
    ++runs;
    if (asleep) return CommandOutput{2, R"({"smartctl":{"exit_status":2}})"};
    return fixture_.run(tool, arguments);
  }
  mutable int runs{};
  bool asleep{};

 private:
  FixtureMachine fixture_;
};

TEST_CASE("smartctl is asked twice a day and never in a hurry, and a sleeping disk keeps its last word") {
  CountingMachine machine(fixture_path("thinkpad-t470-two-packs"));
  Disks disks;
  const auto wear = [&](std::int64_t at_ms, bool hurried) {
    return disks.read(machine, at_ms, hurried).at(0).wear_percent;
  };
  CHECK_FALSE(wear(0, true).has_value());
  CHECK(machine.runs == 0);
  CHECK(wear(1'000, false) == 7);
  CHECK(wear(Disks::kSmartIntervalMs, false) == 7);
  CHECK(wear(Disks::kSmartIntervalMs + 1'000, true) == 7);
  CHECK(machine.runs == 1);
  machine.asleep = true;
  CHECK(wear(Disks::kSmartIntervalMs + 1'000, false) == 7);
  CHECK(machine.runs == 2);
}

TEST_CASE("a root on dm-crypt is encrypted, also through LVM; a plain one or half of a pair is not") {
  const auto encrypted = [](const std::string& name) {
    const FixtureMachine machine(fixture_path(name));
    return read_encryption(machine,
                           parse_mountinfo(machine.read("/proc/self/mountinfo", 65'536).value_or("")));
  };
  CHECK(encrypted("thinkpad-t470-two-packs") == true);
  CHECK(encrypted("thinkpad-x13-ipv6-only") == true);
  CHECK(encrypted("chromebook-11-emmc") == true);
  CHECK(encrypted("optiplex-3050-no-battery") == false);
  CHECK_FALSE(encrypted("noname-placeholder-serial").has_value());
}

}  // namespace
}  // namespace rollcall::collect
