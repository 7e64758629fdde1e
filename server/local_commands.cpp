#include "server/local_commands.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "server/storage/maintenance.h"
#include "server/storage/migrate.h"
#include "server/storage/session_store.h"

namespace rollcall {
namespace {

const domain::Actor kShell{domain::Actor::Kind::shell, ""};

Result<std::string> create_admin(Core& core, const std::string& name) {
  return TRY(core.people.create_admin_from_shell(name)).one_time_password;
}

Result<std::string> mint_profile(Core& core, const std::string& name) {
  const auto opened = TRY(core.people.mint_profile_from_shell(name));
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
  const auto state = TRY(storage::check_database(*core.database, storage::sqlite_migrations()));
  const auto head = TRY(core.audit.verify());
  return fmt::format(
      "configuration: good\nkeys: readable by their owner only\ndatabase: every page and the structure are good, "
      "schema {}, {} bytes\naudit: {} records, unbroken\n",
      state.schema, state.bytes, head.seq);
}

Result<std::string> back_up(Core& core) {
  TRY(core.machinery.files.make_directories(core.folder->backups(), 0700));
  const auto path = core.folder->backups() + "/outgoing.db";
  TRY(core.machinery.files.remove(path));  // of somebody who asked and went away
  TRY(storage::backup_database(*core.database, path, storage::sqlite_migrations()));
  return path;
}

Result<> end_sessions(sql::SqliteDatabase& database, const Clock& clock) {
  service::Audit audit(database, clock);
  return database.write([&](sql::Transaction& transaction) -> Result<> {
    const auto ended = TRY(storage::delete_all_sessions(transaction));
    return audit.append(transaction, kShell, "database.restore", "database", fmt::format("{} sessions ended", ended));
  });
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
  const auto state = TRY(storage::move_backup(made, target, storage::sqlite_migrations()));
  return fmt::format("{}: {} bytes, schema {}, verified\nThe CA is not in it: keep ca.key and ca.pem of the data folder "
                     "as well, or every laptop must enroll again.\n",
                     target, state.bytes, state.schema);
}

Result<std::string> restore_database(const ServerConfig& config, Machinery machinery, const std::string& backup,
                                     Phase& phase) {
  phase = Phase::folder;
  const auto folder = TRY(DataFolder::open(machinery.files, config.data));
  phase = Phase::database;
  const auto restored =
      TRY(storage::restore_database(backup, folder.database(), storage::sqlite_migrations(), machinery.clock,
                                    [&](auto& database) { return end_sessions(database, machinery.clock); }));
  auto text = fmt::format("{}: restored, {} bytes, schema {}\n", backup, restored.state.bytes, restored.state.schema);
  text += "Everybody signs in again. What was revoked or deleted since the backup is not any more: look through\n"
          "`rollcall tokens list` and the audit record of the database as it was.\n";
  if (!restored.kept_path.empty()) text += fmt::format("the database as it was is kept as {}\n", restored.kept_path);
  return text;
}

}  // namespace rollcall
