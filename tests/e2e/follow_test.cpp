// `rollcall events` while the server comes and goes.
#include <catch2/catch.hpp>
#include <csignal>

#include "common/base/text.h"
#include "tests/e2e/desk.h"
#include "tests/e2e/virtual_laptop.h"

namespace rollcall::e2e {
namespace {

// Follows for as long as it lives.
class Following {
 public:
  explicit Following(const Desk& desk)
      : desk_(desk), process_(desk.words({"--json", "events"}), desk.home.path("events"), desk.home.path("events.err")) {}

  std::size_t count(const std::string& file, const std::string& what) const {
    const auto text = must(desk_.home.files.read(desk_.home.path(file), 1 << 20));
    std::size_t found = 0;
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++found;
    return found;
  }
  std::size_t told(const std::string& what) const { return count("events", what); }
  bool hears(const std::string& what, std::size_t times) const {
    return wait_until(desk_.home.clock, 60'000, [&] { return told(what) >= times; }).has_value();
  }
  bool says(const std::string& what) const {
    return wait_until(desk_.home.clock, 60'000, [&] { return count("events.err", what) > 0; }).has_value();
  }
  bool runs() { return process_.runs(); }
  int end() { return process_.wait(); }

 private:
  const Desk& desk_;
  Process process_;
};

// So that whoever knew this server finds it again after its next start.
void keep_ports(const RunningServer& server) {
  const auto door = [](const char* name, std::uint16_t port) {
    return std::string("  ") + name + ": {address: \"127.0.0.1\", port: " + std::to_string(port) + "}\n";
  };
  must(server.home.files.write_atomic(server.home.path("server.yaml"),
                                      "data: \"" + server.home.path("data") + "\"\nconsole: \"\"\ndoors:\n" +
                                          door("people", server.people) + door("agents", server.agents) +
                                          door("probe", server.probe),
                                      0600));
}

}  // namespace

TEST_CASE("`rollcall events` follows a server that goes away and comes back, and ends with its session") {
  Desk desk;
  keep_ports(desk.server);
  VirtualLaptop laptop(desk.server, desk.server.enrolment_token(), "PF1ABCDE");
  const auto metrics_token = std::string(trim(must(desk.home.files.read(desk.home.data("metrics.token"), 100))));
  Following following(desk);
  REQUIRE(wait_until(desk.home.clock, 60'000, [&] {
    return desk.server.get("/metrics", metrics_token).text.find("rollcall_event_streams 1\n") != std::string::npos;
  }));
  REQUIRE(must(laptop.report()).status == 200);
  REQUIRE(following.hears("\"devices\"", 1));

  desk.server.kill_hard();
  REQUIRE(following.says("the stream of events ended"));
  desk.server.start_again();
  REQUIRE(following.hears("\"resync\"", 1));  // what another run told is not known any more
  const auto before = following.told("\"devices\"");
  laptop.reconnect();
  REQUIRE(must(laptop.report()).status == 200);
  CHECK(following.hears("\"devices\"", before + 1));

  CHECK(desk.server.stop() == 0);
  CHECK(desk.rollcall({"events"}).exit_code == 5);
  CHECK(following.runs());
  desk.server.start_again();
  CHECK(following.hears("\"resync\"", 2));
  REQUIRE(desk.rollcall({"logout"}).exit_code == 0);
  CHECK(following.end() == 4);
}

}  // namespace rollcall::e2e
