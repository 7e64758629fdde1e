// One school and one run of it: laptops, network, server, the people who make things happen, and the moments
// at which the invariants are held against what is.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/sim/invariant.h"
#include "tests/sim/laptop.h"
#include "tests/sim/link.h"
#include "tests/sim/server_host.h"
#include "tests/sim/world.h"

namespace rollcall::sim {

// A piece that is broken on purpose: each must make its invariant fail, or the check proves nothing.
enum class Sabotage {
  none,
  server_disk_lies,   // acknowledged before it is durable
  laptop_disk_lies,   // the outbox likewise
  folder_sync_lies,   // the names of merged days are lost with the power
  file_sync_lies,     // what is in them
  forgets_accepted,   // no refusal of duplicates
  stays_cut,          // the network never comes back
  shared_key,         // all laptops present one certificate
  cloned_firmware,    // all laptops tell one serial and one system UUID
  forgetful_firmware, // a laptop tells others after each image
  skips_tail,         // the server starts without what the log holds beyond the states
  wrong_clock,        // the server dates everything three hours late
  forgets_keys,       // technicians send the same thing again under another key
  two_holders,        // the ledger opens a second row of a device
};

struct Options {
  std::uint64_t seed{1};
  int laptops{50};
  Sabotage sabotage{Sabotage::none};
  bool print{};  // the trace
};

// Instants of the run, in order.
struct Calendar {
  std::int64_t enrolment_ms{};   // technicians come in
  std::int64_t first_bell_ms{}, last_bell_ms{};
  std::int64_t night_ms{};
  std::int64_t calm_ms{};        // nothing bad happens any more: the next morning, or after a summer
  std::int64_t end_ms{};
  bool summer{};
};

struct Outcome {
  Findings findings;
  std::uint64_t hash{};         // of the trace
  std::uint64_t made{}, stored{}, restarts{};
  Network::Stats network;
};

class School {
 public:
  // `folder` is empty, mode 0700.
  School(World& world, Options options, const std::string& folder);
  ~School();

  void run();
  void check(Moment moment);
  void restart_server();  // whether it runs or not
  wire::EnrolmentToken token();

  World& world() { return world_; }
  const Calendar& calendar() const { return calendar_; }
  const Options& options() const { return options_; }
  std::vector<std::unique_ptr<Laptop>>& laptops() { return laptops_; }
  Network& network() { return network_; }
  ServerHost& server() { return server_; }
  Book& book() { return book_; }
  Findings& findings() { return findings_; }
  std::uint64_t stored() const { return stored_; }

 private:
  World& world_;
  Options options_;
  Calendar calendar_;
  Book book_;
  ServerHost server_;
  Network network_;
  std::vector<std::unique_ptr<Laptop>> laptops_;
  std::vector<std::unique_ptr<Invariant>> invariants_;
  Findings findings_;
  std::optional<wire::EnrolmentToken> token_;
  std::uint64_t stored_{};
};

// The whole of it: a temporary folder, a world, a school, its day, its checks.
Outcome run_school(const Options& options);

}  // namespace rollcall::sim
