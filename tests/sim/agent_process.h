// One run of the real agent on a simulated laptop: everything of agent/app.cpp but the collectors, the sockets
// and the loop, which the laptop brings.
#pragma once

#include <memory>
#include <string>

#include "agent/outbox/outbox.h"
#include "agent/sync/cycle.h"
#include "agent/sync/state_folder.h"
#include "common/sql/sqlite_driver.h"
#include "tests/sim/hardware.h"

namespace rollcall::sim {

class AgentProcess {
 public:
  struct Surroundings {  // they outlive the process
    const Clock& clock;
    Hardware& hardware;
    Random& random;
    sync::Link::Open open;
    sync::Sampler sample;
    std::string boot_id;
  };
  // Errors: whatever the real agent would not start for.
  static Result<std::unique_ptr<AgentProcess>> start(const Surroundings& around);

  sync::Cycle& cycle() { return *cycle_; }
  outbox::Outbox& outbox() { return *outbox_; }
  const sync::Credentials& credentials() const { return credentials_; }

 private:
  explicit AgentProcess(Hardware& hardware)
      : folder_(hardware.files(), hardware.folder()), memory_(hardware.files(), folder_.file("memory")) {}

  sync::StateFolder folder_;
  sync::Memory memory_;
  sync::Credentials credentials_;
  std::unique_ptr<sql::SqliteDatabase> database_;
  std::unique_ptr<outbox::Outbox> outbox_;
  std::unique_ptr<sync::Link> link_;
  std::unique_ptr<sync::CheckIn> check_in_;
  std::unique_ptr<sync::Renewal> renewal_;
  std::unique_ptr<sync::Cycle> cycle_;
};

}  // namespace rollcall::sim
