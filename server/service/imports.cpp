#include "server/service/imports.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/base/id.h"
#include "common/base/log.h"
#include "server/storage/import_store.h"

namespace rollcall::service {
namespace {

using domain::Import;
using domain::ImportState;

constexpr std::size_t kMaxPage = 200;

std::string said(const Import& import) {
  std::string out(domain::name_of(import.state));
  for (const auto& it : import.files) {
    out += fmt::format("; {}: {} new, {} changed, {} gone, {} errors", it.file, it.added, it.changed, it.gone, it.errors);
  }
  return out;
}

}  // namespace

Imports::Imports(sql::Database& db, Files& files, const Clock& clock, Random& random, Schools& schools,
                           Audit& audit, const RosterKeys& keys, Settings settings)
    : db_(db),
      files_(files),
      clock_(clock),
      random_(random),
      schools_(schools),
      audit_(audit),
      keys_(keys),
      settings_(std::move(settings)) {}

std::string Imports::upload_of(std::string_view import_id) const {
  return settings_.spool + "/" + std::string(import_id);
}

Result<> Imports::load() {
  TRY(files_.make_directories(settings_.spool, 0700));
  for (const auto& name : TRY(files_.list(settings_.spool))) TRY(files_.remove(settings_.spool + "/" + name));
  for (auto& import : TRY(db_.read([](sql::Snapshot& snapshot) { return storage::unsettled_imports(snapshot); }))) {
    import.state = ImportState::failed;
    import.finished_ms = clock_.wall_ms();
    import.error = "the server was restarted meanwhile; run it again";
    TRY(save(import));
  }
  return {};
}

Result<> Imports::save(const Import& import) {
  return db_.write([&](sql::Transaction& transaction) { return storage::put_import(transaction, import); });
}

Result<> Imports::save_audited(const domain::Actor& actor, std::string_view action, const Import& import) {
  return db_.write([&](sql::Transaction& transaction) -> Result<> {
    TRY(storage::put_import(transaction, import));
    return audit_.append(transaction, actor, action, "import:" + import.import_id, said(import));
  });
}

Result<Import> Imports::submit(const domain::Actor& actor, const Upload& upload) {
  Import import;
  import.import_id = make_ulid(clock_, random_);
  import.kind = upload.kind;
  import.source = upload.source;
  import.dry_run = upload.dry_run;
  import.actor = actor.to_text();
  import.created_ms = clock_.wall_ms();
  if (upload.kind == domain::ImportKind::devices && !inventory_) {
    return fail(Errc::unavailable, "this server keeps no inventory");
  }
  const std::lock_guard lock(mutex_);
  const auto waiting = TRY(db_.read([](sql::Snapshot& snapshot) { return storage::unsettled_imports(snapshot); }));
  if (waiting.size() >= settings_.waiting) {
    return fail(Errc::rate_limited, fmt::format("{} imports wait already; the oldest is {}: wait for it or cancel it",
                                                waiting.size(), domain::name_of(waiting.front().state)));
  }
  TRY(files_.rename(upload.path, upload_of(import.import_id)));
  if (auto saved = save_audited(actor, "import.submit", import); !saved) {
    static_cast<void>(files_.remove(upload_of(import.import_id)));
    return std::unexpected(std::move(saved).error());
  }
  forget_compared();
  handed_[import.import_id] = {actor, upload.preset};
  queue_.push_back(import.import_id);
  return import;
}

Result<Import> Imports::find(std::string_view import_id) {
  auto found = TRY(db_.read([&](sql::Snapshot& snapshot) { return storage::find_import(snapshot, import_id); }));
  if (!found) return fail(Errc::not_found, "there is no such import");
  return std::move(*found);
}

Imports::View Imports::view_of(Import import) const {
  View view{.import = std::move(import)};
  const std::lock_guard lock(mutex_);
  const auto& id = view.import.import_id;
  if (running_ && running_->import_id == id) view.progress = running_->watch.progress();
  if (view.import.state == ImportState::held) view.until_ms = view.import.created_ms + kUploadLifeMs;
  if (view.import.state == ImportState::planned && compared_.import_id == id) view.until_ms = compared_.until_ms;
  return view;
}

Result<Imports::Page> Imports::list(std::string_view cursor, std::size_t limit) {
  if (!cursor.empty() && !is_ulid(cursor)) {
    return fail(Errc::invalid_argument, "this is not a cursor of the imports", "cursor");
  }
  const auto wanted = std::clamp<std::size_t>(limit, 1, kMaxPage);
  auto found =
      TRY(db_.read([&](sql::Snapshot& snapshot) { return storage::list_imports(snapshot, cursor, wanted); }));
  Page page;
  if (found.size() == wanted) page.next_cursor = found.back().import_id;
  for (auto& import : found) page.imports.push_back(view_of(std::move(import)));
  return page;
}

Result<Imports::View> Imports::get(std::string_view import_id) {
  return view_of(TRY(find(import_id)));
}

Result<std::vector<domain::ImportFinding>> Imports::findings(std::string_view import_id, std::int64_t after_no,
                                                                  std::size_t limit) {
  return db_.read(
      [&](sql::Snapshot& snapshot) { return storage::findings_after(snapshot, import_id, after_no, limit); });
}

Result<std::vector<domain::FindingGroup>> Imports::finding_groups(std::string_view import_id) {
  return db_.read([&](sql::Snapshot& snapshot) {
    return storage::finding_groups(snapshot, import_id, domain::kMaxFindingGroups);
  });
}

Result<Import> Imports::approve(const domain::Actor& actor, std::string_view import_id) {
  const std::lock_guard lock(mutex_);
  auto import = TRY(find(import_id));
  const bool compared = import.state == ImportState::planned && compared_.import_id == import_id;
  if (import.state == ImportState::planned && !compared) {
    return fail(Errc::conflict, "what was compared is not here any more; hand the export over again");
  }
  if (import.state != ImportState::held && !compared) {
    return fail(Errc::conflict, fmt::format("the import is {}; only one that is held or was compared can be approved",
                                            domain::name_of(import.state)));
  }
  import.state = ImportState::queued;
  import.dry_run = false;
  // Whoever was not told that much would vanish has not agreed to it.
  if (!import.error.empty()) import.approved_by = actor.to_text();
  import.error.clear();
  import.finished_ms.reset();
  TRY(save_audited(actor, "import.approve", import));
  if (compared) compared_ = {};
  handed_[import.import_id].actor = actor;
  queue_.push_back(import.import_id);
  return import;
}

Result<Import> Imports::cancel(const domain::Actor& actor, std::string_view import_id) {
  const std::lock_guard lock(mutex_);
  auto import = TRY(find(import_id));
  const bool compared = import.state == ImportState::planned && compared_.import_id == import_id;
  if (domain::is_settled(import.state) && !compared) {
    return fail(Errc::conflict, fmt::format("the import is {} already", domain::name_of(import.state)));
  }
  if (running_ && running_->import_id == import_id) {
    running_->watch.cancel();
    TRY(save_audited(actor, "import.cancel", import));
    return import;
  }
  import.state = ImportState::canceled;
  import.finished_ms = clock_.wall_ms();
  TRY(save_audited(actor, "import.cancel", import));
  if (compared) compared_ = {};
  std::erase(queue_, import.import_id);
  handed_.erase(import.import_id);
  TRY(files_.remove(upload_of(import_id)));
  return import;
}

// Called with mutex_ held.
void Imports::forget_compared() {
  if (compared_.import_id.empty()) return;
  if (auto removed = files_.remove(upload_of(compared_.import_id)); !removed) {
    log::error("import {}: the upload is still there: {}", compared_.import_id, removed.error().message);
  }
  handed_.erase(compared_.import_id);
  compared_ = {};
}

void Imports::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  if (running_) running_->watch.cancel();
}

}  // namespace rollcall::service
