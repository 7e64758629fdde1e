// Runs the collectors and makes a report out of what they find: their order, durations, failures and
// deadlines, then the rules of privacy.h. The sequence number is left 0 for the sync layer to stamp.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/collect/collector.h"
#include "agent/collect/registry.h"
#include "common/base/clock.h"
#include "common/wire/checkin.h"
#include "common/wire/report.h"

namespace rollcall::collect {

// Starts a job on another thread and returns at once; only app.cpp makes threads, so it provides this. The
// job owns all that it touches and may outlive the runner: a read that hangs in the kernel cannot be stopped.
using Launch = std::function<void(std::function<void()> job)>;

// Runs the job here and now: no deadline is kept. For the `collect` command and for tests.
void run_in_place(std::function<void()> job);

struct Request {
  wire::Occasion occasion{wire::Occasion::scheduled};
  wire::Policy policy;
  LinkFacts link;
  std::int64_t deadline_ms{15'000};  // each collector's
  // In a hurry (see Context::hurried) all of theirs together, each with half of what is left: logind gives the
  // whole agent five seconds.
  std::int64_t hurried_total_ms{1'000};
  // Asked ten times a second while waiting; true ends the collection, and the report is good for nothing.
  std::function<bool()> give_up;
};

class Runner {
 public:
  struct Options {
    std::string hash_key;  // empty: not enrolled, nothing is hashed
    std::string agent_version;
    Launch launch{run_in_place};
  };

  // `clock` must outlive the runner.
  Runner(std::shared_ptr<const Machine> machine, const Clock& clock, std::vector<NamedCollector> collectors,
         Options options);
  ~Runner();

  // What may be sent, privacy applied. One caller at a time; takes at most the collectors' deadlines. A
  // collector that is still hanging since an earlier call is marked failed and not started again.
  wire::Report run(const Request& request);

  // Whether the last report held everything; if not, the off-campus interval applies.
  bool was_at_school() const { return was_at_school_; }

  // The same without the rules of place and time: for enrollment, where the person at the keyboard asks for
  // it, and for `send_identity`. An identity that could not be read is the error.
  Result<wire::Identity> identify();

 private:
  struct Entry;
  wire::Report gather(const Request& request, std::string_view only);  // empty: all
  wire::CollectorResult run_one(Entry& entry, const std::shared_ptr<const Context>& context,
                                std::int64_t deadline_ms, const std::function<bool()>& give_up,
                                wire::Report& report);

  std::shared_ptr<const Machine> machine_;
  const Clock& clock_;
  Options options_;
  std::vector<std::unique_ptr<Entry>> entries_;
  bool was_at_school_{};
};

}  // namespace rollcall::collect
