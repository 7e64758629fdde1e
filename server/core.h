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
#include "server/service/devices.h"
#include "server/service/enrolment.h"
#include "server/service/fleet.h"
#include "server/service/history.h"
#include "server/service/identities.h"
#include "server/service/ingest.h"
#include "server/service/passwords.h"
#include "server/service/people.h"
#include "server/service/policies.h"
#include "server/service/retention.h"
#include "server/service/reviews.h"
#include "server/service/sessions.h"
#include "server/service/tokens.h"

namespace rollcall {

// The seams, handed to everything.
struct Machinery {
  Files& files;
  const Clock& clock;
  Random& random;
  std::string database_layer{};  // SqliteOptions::vfs; the simulation names a disk of its own
};

// Members stand in the order in which they are built; each outlives what stands after it.
class Core {
 public:
  // `phase` says at every moment what a failure would mean. `config` and the machinery outlive the result.
  static Result<std::unique_ptr<Core>> open(const ServerConfig& config, Machinery machinery, Phase& phase);

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
  service::Passwords passwords;
  service::Audit audit;
  service::Agents agents;
  service::Devices devices;
  service::Tokens tokens;
  service::Enrolment enrolment;
  service::Reviews reviews;
  service::Identities identities;
  service::Sessions sessions;
  service::People people;
  service::Fleet fleet;
  service::AccessPoints access_points;
  service::Ingest ingest;
  service::History history;
  service::Retention retention;

 private:
  Core(const ServerConfig& config, Machinery machinery, std::unique_ptr<DataFolder> folder,
       std::unique_ptr<Credentials> credentials, std::unique_ptr<sql::SqliteDatabase> database);
  Result<> load();
};

}  // namespace rollcall
