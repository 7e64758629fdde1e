// A whole agent without a machine and without threads: its clock, its server and its samples are the test's.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "agent/app/reporting.h"
#include "common/base/clock.h"
#include "common/base/files.h"
#include "common/base/random.h"
#include "tests/unit/agent/fake_server.h"

namespace rollcall {

class SteppedAgent {
 public:
  SteppedAgent(FakeServer& server, std::string folder);

  // A process: state is read from the folder. `kill` forgets all that is in memory, `stop` ends in order.
  void start();
  void kill();
  void stop();
  void boot();  // a new boot id; the monotonic clock starts over

  // Moves the clock from one due time to the next until `ms` have passed.
  void run_for(std::int64_t ms);

  sync::Cycle& cycle() { return reporting_->cycle(); }
  outbox::Outbox& outbox() { return reporting_->outbox(); }
  sync::Credentials& credentials() { return credentials_; }
  FakeServer& server() { return server_; }

  bool at_school{true};
  sync::Urgent urgent;  // from the next start() on
  std::function<void()> while_sampling;
  int samples{};
  outbox::Limits limits{};
  wire::Identity identity{};

 private:
  sync::Sample sample(wire::Occasion occasion);

  FakeServer& server_;
  FakeClock& clock_;
  SystemFiles files_;
  SeededRandom random_{7};
  std::string boot_id_{"boot-1"};
  int boots_{1};
  sync::StateFolder folder_;
  sync::Credentials credentials_;
  std::unique_ptr<app::Reporting> reporting_;
};

// A small report, as a sampler makes it.
wire::Report small_report(const Clock& clock, const std::string& boot_id);

}  // namespace rollcall
