#include <date/date.h>
#include <fmt/core.h>
#include <signal.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <optional>

#include "agent/app/running_file.h"
#include "agent/commands.h"
#include "agent/sync/state_folder.h"
#include "common/base/pki.h"

namespace rollcall {

namespace {

std::string instant_text(std::int64_t wall_ms) {
  const date::sys_seconds at{std::chrono::seconds(wall_ms / kSecondMs)};
  return date::format("%F %T UTC", at);
}

// Alive, and not a number that another process got meanwhile: a kill of -9 leaves the file behind.
bool is_alive(const app::Running& running) { return kill(static_cast<pid_t>(running.pid), 0) == 0; }

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

}  // namespace

Result<> status_command(const AgentConfig& config, bool json, const Clock& clock) {
  SystemFiles files;
  const sync::StateFolder folder(files, config.state);
  const auto credentials = folder.credentials();
  if (!credentials) {
    if (credentials.error().code != Errc::not_found) return std::unexpected(credentials.error());
    if (json) fmt::print("{{\"enrolled\":false}}\n");
    return fail(Errc::not_found, "this laptop is not enrolled; an administrator gives you a token for "
                                 "`rollcall-agent enroll`");
  }
  const auto certificate = TRY(pki::parse_certificate_pem(credentials->certificate_pem));
  auto running = app::RunningFile(files, config.runtime, config.state).read();
  if (running && !is_alive(*running)) running.reset();
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
