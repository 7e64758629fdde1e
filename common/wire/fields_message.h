// The tables of the messages around the reports: check-in, enrollment, renewal. See fields.h.
#pragma once

#include "common/wire/checkin.h"
#include "common/wire/enrolment.h"
#include "common/wire/fields.h"
#include "common/wire/fields_report.h"

namespace rollcall::wire::detail {

inline constexpr std::size_t kMaxPolicyEntries = 256;
inline constexpr std::size_t kMaxCommands = 16;
inline constexpr std::size_t kMaxCertificatePem = 16 * 1024;
inline constexpr std::int64_t kMaxIntervalS = 7 * 86'400;

template <class Visitor, Is<Policy::SchoolHours> Self>
void describe(Visitor& v, Self& it) {
  v.text({"tz", "time_zone"}, it.time_zone, kMaxText);
  v.numbers({"d", "days"}, it.days, 7, 1, 7);
  v.number({"st", "start_minute"}, it.start_minute, 0, 1'440);
  v.number({"en", "end_minute"}, it.end_minute, 0, 1'440);
}

template <class Visitor, Is<Policy> Self>
void describe(Visitor& v, Self& it) {
  v.texts({"ssids", "school_ssids"}, it.school_ssids, kMaxPolicyEntries);
  v.texts({"nets", "school_networks"}, it.school_networks, kMaxPolicyEntries);
  v.object({"hours", "hours"}, it.hours);
  v.required({"every", "interval_s"}, it.interval_s, 1, kMaxIntervalS);
  v.required({"off", "off_campus_interval_s"}, it.off_campus_interval_s, 1, kMaxIntervalS);
  v.text({"digest", "digest"}, it.digest, kMaxText);
}

template <class Visitor, Is<CheckIn> Self>
void describe(Visitor& v, Self& it) {
  v.required({"v", "version"}, it.version, 1, 1'000);
  v.boot({"b", "boot_id"}, it.boot_id);
  v.required({"m", "sent_monotonic_ms"}, it.sent_monotonic_ms, 0, kMaxWallMs);
  v.required({"w", "sent_wall_ms"}, it.sent_wall_ms, 0, kMaxWallMs);
  v.number({"th", "thinned"}, it.thinned, 0, kMaxInt);
  v.number({"wt", "waiting"}, it.waiting, 0, kMaxInt);
  v.text({"pd", "policy_digest"}, it.policy_digest, kMaxText);
  v.reports({"r", "reports"}, it.reports);
}

template <class Visitor, Is<SequenceRange> Self>
void describe(Visitor& v, Self& it) {
  v.required({"f", "first"}, it.first, 1, kMaxInt);
  v.required({"l", "last"}, it.last, 1, kMaxInt);
}

template <class Visitor, Is<RejectedReport> Self>
void describe(Visitor& v, Self& it) {
  v.number({"q", "sequence"}, it.sequence, 0, kMaxInt);
  v.text({"why", "reason"}, it.reason, kMaxErrorText);
}

template <class Visitor, Is<Command> Self>
void describe(Visitor& v, Self& it) {
  v.text({"id", "id"}, it.id, kMaxText);
  v.text({"name", "name"}, it.name, kMaxText);
}

template <class Visitor, Is<CheckInReply> Self>
void describe(Visitor& v, Self& it) {
  v.list({"ok", "accepted"}, it.accepted, kMaxReportsPerCheckIn);
  v.list({"no", "rejected"}, it.rejected, kMaxReportsPerCheckIn);
  v.required({"t", "server_ms"}, it.server_ms, 0, kMaxWallMs);
  v.number({"next", "next_check_in_s"}, it.next_check_in_s, 0, kMaxIntervalS);
  v.number({"credit", "credit"}, it.credit, 0, kMaxCount);
  v.flag({"keep", "keep_connection"}, it.keep_connection);
  v.object({"policy", "policy"}, it.policy);
  v.list({"do", "commands"}, it.commands, kMaxCommands);
}

template <class Visitor, Is<EnrolRequest> Self>
void describe(Visitor& v, Self& it) {
  v.required({"v", "version"}, it.version, 1, 1'000);
  v.text({"secret", "secret"}, it.secret, kMaxText);
  v.pem({"csr", "request_pem"}, it.request_pem, kMaxRequestPem);
  v.object({"id", "identity"}, it.identity);
}

template <class Visitor, Is<EnrolReply> Self>
void describe(Visitor& v, Self& it) {
  v.text({"agent", "agent_id"}, it.agent_id, kMaxText);
  v.pem({"cert", "certificate_pem"}, it.certificate_pem, kMaxCertificatePem);
  v.pem({"ca", "authority_pem"}, it.authority_pem, kMaxCertificatePem);
  v.required({"t", "server_ms"}, it.server_ms, 0, kMaxWallMs);
  v.object({"policy", "policy"}, it.policy);
}

template <class Visitor, Is<RenewRequest> Self>
void describe(Visitor& v, Self& it) {
  v.required({"v", "version"}, it.version, 1, 1'000);
  v.pem({"csr", "request_pem"}, it.request_pem, kMaxRequestPem);
}

template <class Visitor, Is<RenewReply> Self>
void describe(Visitor& v, Self& it) {
  v.pem({"cert", "certificate_pem"}, it.certificate_pem, kMaxCertificatePem);
  v.pem({"ca", "authority_pem"}, it.authority_pem, kMaxCertificatePem);
  v.required({"t", "server_ms"}, it.server_ms, 0, kMaxWallMs);
}

}  // namespace rollcall::wire::detail
