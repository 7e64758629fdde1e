#include "server/core.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/base/log.h"
#include "server/storage/maintenance.h"
#include "server/storage/migrate.h"

namespace rollcall {
namespace {

std::vector<std::string> school_ids(const ServerConfig& config) {
  std::vector<std::string> ids;
  for (const auto& school : config.schools) ids.push_back(school.id);
  return ids;
}

Result<std::unique_ptr<sql::SqliteDatabase>> open_database(const DataFolder& folder, Machinery machinery) {
  auto database = TRY(with(sql::SqliteDatabase::open({.path = folder.database(),
                                                      .vfs = machinery.database_layer,
                                                      .clock = &machinery.clock}),
                           "opening the database"));
  const auto back_up = [&](int from) {
    return storage::backup_before_migration(*database, folder.backups(), from, storage::sqlite_migrations(),
                                            machinery.clock);
  };
  const auto change = TRY(with(storage::migrate(*database, storage::sqlite_migrations(), machinery.clock, back_up),
                               "bringing the database's schema up to date"));
  if (change.from != change.to) log::info("the database's schema went from {} to {}", change.from, change.to);
  if (!change.backup_path.empty()) log::info("the database as it was is kept as {}", change.backup_path);
  return database;
}

}  // namespace

Core::Core(const ServerConfig& the_config, Machinery the_machinery, std::unique_ptr<DataFolder> the_folder,
           std::unique_ptr<Credentials> the_credentials, std::unique_ptr<sql::SqliteDatabase> the_database)
    : config(the_config),
      machinery(the_machinery),
      folder(std::move(the_folder)),
      credentials(std::move(the_credentials)),
      database(std::move(the_database)),
      policies(config.fallback, config.schools),
      audit(*database, machinery.clock),
      agents(*database, machinery.clock, audit),
      devices(*database, machinery.clock, agents, audit, school_ids(config)),
      tokens(*database, machinery.clock, machinery.random, audit, credentials->authority().fingerprint(),
             school_ids(config)),
      enrolment(*database, machinery.clock, machinery.random, credentials->authority(), agents, audit),
      reviews(*database, machinery.clock, machinery.random, agents, audit),
      identities(*database, machinery.clock, machinery.random, agents, audit),
      sessions(*database, machinery.clock, machinery.random),
      people(*database, machinery.clock, machinery.random, sessions, passwords, audit, school_ids(config)),
      fleet(*database, machinery.clock),
      access_points(*database, machinery.clock),
      ingest(*database, machinery.clock, machinery.random, policies, fleet, access_points),
      history(*database, fleet),
      retention(*database, machinery.clock, config.report_days) {}

Result<> Core::load() {
  TRY(sessions.load());
  TRY(agents.load());
  for (const auto& device : TRY(devices.all())) fleet.device_changed(device);
  for (const auto& agent : agents.all()) fleet.agent_changed(agent);
  TRY(fleet.load());
  TRY(retention.load());
  agents.listen(fleet);
  fleet.teach(identities);
  ingest.settle_with(reviews);
  return {};
}

std::int64_t Core::run_due_jobs(std::int64_t now_ms) {
  if (fleet.next_due() <= now_ms) fleet.run_due(now_ms);
  if (access_points.next_due() <= now_ms) access_points.run_due(now_ms);
  if (retention.next_due() <= now_ms) retention.run_due(now_ms);
  if (sessions.next_due_ms() <= now_ms) {
    if (auto done = sessions.run_due(now_ms); !done) log::warn("sessions: {}", done.error().message);
  }
  return std::min({fleet.next_due(), access_points.next_due(), retention.next_due(), sessions.next_due_ms()});
}

void Core::finish() {
  const auto report = [](const Result<>& result) {
    if (!result) log::error("while stopping: {}", result.error().message);
  };
  report(fleet.flush());
  report(access_points.flush());
  report(sessions.run_due(machinery.clock.wall_ms()));
}

Result<std::unique_ptr<Core>> Core::open(const ServerConfig& config, Machinery machinery, Phase& phase) {
  phase = Phase::folder;
  auto folder = std::make_unique<DataFolder>(TRY(DataFolder::open(machinery.files, config.data)));
  phase = Phase::credentials;
  auto credentials = std::make_unique<Credentials>(
      TRY(Credentials::open(*folder, config, machinery.files, machinery.clock, machinery.random)));
  phase = Phase::database;
  auto database = TRY(open_database(*folder, machinery));
  auto core = std::unique_ptr<Core>(
      new Core(config, machinery, std::move(folder), std::move(credentials), std::move(database)));
  TRY(with(core->load(), "loading the directory of devices and agents"));
  return core;
}

}  // namespace rollcall
