// What stands between a sample and the server, built in order and owned: memory, outbox, link and phases. The
// running agent, the stepped one of the tests and the measured one of the bench differ in what they hand in.
#pragma once

#include <memory>
#include <string>

#include "agent/outbox/outbox.h"
#include "agent/sync/cycle.h"
#include "agent/sync/state_folder.h"
#include "common/base/files.h"
#include "common/sql/sqlite_driver.h"

namespace rollcall::app {

// Not thread-safe.
class Reporting {
 public:
  // References outlive it.
  struct Seams {
    const Clock& clock;
    Random& random;
    Files& files;
    sync::StateFolder& folder;
    sync::Credentials& credentials;  // changed by a renewal
    sync::Link::Open open_link;
    sync::Urgent urgent;
    sync::Sampler sample;
    sync::OpenProbe open_probe;
    std::string boot_id;
    outbox::Limits limits{};
    std::string database_layer{};  // SqliteOptions::vfs; the simulation names a disk of its own
    std::int64_t start_jitter_ms{5 * kSecondMs};
    std::int64_t resume_jitter_ms{10 * kSecondMs};
  };

  // A damaged outbox is put aside as outbox.db.damaged. Errors: those of the state's files.
  static Result<std::unique_ptr<Reporting>> open(Seams seams);

  outbox::Outbox& outbox() { return *outbox_; }
  const sync::CheckIn& check_in() const { return *check_in_; }
  sync::Cycle& cycle() { return *cycle_; }

 private:
  explicit Reporting(Seams seams);
  Result<> open_outbox();
  void make_phases();

  Seams seams_;
  sync::Memory memory_;
  std::unique_ptr<sql::SqliteDatabase> database_;
  std::unique_ptr<outbox::Outbox> outbox_;
  std::unique_ptr<sync::Link> link_;
  std::unique_ptr<sync::CheckIn> check_in_;
  std::unique_ptr<sync::Renewal> renewal_;
  std::unique_ptr<sync::Cycle> cycle_;
};

}  // namespace rollcall::app
