// The server's machine: the real Core and its real doors, the people's with the counter's routes, over a simulated disk, without sockets and
// without threads. It can lose its power at any access to the disk, be stopped in order, and start again.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/net/http_message.h"
#include "server/api/door.h"
#include "server/core.h"
#include "tests/sim/hardware.h"
#include "tests/sim/world.h"

namespace rollcall::sim {

class ServerHost {
 public:
  struct Options {
    std::string folder;         // exists, mode 0700
    Lie lie{};                  // of its disk: a control
    bool skips_tail{};          // a control: what the log holds beyond the states is not read at a start
    std::int64_t skew_ms{};     // of its clock: a control
    std::int64_t interval_s{};  // between a laptop's check-ins at school
  };
  ServerHost(World& world, Options options);
  ~ServerHost();

  // Errors: whatever the real server would not start for.
  Result<> start();
  bool up() const { return core_ != nullptr; }
  void lose_power();
  void lose_power_at_access(std::int64_t nth) { hardware_.cut_power_at_access(nth); }
  void stop_in_order();
  void set_disk_full(bool full) { hardware_.set_disk_full(full); }

  // A request as the socket's side of the door would hand it over. `reply` is called at most once: never
  // when the power goes first.
  void receive(net::Request request, std::function<void(net::Response)> reply);
  // The same at the people's door.
  void receive_person(net::Request request, std::function<void(net::Response)> reply);
  // The token of a technician of the whole district. Errors: those of service::Users.
  Result<std::string> sign_in(const std::string& name);
  // For the enrolment of a whole school. Errors: those of service::Tokens.
  Result<wire::EnrolmentToken> make_token(std::int64_t uses, std::int64_t life_ms);

  // While it is up.
  Core& core() { return *core_; }
  std::uint64_t starts() const { return starts_; }

 private:
  void run_jobs();
  void merge();
  void commit();
  void plan_commit();
  void close();  // takes everything down that is in memory
  Result<> skip_tail();
  bool died();   // closes, if the power has gone meanwhile
  void hand_over(api::Door& door, net::Request request, std::function<void(net::Response)> reply);

  World& world_;
  MachineClock clock_;
  SeededRandom random_, torn_;
  Options options_;
  Hardware hardware_;
  ServerConfig config_;
  api::DoorMetrics metrics_{"agents"};
  std::unique_ptr<Core> core_;
  std::unique_ptr<api::AgentsGuard> guard_;
  std::unique_ptr<api::PeopleGuard> people_guard_;
  std::unique_ptr<api::Door> door_, people_door_;
  std::uint64_t starts_{};
  bool commit_planned_{};
  std::int64_t heard_ms_{};  // when the last request came
};

}  // namespace rollcall::sim
