#include "server/core.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "common/base/log.h"
#include "server/storage/maintenance.h"
#include "server/storage/migrate.h"
#include "server/storage/segment_backup.h"

namespace rollcall {
namespace {

Result<> expect_schema(sql::SqliteDatabase& database) {
  const auto known = storage::sqlite_migrations();
  const int version = TRY(database.read([&](sql::Snapshot& snapshot) { return storage::schema_version(snapshot, known); }));
  if (version == known.back().number) return {};
  return fail(Errc::conflict, fmt::format("the database has schema {}, this program knows {}: `rollcalld serve` keeps a "
                                          "copy and brings it up to date", version, known.back().number));
}

Result<std::unique_ptr<sql::SqliteDatabase>> open_database(const DataFolder& folder, Machinery machinery,
                                                           Core::Schema schema) {
  const bool is_new = !machinery.files.info(folder.database());
  auto database = TRY(with(sql::SqliteDatabase::open({.path = folder.database(),
                                                      .vfs = machinery.database_layer,
                                                      .clock = &machinery.clock}),
                           "opening the database"));
  if (schema == Core::Schema::expect && !is_new) TRY(expect_schema(*database));
  const auto back_up = [&](int from) -> Result<std::string> {
    auto path = TRY(storage::backup_before_migration(*database, folder.backups(), from, storage::sqlite_migrations(),
                                                     machinery.clock));
    TRY(storage::link_segments(storage::names_of(TRY(storage::segments_in(path))), folder.segments(),
                               storage::segments_beside(path)));
    return path;
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
      schools(*database, machinery.clock),
      passwords(machinery.password_cost),
      audit(*database, machinery.clock),
      calendars(*database, machinery.clock, schools, audit),
      agents(*database, machinery.clock, audit),
      devices(*database, machinery.clock, machinery.random, agents, audit, schools),
      labels(*database, config.label_heading),
      writes(*database, machinery.clock, agents),
      model_names(*database, writes),
      models(*database, machinery.clock, machinery.random, audit, model_names),
      places(*database, machinery.clock, machinery.random, audit, schools),
      custody(*database, machinery.clock, machinery.random, audit),
      holdings(*database, audit),
      receiving(*database, machinery.clock, machinery.random, audit, devices, schools),
      tokens(*database, machinery.clock, machinery.random, audit, credentials->authority().fingerprint(), schools),
      enrolment(*database, machinery.clock, machinery.random, credentials->authority(), policies, agents, audit),
      reviews(*database, machinery.clock, machinery.random, agents, audit),
      identities(*database, machinery.clock, machinery.random, agents, audit),
      sessions(*database, machinery.clock, machinery.random),
      users(*database, machinery.clock, machinery.random, sessions, passwords, audit, schools),
      fleet(*database, machinery.clock),
      checks(*database, machinery.clock, machinery.random, audit, devices, custody,
             [this](std::string_view device_id) { return fleet.seen_at_school_ms(device_id); }),
      access_points(*database, machinery.clock),
      ingest(*database, machinery.clock, machinery.random, policies, fleet, access_points),
      segments(*database, machinery.files, folder->segments()),
      history(*database, fleet, segments),
      retention(*database, machinery.clock, segments, config.report_days),
      merging(*database, machinery.files, machinery.clock, segments),
      roster(*database, audit),
      rollover(*database),
      search(*database),
      search_indexer(*database, machinery.clock),
      roster_keys(credentials->user_key()),
      imports(*database, machinery.files, machinery.clock, machinery.random, schools, audit, roster_keys,
              {.spool = folder->imports(), .vanish_percent = config.vanish_percent}),
      roster_folder(machinery.files, machinery.clock, imports, config.roster_folder) {}

Result<> Core::load() {
  TRY(with(schools.load(config.schools), "loading the schools"));
  TRY(with(calendars.load(), "loading the calendars"));
  TRY(sessions.load());
  TRY(agents.load());
  TRY(devices.each([this](const auto& device) { fleet.device_changed(device); }));
  for (const auto& agent : agents.all()) fleet.agent_changed(agent);
  TRY(fleet.load());
  TRY(with(segments.load(), "opening the merged days of the report log"));
  TRY(retention.load());
  TRY(with(model_names.load(), "finding devices that carry a former name of their model"));
  TRY(with(imports.load(), "the imports of rosters"));
  agents.listen(fleet);
  fleet.teach(identities);
  ingest.settle_with(reviews);
  imports.teach(calendars);
  imports.teach(service::InventoryServices{devices, models, custody, agents});
  return {};
}

std::int64_t Core::run_due_jobs(std::int64_t now_ms) {
  if (fleet.next_due() <= now_ms) fleet.run_due(now_ms);
  if (access_points.next_due() <= now_ms) access_points.run_due(now_ms);
  if (retention.next_due() <= now_ms) retention.run_due(now_ms);
  if (writes.next_due() <= now_ms) writes.run_due(now_ms);
  if (model_names.next_due() <= now_ms) model_names.run_due(now_ms);
  if (search_indexer.next_due() <= now_ms) search_indexer.run_due(now_ms);
  if (sessions.next_due_ms() <= now_ms) {
    if (auto done = sessions.run_due(now_ms); !done) log::warn("sessions: {}", done.error().message);
  }
  if (audit.next_due_ms() <= now_ms) {
    if (auto done = audit.run_due(now_ms); !done) log::warn("the audit log: {}", done.error().message);
  }
  return std::min({fleet.next_due(), access_points.next_due(), retention.next_due(), writes.next_due(),
                   model_names.next_due(), search_indexer.next_due(), sessions.next_due_ms(), audit.next_due_ms()});
}

void Core::finish() {
  const auto report = [](const Result<>& result) {
    if (!result) log::error("while stopping: {}", result.error().message);
  };
  report(fleet.flush());
  report(access_points.flush());
  report(sessions.run_due(machinery.clock.wall_ms()));
  report(audit.finish());
}

Result<std::unique_ptr<Core>> Core::open(const ServerConfig& config, Machinery machinery, Phase& phase,
                                         Schema schema) {
  phase = Phase::folder;
  auto folder = std::make_unique<DataFolder>(TRY(DataFolder::open(machinery.files, config.data)));
  phase = Phase::credentials;
  auto credentials = std::make_unique<Credentials>(
      TRY(Credentials::open(*folder, config, machinery.files, machinery.clock, machinery.random)));
  phase = Phase::database;
  auto database = TRY(open_database(*folder, machinery, schema));
  auto core = std::unique_ptr<Core>(
      new Core(config, machinery, std::move(folder), std::move(credentials), std::move(database)));
  TRY(with(core->load(), "loading the directory of devices and agents"));
  return core;
}

}  // namespace rollcall
