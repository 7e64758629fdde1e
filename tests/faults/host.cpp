#include "tests/faults/host.h"

#include <optional>
#include <utility>

#include "common/base/text.h"
#include "common/wire/enrolment.h"
#include "server/storage/maintenance.h"
#include "tests/bench/sample_report.h"

namespace rollcall::faults {

Host::Host(const std::string& folder, const Clock& clock, std::string vfs) : clock_(clock), vfs_(std::move(vfs)) {
  config_.data = folder;
  config_.names = {"school.example"};
  config_.report_days = service::Retention::kDefaultDays;
  config_.schools = {{"north", "North High", wire::Policy{}}};
}

Result<> Host::start() {
  Phase phase{};
  core_ = TRY(Core::open(config_, Machinery{files_, clock_, random_, vfs_}, phase));
  return {};
}

Result<std::string> Host::make_token() {
  service::NewToken wanted;
  wanted.note = "faults";
  wanted.max_uses = 100;
  wanted.school_id = "north";
  return TRY(core_->tokens.create(domain::Actor{}, wanted)).text;
}

Result<Laptop> Host::enroll(const std::string& token, int number) {
  Laptop laptop{number, TRY(pki::PrivateKey::generate()), {}, {}};
  wire::EnrolRequest request;
  request.secret = to_base64url(TRY(wire::EnrolmentToken::parse(token)).secret);
  request.request_pem = TRY(pki::make_request_pem(laptop.key));
  request.identity.serial = "PF" + bench::digits(number, 6);
  request.identity.manufacturer = "LENOVO";
  request.identity.model = "20XW";
  laptop.agent_id = TRY(core_->enrolment.enroll(request)).agent_id;
  laptop.device_id = core_->agents.find(laptop.key.id())->device_id;
  return laptop;
}

Result<> Host::report(const Laptop& laptop, std::uint64_t sequence) {
  const auto agent = core_->agents.find(laptop.key.id());
  if (!agent) return fail(Errc::unauthenticated, "no such agent");
  wire::DecodedCheckIn check_in;
  wire::Report made = bench::make_report(laptop.number, sequence, clock_);
  check_in.message.boot_id = made.boot_id;
  check_in.message.sent_monotonic_ms = made.monotonic_ms;
  check_in.message.sent_wall_ms = made.wall_ms;
  check_in.message.reports.push_back(std::move(made));
  std::optional<Result<wire::CheckInReply>> reply;
  core_->ingest.submit(agent, std::move(check_in), "127.0.0.1",
                       [&](service::IngestOutcome outcome) { reply = std::move(outcome.reply); });
  while (!reply && core_->ingest.commit_pending() != 0) continue;
  if (!reply) return fail(Errc::internal, "the check-in was not answered");
  if (!*reply) return std::unexpected(std::move(*reply).error());
  const auto& accepted = (*reply)->accepted;
  const bool named = accepted.size() == 1 && accepted[0].first == sequence && accepted[0].last == sequence;
  return named ? Result<>() : fail(Errc::conflict, "the report was not accepted");
}

Result<> Host::check() {
  TRY(storage::check_database(*core_->database, storage::sqlite_migrations()));
  return {};
}

Result<std::vector<std::uint64_t>> Host::stored(const Laptop& laptop) {
  std::vector<std::uint64_t> stored;
  std::string cursor;
  do {
    const auto page = TRY(core_->history.timeline(laptop.device_id, cursor, 500, false));
    for (const auto& entry : page.entries) {
      if (entry.agent_id == laptop.agent_id) stored.push_back(entry.sequence);
    }
    cursor = page.next_cursor;
  } while (!cursor.empty());
  return stored;
}

}  // namespace rollcall::faults
