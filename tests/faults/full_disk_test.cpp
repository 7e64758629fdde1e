// A full disk: nothing is acknowledged, reads go on, and the server recovers by itself. One that is read-only when the
// server starts: it does not, and says so. (read_only_test.cpp takes it away from a server that runs.) Needs a file
// system of its own, so it runs where it may mount one.
#include <sys/mount.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "tests/e2e/load.h"
#include "tests/run_tests.h"

namespace rollcall::e2e {
namespace {

class SmallDisk {
 public:
  SmallDisk(const std::string& path, const char* size) : path_(path) {
    ::mkdir(path.c_str(), 0700);
    mounted_ = ::mount("rollcall-test", path.c_str(), "tmpfs", 0, (std::string("mode=0700,size=") + size).c_str()) == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }
  bool set_read_only(bool read_only) const {
    return ::mount("rollcall-test", path_.c_str(), "tmpfs", MS_REMOUNT | (read_only ? MS_RDONLY : 0), nullptr) == 0;
  }
  void fill() const {
    std::ofstream filler(path_ + "/filler", std::ios::binary);
    const std::string block(4'096, 'x');
    while (filler.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  void make_room() const { std::remove((path_ + "/filler").c_str()); }

 private:
  std::string path_;
  bool mounted_{};
};

TEST_CASE("a full disk acknowledges nothing, goes on reading, and recovers by itself") {
  ServerHome home;
  const SmallDisk disk(home.path("data"), "16m");
  REQUIRE(disk.mounted());
  RunningServer server(home);
  const auto admin = server.admin_token();
  VirtualLaptop laptop(server, server.enrolment_token(), "PF1ABCDE");
  const auto device_id = laptop.device_id(admin), device = "/api/v1/devices/" + device_id;
  REQUIRE(must(laptop.report(80.0)).status == 200);

  disk.fill();
  // The write-ahead log has room of its own for a while.
  int status = 200;
  std::set<std::uint64_t> promised{laptop.sequence};
  const auto report = [&](double percent) {
    status = must(laptop.report(percent)).status;
    if (status == 200) promised.insert(laptop.sequence);
    return status == 200;
  };
  REQUIRE(wait_until(home.clock, 60'000, [&] { return !report(70.0); }));
  CHECK(status == 507);
  CHECK(server.get(device, admin).status == 200);
  CHECK(server.get("/healthz").status == 200);

  disk.make_room();
  const auto recovered = wait_until(home.clock, 30'000, [&] { return report(60.0); });
  REQUIRE(recovered);
  CHECK(*recovered < 5'000);
  // Exactly what was acknowledged: a refused report is not there, so the check would see one that was not kept.
  const auto stored = stored_reports(server, admin, device_id);
  CHECK(std::set(stored.begin(), stored.end()) == promised);
  CHECK(stored.size() == promised.size());
  CHECK(promised.size() < laptop.sequence);
  CHECK(server.stop() == 0);
}

TEST_CASE("a server does not start on a read-only disk, says so, and finds everything when it may write again") {
  ServerHome home;
  const SmallDisk disk(home.path("data"), "16m");
  REQUIRE(disk.mounted());
  RunningServer server(home);
  const auto admin = server.admin_token();
  VirtualLaptop laptop(server, server.enrolment_token(), "PF1ABCDE");
  const auto device_id = laptop.device_id(admin);
  REQUIRE(must(laptop.report()).status == 200);
  REQUIRE(server.stop() == 0);
  REQUIRE(disk.set_read_only(true));
  const auto refused = home.run({"serve"});
  CHECK(refused.exit_code != 0);
  CHECK(refused.exit_code < 128);
  CHECK_THAT(refused.errors, Catch::Contains("ead-only"));
  REQUIRE(disk.set_read_only(false));
  server.start_again();
  laptop.reconnect();
  CHECK(must(laptop.report()).status == 200);
  CHECK(stored_reports(server, admin, device_id) == std::vector<std::uint64_t>{2, 1});
}

}  // namespace
}  // namespace rollcall::e2e

int main(int argc, char** argv) {
  {
    const rollcall::TemporaryFolder folder;
    const rollcall::e2e::SmallDisk disk(folder / "disk", "1m");
    if (!disk.mounted()) {
      std::printf("no file system of its own to fill: mount: %s\n", std::strerror(errno));
      return 77;
    }
  }
  return rollcall::run_tests(argc, argv);
}
