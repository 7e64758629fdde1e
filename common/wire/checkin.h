// One check-in: POST /agent/v1/reports. Reports travel newest first; the reply says what may be forgotten.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/wire/report.h"

namespace rollcall::wire {

inline constexpr int kProtocolVersion = 1;

struct SchoolHours {
  std::string time_zone;             // "America/New_York"
  std::vector<int> days;             // 1 Monday … 7 Sunday
  int start_minute{}, end_minute{};  // minutes after local midnight
};

// What a school allows and how its networks are known. Made by the server, kept by the agent on disk.
struct Policy {
  using SchoolHours = wire::SchoolHours;
  std::vector<std::string> school_ssids{};
  std::vector<std::string> school_networks{};  // CIDR, IPv4 or IPv6
  std::optional<SchoolHours> hours{};          // absent: every hour is a school hour
  std::int64_t interval_s{300};
  std::int64_t off_campus_interval_s{3600};
  std::string digest{};  // of all the above; the agent echoes it in `policy_digest`
};

struct CheckIn {
  int version{kProtocolVersion};
  std::string boot_id;
  std::int64_t sent_monotonic_ms{};
  std::int64_t sent_wall_ms{};
  std::uint64_t thinned{};  // reports that the outbox gave up since the agent was installed
  std::uint64_t waiting{};  // reports still in the outbox after this check-in
  std::string policy_digest;
  std::vector<Report> reports;
};

struct SequenceRange {
  std::uint64_t first{}, last{};  // inclusive
};

struct RejectedReport {
  std::uint64_t sequence{};
  std::string reason;  // names the field and the remedy; a rejected report is not sent again
};

// A typed request from the server; the agent carries out only the names it knows.
struct Command {
  std::string id;    // ULID, for the answer
  std::string name;  // "send_identity", "collect_now", "renew_certificate"
};

struct CheckInReply {
  std::vector<SequenceRange> accepted;  // committed durably; the agent forgets them
  std::vector<RejectedReport> rejected;
  std::int64_t server_ms{};
  std::int64_t next_check_in_s{};
  std::int64_t credit{};  // how many backlog reports the agent may send in its next check-in
  bool keep_connection{};
  std::optional<Policy> policy;  // only when the agent's digest is not the server's
  std::vector<Command> commands;
};

}  // namespace rollcall::wire
