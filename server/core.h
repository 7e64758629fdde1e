// The server without its doors and threads: the locked data folder, the keys, the migrated database and every
// service over it. `serve` puts doors in front of it; a local command uses it directly when no server runs.
#pragma once

#include <memory>
#include <string>

#include "common/base/clock.h"
#include "common/base/files.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/sql/sqlite_driver.h"
#include "server/credentials.h"
#include "server/data_folder.h"
#include "server/exit_code.h"
#include "server/server_config.h"
#include "server/service/access_points.h"
#include "server/service/agents.h"
#include "server/service/audit.h"
#include "server/service/calendars.h"
#include "server/service/custody.h"
#include "server/service/device_labels.h"
#include "server/service/devices.h"
#include "server/service/enrolment.h"
#include "server/service/fleet.h"
#include "server/service/history.h"
#include "server/service/holdings.h"
#include "server/service/identities.h"
#include "server/service/ingest.h"
#include "server/service/inventory_checks.h"
#include "server/service/merging.h"
#include "server/service/models.h"
#include "server/service/passwords.h"
#include "server/service/users.h"
#include "server/service/places.h"
#include "server/service/policies.h"
#include "server/service/receiving.h"
#include "server/service/retention.h"
#include "server/service/reviews.h"
#include "server/service/rollover.h"
#include "server/service/roster.h"
#include "server/service/imports.h"
#include "server/service/segments.h"
#include "server/service/schools.h"
#include "server/service/search.h"
#include "server/service/search_indexer.h"
#include "server/service/sessions.h"
#include "server/service/tokens.h"
#include "server/service/watched_folder.h"
#include "server/service/writes.h"

namespace rollcall {

// The seams, handed to everything.
struct Machinery {
  Files& files;
  const Clock& clock;
  Random& random;
  std::string database_layer{};  // SqliteOptions::vfs; the simulation names a disk of its own
  service::Passwords::Cost password_cost{};  // tests lower it
};

// Members stand in the order in which they are built; each outlives what stands after it.
class Core {
 public:
  // Only who serves changes an older database: a look at it must not lock out the program that still uses it.
  enum class Schema { bring_up_to_date, expect };

  // `phase` says at every moment what a failure would mean. `config` and the machinery outlive the result.
  static Result<std::unique_ptr<Core>> open(const ServerConfig& config, Machinery machinery, Phase& phase,
                                            Schema schema = Schema::bring_up_to_date);

  // Does what is due, for whoever keeps the time. Returns when something is due next, by the wall clock.
  std::int64_t run_due_jobs(std::int64_t now_ms);
  // The last writes, after the last request.
  void finish();

  const ServerConfig& config;
  Machinery machinery;
  std::unique_ptr<DataFolder> folder;
  std::unique_ptr<Credentials> credentials;
  std::unique_ptr<sql::SqliteDatabase> database;
  service::Policies policies;
  service::Schools schools;
  service::Passwords passwords;
  service::Audit audit;
  service::Calendars calendars;
  service::Agents agents;
  service::Devices devices;
  service::DeviceLabels labels;
  service::Writes writes;
  service::ModelNames model_names;
  service::Models models;
  service::Places places;
  service::CustodyLedger custody;
  service::Holdings holdings;
  service::Receiving receiving;
  service::Tokens tokens;
  service::Enrolment enrolment;
  service::Reviews reviews;
  service::Identities identities;
  service::Sessions sessions;
  service::Users users;
  service::Fleet fleet;
  service::InventoryChecks checks;
  service::AccessPoints access_points;
  service::Ingest ingest;
  service::Segments segments;
  service::History history;
  service::Retention retention;
  service::Merging merging;  // kept going by a thread of its own
  service::Roster roster;
  service::Rollover rollover;
  service::Search search;
  service::SearchIndexer search_indexer;
  service::RosterKeys roster_keys;
  service::Imports imports;         // kept going by a thread of its own,
  service::WatchedFolder roster_folder;  // with this one

 private:
  Core(const ServerConfig& config, Machinery machinery, std::unique_ptr<DataFolder> folder,
       std::unique_ptr<Credentials> credentials, std::unique_ptr<sql::SqliteDatabase> database);
  Result<> load();
};

}  // namespace rollcall
