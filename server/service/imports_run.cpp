// Imports's own thread: one import from its first row to its last.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/base/log.h"
#include "server/csv/archive.h"
#include "server/service/imports.h"
#include "server/service/roster_plan.h"
#include "server/service/roster_tables.h"
#include "server/storage/import_store.h"

namespace rollcall::service {
namespace {

using domain::Import;
using domain::ImportState;

constexpr std::int64_t kExpireEveryMs = kHourMs;
constexpr std::size_t kDeleteRows = 1'000;

// Why somebody should look first; empty: nothing much is lost.
std::string vanishing(const std::vector<domain::FileCounts>& files, int percent) {
  std::string out;
  for (const auto& it : files) {
    if (!domain::vanishes(it, percent)) continue;
    out += fmt::format("{}{}: {} of {} would be marked missing", out.empty() ? "" : "; ", it.file, it.gone, it.kept);
  }
  return out.empty() ? out : out + ". Approve the import if that is right, cancel it if the export is not complete";
}

}  // namespace

std::int64_t Imports::next_due() const {
  const std::lock_guard lock(mutex_);
  if (!queue_.empty()) return 0;
  return compared_.import_id.empty() ? expire_due_ms_ : std::min(expire_due_ms_, compared_.until_ms);
}

void Imports::run_due(std::int64_t now_ms) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    if (compared_.until_ms <= now_ms) forget_compared();
  }
  if (expire_due_ms_ <= now_ms) expire(now_ms);
  Import import;
  const auto running = begin(import);
  if (!running) return;
  ImportFindings findings([&](std::int64_t first_no, std::span<const domain::ImportFinding> batch) {
    return db_.write([&](sql::Transaction& transaction) {
      return storage::add_findings(transaction, import.import_id, first_no, batch);
    });
  });
  auto result = carry_out(import, *running, findings);
  if (auto flushed = findings.flush(); result && !flushed) result = std::move(flushed);
  import.findings = findings.total();
  finish(std::move(import), result, *running);
}

std::shared_ptr<Imports::Running> Imports::begin(Import& import) {
  const std::lock_guard lock(mutex_);
  if (queue_.empty()) return nullptr;
  auto found = find(queue_.front());
  queue_.erase(queue_.begin());
  if (!found) {
    log::error("an import cannot begin: {}", found.error().message);
    return nullptr;
  }
  import = std::move(*found);
  import.state = ImportState::reading;
  import.started_ms = clock_.wall_ms();
  running_ = std::make_shared<Running>();
  running_->import_id = import.import_id;
  if (auto saved = save(import); !saved) log::warn("import {}: {}", import.import_id, saved.error().message);
  return running_;
}

Result<std::unique_ptr<ImportPlan>> Imports::plan_of(const Import& import, csv::Archive& archive, Running& running,
                                                     ImportFindings& findings) {
  if (import.kind != domain::ImportKind::devices) {
    auto reader = TRY(RosterReader::open(archive, import.kind, findings, running.watch));
    return std::make_unique<RosterPlan>(db_, clock_, random_, keys_, std::move(reader), running.watch, schools_.all());
  }
  Handed handed;
  {
    const std::lock_guard lock(mutex_);
    handed = handed_[import.import_id];
  }
  const ImportParts parts{db_, clock_, keys_, schools_, findings, running.watch};
  return TRY(DeviceImport::open(archive, handed.preset, std::move(handed.actor), *inventory_, parts));
}

// True: it goes no further for now. Of a list of devices nothing vanishes.
bool Imports::is_held_back(Import& import) const {
  const bool vanishes = import.approved_by.empty() && import.kind != domain::ImportKind::devices;
  if (vanishes) import.error = vanishing(import.files, settings_.vanish_percent);
  if (import.dry_run) import.state = ImportState::planned;
  else if (!import.error.empty()) import.state = ImportState::held;
  return import.dry_run || !import.error.empty();
}

