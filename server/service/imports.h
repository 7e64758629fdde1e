// Rosters and lists of devices come in: uploads wait their turn, one at a time is read, compared, and written unless it is a dry run or too
// much would vanish. Thread-safe; run_due belongs to one thread of its own, because it takes minutes.
//
// Nothing of an upload outlives its import, a day, or the server. What was compared only (a dry run) stays for an hour,
// or until something else is handed over, so that somebody who has looked at the changes can let exactly these in.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/files.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/import.h"
#include "server/domain/user.h"
#include "server/service/audit.h"
#include "server/service/calendars.h"
#include "server/service/device_import.h"
#include "server/service/roster_keys.h"
#include "server/service/schools.h"

namespace rollcall::service {

class Imports {
 public:
  struct Settings {
    std::string spool;        // a folder of its own, for uploads
    int vanish_percent{10};   // of people, classes or enrollments; more: held until somebody approves
    std::size_t waiting{4};   // imports that are not settled; one more is refused
  };
  static constexpr std::int64_t kUploadLifeMs = kDayMs, kComparedLifeMs = kHourMs;
  static constexpr std::int64_t kFindingsLifeMs = 90 * kDayMs;

  Imports(sql::Database& db, Files& files, const Clock& clock, Random& random, Schools& schools, Audit& audit,
               const RosterKeys& keys, Settings settings);

  // Which calendars follow what is imported; before the first import. Without it none does.
  void teach(Calendars& calendars) { calendars_ = &calendars; }
  // Where lists of devices go; before the first import. Without it they are refused.
  void teach(const InventoryServices& inventory) { inventory_.emplace(inventory); }

  // Before anything else: what a restart has cut is failed and says so; every upload is deleted.
  Result<> load();

  const std::string& spool() const { return settings_.spool; }

  struct Upload {
    domain::ImportKind kind{domain::ImportKind::oneroster};
    bool dry_run{};
    std::string source{"upload"};
    std::string path{};  // in spool(); taken over
    std::optional<domain::DevicePreset> preset{};  // of devices; absent: recognized
  };
  // Errors: rate_limited (too many wait; the message says for what), unavailable (devices, without an inventory), io.
  Result<domain::Import> submit(const domain::Actor& actor, const Upload& upload);

  struct View {
    domain::Import import{};
    std::optional<ImportProgress> progress{};  // of the one that runs
    std::optional<std::int64_t> until_ms{};    // until when it can be approved
  };
  struct Page {
    std::vector<View> imports{};  // newest first
    std::string next_cursor{};    // empty: no more
  };
  Result<Page> list(std::string_view cursor, std::size_t limit);
  Result<View> get(std::string_view import_id);  // not_found
  Result<std::vector<domain::ImportFinding>> findings(std::string_view import_id, std::int64_t after_no,
                                                      std::size_t limit);

  // Those of the listed ones that say the same, errors first, then the most frequent; kMaxFindingGroups at most.
  Result<std::vector<domain::FindingGroup>> finding_groups(std::string_view import_id);

  // Of one that is held, or was compared and is still here: it is read again and written, however much of what its
  // `error` names vanishes. Errors: not_found, conflict (neither; the message says what to do).
  Result<domain::Import> approve(const domain::Actor& actor, std::string_view import_id);
  // What was written stays. Errors: not_found, conflict (is settled).
  Result<domain::Import> cancel(const domain::Actor& actor, std::string_view import_id);

  std::int64_t next_due() const;  // wall clock
  // The oldest import that waits, from its first row to its last; or the deletion of what is too old.
  void run_due(std::int64_t now_ms);
  // The import that runs ends soon, as canceled; for the server's end.
  void stop();

 private:
  struct Running {
    std::string import_id{};
    ImportWatch watch{};
  };

  // imports_run.cpp
  std::shared_ptr<Running> begin(domain::Import& import);
  Result<> follow(ImportFindings& findings);
  Result<> carry_out(domain::Import& import, Running& running, ImportFindings& findings);
  Result<std::unique_ptr<ImportPlan>> plan_of(const domain::Import& import, csv::Archive& archive, Running& running,
                                              ImportFindings& findings);
  bool is_held_back(domain::Import& import) const;
  void finish(domain::Import import, const Result<>& result, Running& running);
  void expire(std::int64_t now_ms);
  Result<> forget_findings(std::string_view import_id, std::int64_t before_ms);
  void forget_compared();
  void conclude(domain::Import& import);

  Result<domain::Import> find(std::string_view import_id);
  View view_of(domain::Import import) const;
  Result<> save(const domain::Import& import);
  Result<> save_audited(const domain::Actor& actor, std::string_view action, const domain::Import& import);
  std::string upload_of(std::string_view import_id) const;

  sql::Database& db_;
  Files& files_;
  const Clock& clock_;
  Random& random_;
  Schools& schools_;
  Audit& audit_;
  const RosterKeys& keys_;
  const Settings settings_;
  Calendars* calendars_{};
  std::optional<InventoryServices> inventory_{};

  mutable std::mutex mutex_;  // guards what follows, and every change of an import's state from its look to its write
  std::shared_ptr<Running> running_;
  std::vector<std::string> queue_;  // ids, oldest first
  // What the database does not keep of an import that may still be written; nothing of it outlives the server.
  struct Handed {
    domain::Actor actor{};
    std::optional<domain::DevicePreset> preset{};
  };
  std::map<std::string, Handed, std::less<>> handed_;  // by id
  struct Compared {
    std::string import_id{};  // empty: none
    std::int64_t until_ms{};
  };
  Compared compared_;  // the one dry run whose upload is still here
  std::int64_t expire_due_ms_{};
  bool stopping_{};
};

}  // namespace rollcall::service
