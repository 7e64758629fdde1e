#include "server/local_commands.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <filesystem>
#include <system_error>

#include "server/storage/maintenance.h"
#include "server/storage/migrate.h"
#include "server/storage/segment_backup.h"
#include "server/storage/session_store.h"

namespace rollcall {
namespace {

const domain::Actor kShell{domain::Actor::Kind::shell, ""};

Result<std::string> create_admin(Core& core, const std::string& name) {
  return TRY(core.users.create_admin_from_shell(name)).one_time_password;
}

Result<std::string> mint_profile(Core& core, const std::string& name) {
  const auto opened = TRY(core.users.mint_profile_from_shell(name));
  // The district's certificate is checked against the system's store, our own against our CA.
  const bool own = core.config.certificate.empty();
  return boost::json::serialize(boost::json::object{
      {"server", fmt::format("https://{}:{}", own ? "localhost" : main_name(core.config), core.config.people.port)},
      {"authority_pem", own ? core.credentials->authority().certificate_pem() : ""},
      {"token", opened.token}});
}

Result<std::string> create_token(Core& core, const std::string& note) {
  service::NewToken wanted;
  wanted.note = note;
  return TRY(core.tokens.create(kShell, wanted)).text;
}

Result<std::string> check(Core& core) {
  TRY(core.credentials->expect_private());
  TRY(core.folder->expect_private(core.machinery.files));
  const auto state = TRY(storage::check_database(*core.database, storage::sqlite_migrations()));
  const auto head = TRY(core.audit.verify());
  const auto keeping = core.segments.keep_all();
  std::uint64_t merged = 0;
  TRY(core.segments.each([&](const domain::ReportEntry&) { return ++merged, Result<>(); }));
  return fmt::format(
      "configuration: good\nkeys and database: readable by their owner only\ndatabase: every page and the structure are good, "
      "schema {}, {} bytes\nmerged days: {}, every block is good, {} reports\naudit: {} records, unbroken\n",
      state.schema, state.bytes, core.segments.list().size(), merged, head.seq);
}

Result<> remove_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (error) return std::unexpected(system_error(error.value(), path));
  return {};
}

Result<std::string> back_up(Core& core) {
  TRY(core.machinery.files.make_directories(core.folder->backups(), 0700));
  const auto path = core.folder->backups() + "/outgoing.db";
  const auto beside = storage::segments_beside(path);
  TRY(core.machinery.files.remove(path));  // of somebody who asked and went away
  TRY(remove_folder(beside));
  const auto keeping = core.segments.keep_all();
  TRY(storage::backup_database(*core.database, path, storage::sqlite_migrations()));
  TRY(storage::link_segments(storage::names_of(TRY(storage::segments_in(path))), core.segments.folder(), beside));
  return path;
}

Result<> end_sessions(sql::SqliteDatabase& database, const Clock& clock) {
  service::Audit audit(database, clock);
  return database.write([&](sql::Transaction& transaction) -> Result<> {
    const auto ended = TRY(storage::delete_all_sessions(transaction));
    return audit.append(transaction, kShell, "database.restore", "database", fmt::format("{} sessions ended", ended));
  });
}

// Every merged day that the backup names comes into the data folder before the database does; those that are there
// get a second name first, because what the new database does not name goes at the next start.
Result<> bring_segments(const std::string& backup, const DataFolder& folder, Files& files) {
  const auto rows = TRY(storage::segments_in(backup));
  if (files.info(folder.segments())) {
    TRY(storage::link_segments(TRY(files.list(folder.segments())), folder.segments(), folder.replaced_segments()));
  }
  return with(storage::copy_segments(rows, storage::segments_beside(backup), folder.segments()),
              "the backup's merged days cannot be used, the database was not changed");
}

}  // namespace

Result<std::string> run_local_command(Core& core, const AdminCommand& command) {
  const auto word = [&](std::size_t i) { return i < command.size() ? command[i] : std::string(); };
  if (command.size() == 3 && word(0) == "admin") {
    if (word(1) == "create") return create_admin(core, word(2));
    if (word(1) == "profile") return mint_profile(core, word(2));
    if (word(1) == "token") return create_token(core, word(2));
  }
  if (command.size() == 1 && word(0) == "check") return check(core);
  if (command.size() == 1 && word(0) == "backup") return back_up(core);
  return fail(Errc::invalid_argument, "this server does not know the command '" + word(0) + "'");
}

Result<std::string> take_backup(const std::string& made, const std::string& target) {
  const auto from = storage::segments_beside(made), to = storage::segments_beside(target);
  if (std::filesystem::exists(to)) return fail(Errc::already_exists, to + ": exists already");
  const auto take = [&]() -> Result<std::string> {
    const auto rows = TRY(storage::segments_in(made));
    // Before the file gets its name: whoever finds that has all of it.
    TRY(storage::copy_segments(rows, from, to));
    const auto state = TRY(storage::move_backup(made, target, storage::sqlite_migrations()));
    const auto beside = rows.empty() ? std::string()
                                     : fmt::format("{}: {} merged days, verified; they belong to it\n", to, rows.size());
    return fmt::format("{}: {} bytes, schema {}, verified\n{}The CA is not in it: keep ca.key and ca.pem of the data "
                       "folder as well, or every laptop must enroll again.\n",
                       target, state.bytes, state.schema, beside);
  };
  auto taken = take();
  if (!taken) static_cast<void>(remove_folder(to));
  TRY(remove_folder(from));
  return taken;
}

Result<std::string> restore_database(const ServerConfig& config, Machinery machinery, const std::string& backup,
                                     Phase& phase) {
  phase = Phase::folder;
  const auto folder = TRY(DataFolder::open(machinery.files, config.data));
  phase = Phase::database;
  const auto prepare = [&](sql::SqliteDatabase& database) -> Result<> {
    TRY(bring_segments(backup, folder, machinery.files));
    return end_sessions(database, machinery.clock);
  };
  const auto restored = TRY(storage::restore_database(backup, folder.database(), storage::sqlite_migrations(),
                                                      machinery.clock, prepare));
  auto text = fmt::format("{}: restored, {} bytes, schema {}\n", backup, restored.state.bytes, restored.state.schema);
  text += "Everybody signs in again. What was revoked or deleted since the backup is not any more: look through\n"
          "`rollcall tokens list` and the audit record of the database as it was.\n";
  if (restored.kept_path.empty()) return text;
  const auto days = storage::segments_beside(restored.kept_path);
  if (machinery.files.info(folder.replaced_segments())) {
    TRY(machinery.files.rename(folder.replaced_segments(), days));
    text += fmt::format("the merged days as they were are kept in {}\n", days);
  }
  return text + fmt::format("the database as it was is kept as {}\n", restored.kept_path);
}

}  // namespace rollcall