Result<> Imports::carry_out(Import& import, Running& running, ImportFindings& findings) {
  TRY(forget_findings(import.import_id, 0));  // of an earlier reading, before it was approved
  const auto archive = TRY(csv::Archive::open(files_, upload_of(import.import_id)));
  const auto plan = TRY(plan_of(import, *archive, running, findings));
  const auto made = plan->make();
  import.files = plan->counts();
  TRY(made);
  if (is_held_back(import)) return {};
  import.state = ImportState::writing;
  import.findings = findings.total();
  TRY(save(import));
  const auto written = plan->write();
  import.files = plan->counts();
  if (import.kind != domain::ImportKind::devices) TRY(schools_.reload());  // also of half an import
  TRY(written);
  if (import.kind != domain::ImportKind::devices) TRY(follow(findings));
  import.state = ImportState::done;
  return {};
}

// What is written stays: a calendar that the new terms do not fit is for a person to look at.
Result<> Imports::follow(ImportFindings& findings) {
  if (calendars_ == nullptr) return {};
  for (auto& reason : calendars_->follow_roster()) {
    TRY(findings.add({std::string(name_of(RosterFile::terms)), 0, "", domain::Severity::warning, std::move(reason)}));
  }
  return {};
}

void Imports::finish(Import import, const Result<>& result, Running& running) {
  const std::lock_guard lock(mutex_);
  const bool canceled = !running.watch.go_on();
  if (!result) {
    import.state = canceled && !stopping_ ? ImportState::canceled : ImportState::failed;
    import.error = stopping_ ? "the server was stopped meanwhile; run it again" : result.error().message;
  }
  const bool held = import.state == ImportState::held;
  if (!held) conclude(import);
  const domain::Actor system{domain::Actor::Kind::system, ""};
  auto saved = save_audited(system, held ? "import.hold" : "import.end", import);
  if (!saved) log::error("import {}: {}", import.import_id, saved.error().message);
  log::info("import {} is {}", import.import_id, domain::name_of(import.state));
  running_.reset();
}

// Called with mutex_ held.
void Imports::conclude(Import& import) {
  import.finished_ms = clock_.wall_ms();
  if (import.state == ImportState::planned) {
    forget_compared();
    compared_ = {import.import_id, clock_.wall_ms() + kComparedLifeMs};
    return;
  }
  handed_.erase(import.import_id);
  if (auto removed = files_.remove(upload_of(import.import_id)); !removed) {
    log::error("import {}: the upload is still there: {}", import.import_id, removed.error().message);
  }
}

Result<> Imports::forget_findings(std::string_view import_id, std::int64_t before_ms) {
  for (;;) {
    const auto deleted = TRY(db_.write([&](sql::Transaction& transaction) {
      return storage::delete_findings(transaction, import_id, before_ms, kDeleteRows);
    }));
    if (deleted < static_cast<std::int64_t>(kDeleteRows)) return {};
  }
}

void Imports::expire(std::int64_t now_ms) {
  const auto complain = [](const Result<>& result) {
    if (!result) log::warn("imports: {}", result.error().message);
  };
  complain(forget_findings("", now_ms - kFindingsLifeMs));
  const std::lock_guard lock(mutex_);
  expire_due_ms_ = now_ms + kExpireEveryMs;
  auto waiting = db_.read([](sql::Snapshot& snapshot) { return storage::unsettled_imports(snapshot); });
  if (!waiting) return complain(std::unexpected(waiting.error()));
  for (auto& import : *waiting) {
    if (import.state != ImportState::held || import.created_ms + kUploadLifeMs > now_ms) continue;
    import.state = ImportState::failed;
    import.finished_ms = now_ms;
    import.error = "nobody approved it within a day, and the upload was deleted; run it again";
    handed_.erase(import.import_id);
    complain(files_.remove(upload_of(import.import_id)));
    complain(save_audited({domain::Actor::Kind::system, ""}, "import.end", import));
  }
}

}  // namespace rollcall::service
