// A disk that turns read-only under a running server, as ext4 does by itself after an error: nothing is acknowledged,
// what is there can be read, and after another mount everything acknowledged is there.
#include <catch2/catch.hpp>
#include <cstdio>

#include "tests/e2e/load.h"
#include "tests/faults/loop_mount.h"
#include "tests/run_tests.h"

namespace rollcall::faults {
namespace {

using namespace rollcall::e2e;

constexpr std::int64_t kDiskBytes = 64 << 20;

TEST_CASE("a disk that turns read-only takes nothing more, shows what it has, and loses none of it") {
  ServerHome home;
  LoopMount::format(home.path("image"), kDiskBytes);
  auto disk = std::make_unique<LoopMount>(home.path("image"), home.path("data"));
  RunningServer server(home);
  const auto admin = server.admin_token();
  VirtualLaptop laptop(server, server.enrolment_token(), "PF1ABCDE");
  const auto device_id = laptop.device_id(admin), device = "/api/v1/devices/" + device_id;
  std::set<std::uint64_t> promised;
  const auto report = [&] {
    const auto answer = laptop.report();
    if (answer && answer->status == 200) promised.insert(laptop.sequence);
    return answer ? answer->status : 0;
  };
  for (int i = 0; i < 20; ++i) REQUIRE(report() == 200);

  disk->make_read_only();
  for (int i = 0; i < 10; ++i) {
    CHECK(report() >= 500);
    CHECK(server.get(device, admin).status == 200);
    CHECK(server.get("/healthz").status == 200);
  }
  CHECK(promised.size() == 20);
  CHECK_THAT(server.log(), Catch::Contains("ead-only") || Catch::Contains("disk I/O error"));

  server.kill_hard();
  disk.reset();
  disk = std::make_unique<LoopMount>(home.path("image"), home.path("data"));
  server.start_again();
  // Exactly what was acknowledged: a refused report is not there, so the check would see one that was not kept.
  const auto stored = stored_reports(server, admin, device_id);
  CHECK(std::set(stored.begin(), stored.end()) == promised);
  CHECK(stored.size() == promised.size());
  laptop.reconnect();
  CHECK(report() == 200);
  CHECK(server.stop() == 0);
  CHECK(home.run({"check"}).exit_code == 0);
}

}  // namespace
}  // namespace rollcall::faults

int main(int argc, char** argv) {
  try {
    const rollcall::TemporaryFolder folder;
    rollcall::faults::LoopMount::format(folder / "image", 8 << 20);
    rollcall::faults::LoopMount(folder / "image", folder / "disk").make_read_only();
  } catch (const std::exception& error) {
    std::printf("no disk to take away on this machine: %s\n", error.what());
    return 77;
  }
  return rollcall::run_tests(argc, argv);
}
