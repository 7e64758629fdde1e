// A full disk: nothing is acknowledged, reads go on, and the server recovers by itself. Needs a file system of
// its own to fill, so it runs where it may mount one.
#include <sys/mount.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/e2e/virtual_laptop.h"

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
  if (!disk.mounted()) {
    WARN("not run: this account may not mount a file system");
    return;
  }
  RunningServer server(home);
  const auto admin = server.admin_token();
  VirtualLaptop laptop(server, server.enrolment_token(), "PF1ABCDE");
  const auto device = "/api/v1/devices/" + laptop.device_id(admin);
  REQUIRE(must(laptop.report(80.0)).status == 200);

  disk.fill();
  // The write-ahead log has room of its own for a while.
  int status = 200, acknowledged = 1;
  const auto refused = wait_until(home.clock, 60'000, [&] {
    status = must(laptop.report(70.0)).status;
    acknowledged += status == 200;
    return status != 200;
  });
  REQUIRE(refused);
  CHECK(status == 507);
  CHECK(server.get(device, admin).status == 200);
  CHECK(server.get("/healthz").status == 200);

  disk.make_room();
  const auto recovered = wait_until(home.clock, 30'000, [&] { return must(laptop.report(60.0)).status == 200; });
  REQUIRE(recovered);
  CHECK(*recovered < 5'000);
  const auto timeline = server.get(device + "/timeline?limit=500", admin).json();
  CHECK(static_cast<int>(timeline.at("items").as_array().size()) == std::min(acknowledged + 1, 500));
  CHECK(server.stop() == 0);
}

}  // namespace
}  // namespace rollcall::e2e
