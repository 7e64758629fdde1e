// What the people who own the machine may ask of a server: over admin.sock while one runs, directly otherwise.
//
//   admin create NAME      a one-time password
//   admin profile NAME     {"server", "authority_pem", "token"} as JSON
//   admin token NOTE       an enrolment token for one laptop
//   check                  lines for a person
//   backup                 the path of a copy in the data folder, which whoever asked moves (take_backup)
#pragma once

#include <string>

#include "common/base/result.h"
#include "server/admin_socket.h"
#include "server/core.h"

namespace rollcall {

// Errors: invalid_argument (not one of the above), and what the services say.
Result<std::string> run_local_command(Core& core, const AdminCommand& command);

// Moves what `backup` made to `target`, with the rights of this process: the server may neither see nor be allowed
// to write there.
Result<std::string> take_backup(const std::string& made, const std::string& target);

// Replaces the database of a folder that no server uses. Needs no Core, because the database may be broken. Every
// session of the backup is ended, or one that was signed out since would be open again; the audit record says so.
Result<std::string> restore_database(const ServerConfig& config, Machinery machinery, const std::string& backup,
                                     Phase& phase);

}  // namespace rollcall
