// Phase: one check-in. Sends the newest reports first and backlog as far as the server's credit goes; forgets
// what was accepted or refused for good; keeps a new policy; says when to come again.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/outbox/outbox.h"
#include "agent/sync/link.h"
#include "agent/sync/memory.h"
#include "agent/sync/state_folder.h"
#include "common/base/clock.h"
#include "common/wire/checkin.h"

namespace rollcall::sync {

class CheckIn {
 public:
  enum class Outcome {
    accepted,     // the server answered; what it took is forgotten
    unreachable,  // no answer: nothing is known of what the server took
    refused,      // it answered with an error; `wait_ms` may say for how long
    yielded,      // given up for something urgent, as if it had never been tried
    unwelcome,    // it does not accept our certificate: renewing may help
  };
  struct Answer {
    Outcome outcome{};
    std::int64_t wait_ms{};  // how long the server wants to be left alone; 0: it did not say
    std::vector<wire::Command> commands;
  };

  // All outlive it.
  CheckIn(const Clock& clock, outbox::Outbox& outbox, Memory& memory, StateFolder& folder, Link& link,
          std::string boot_id);

  // Removes from a new report what the server knows already (its identity), before it goes to the outbox.
  void trim_known(wire::Report& report) const;
  // Sends an identity again with the next report.
  void forget_identity();

  Answer run(Patience patience);

  const wire::Policy& policy() const { return policy_; }
  // The server's clock minus ours in the last reply of this process.
  std::optional<std::int64_t> server_offset_ms() const { return server_offset_ms_; }
  // When the server last accepted a check-in of this process, by our wall clock.
  std::optional<std::int64_t> reached_ms() const { return reached_ms_; }

 private:
  Result<wire::CheckIn> compose();
  Answer accept(const wire::CheckIn& sent, wire::CheckInReply reply);
  Answer refuse(const wire::CheckIn& sent, const net::ClientResponse& response);
  void give_up(std::span<const std::uint64_t> sequences);
  void learn_clock(std::int64_t server_ms);
  void learn_policy(const wire::Policy& policy);

  const Clock& clock_;
  outbox::Outbox& outbox_;
  Memory& memory_;
  StateFolder& folder_;
  Link& link_;
  std::string boot_id_;
  wire::Policy policy_;
  std::size_t credit_{};       // backlog reports that the server allowed
  bool one_by_one_{};          // the last check-in was refused as a whole: find the report that is to blame
  std::optional<std::int64_t> server_offset_ms_;
  std::optional<std::int64_t> reached_ms_;
};

}  // namespace rollcall::sync
