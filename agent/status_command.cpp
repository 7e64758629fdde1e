#include <date/date.h>
#include <fmt/core.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <optional>

#include "agent/app/enrolment_note.h"
#include "agent/app/running_file.h"
#include "agent/app/state_lock.h"
#include "agent/commands.h"
#include "agent/sync/state_folder.h"
#include "common/base/pki.h"

namespace rollcall {

namespace {

std::string instant_text(std::int64_t wall_ms) {
  const date::sys_seconds at{std::chrono::seconds(wall_ms / kSecondMs)};
  return date::format("%F %T UTC", at);
}

void print_json(const sync::Credentials& credentials, const pki::CertificateInfo& certificate,
                const std::optional<app::Running>& running) {
  boost::json::object out{{"enrolled", true},
                          {"server", credentials.server_url},
                          {"agent_id", credentials.agent_id},
                          {"certificate_expires_ms", certificate.not_after_ms},
                          {"running", running.has_value()}};
  if (running) {
    out["waiting"] = running->waiting;
    out["thinned"] = running->thinned;
    if (running->reached_ms) out["reached_ms"] = *running->reached_ms;
  }
  fmt::print("{}\n", boost::json::serialize(out));
}

void print_json(const app::EnrolmentNote& note) {
  boost::json::object enrollment{{"state", app::name_of(note.state)}};
  if (!note.reason.empty()) enrollment["reason"] = note.reason;
  if (note.at_ms > 0) enrollment["since_ms"] = note.at_ms;
  if (note.next_try_ms > 0) enrollment["next_try_ms"] = note.next_try_ms;
  fmt::print("{}\n", boost::json::serialize(boost::json::object{{"enrolled", false}, {"enrollment", enrollment}}));
}

// Why it is not, as far as the running agent has found out, and what helps.
Result<> not_enrolled(const AgentConfig& config, const app::EnrolmentNote& note) {
  using State = app::EnrolmentNote::State;
  switch (note.state) {
    case State::waiting:
      break;
    case State::unusable:
      return fail(Errc::invalid_argument, fmt::format("this laptop is not enrolled: {}", note.reason));
    case State::trying:
      return fail(Errc::unavailable, fmt::format("this laptop is not enrolled yet: {}; tried at {}, next try at {}",
                                                 note.reason, instant_text(note.at_ms), instant_text(note.next_try_ms)));
    case State::refused:
      return fail(Errc::unauthenticated,
                  fmt::format("this laptop is not enrolled: {}; refused at {}. Another {} is read within a minute",
                              note.reason, instant_text(note.at_ms), config.enroll_file));
  }
  return fail(Errc::not_found, "this laptop is not enrolled; an administrator gives you a token for "
                               "`rollcall-agent enroll`, or " + config.enroll_file);
}

}  // namespace

Result<> status_command(const AgentConfig& config, bool json, const Clock& clock) {
  SystemFiles files;
  const sync::StateFolder folder(files, config.state);
  const auto credentials = folder.credentials();
  if (!credentials) {
    if (credentials.error().code != Errc::not_found) return std::unexpected(credentials.error());
    const auto note = app::read_enrolment_note(files, folder.file(app::kEnrolmentNote)).value_or(app::EnrolmentNote{});
    if (json) print_json(note);
    return not_enrolled(config, note);
  }
  const auto certificate = TRY(pki::parse_certificate_pem(credentials->certificate_pem));
  auto running = app::RunningFile(files, config.runtime, config.state).read();
  // A kill of -9 leaves the file behind, and another process gets the number in it: the lock goes with its holder.
  if (running && !TRY(app::StateLock::is_held(folder.file("lock")))) running.reset();
  if (json) {
    print_json(*credentials, certificate, running);
    return {};
  }
  fmt::print("Server       {}\nAgent        {}\n", credentials->server_url, credentials->agent_id);
  const bool expired = certificate.not_after_ms < clock.wall_ms();
  fmt::print("Certificate  {} {}\n", expired ? "expired; renews by itself, since" : "valid until",
             instant_text(certificate.not_after_ms));
  if (!running) {
    fmt::print("Running      no, or under another account\n");
    return {};
  }
  fmt::print("Running      yes, process {}\n", running->pid);
  fmt::print("Reached      {}\n", running->reached_ms ? instant_text(*running->reached_ms) : "not since it started");
  fmt::print("Waiting      {} reports ({} given up since installation)\n", running->waiting, running->thinned);
  return {};
}

}  // namespace rollcall
