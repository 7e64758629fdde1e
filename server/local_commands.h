// What the people who own the machine may ask of a server: over admin.sock while one runs, directly otherwise.
//
//   admin create NAME      a one-time password
//   admin profile NAME     {"server", "authority_pem", "token"} as JSON
//   admin token NOTE       an enrolment token for one laptop
//   check                  lines for a person
//   backup FILE            likewise; FILE is absolute
#pragma once

#include <string>

#include "common/base/result.h"
#include "server/admin_socket.h"
#include "server/core.h"

namespace rollcall {

// Errors: invalid_argument (not one of the above), and what the services say.
Result<std::string> run_local_command(Core& core, const AdminCommand& command);

// Replaces the database of a folder that no server uses. Needs no Core, because the database may be broken.
Result<std::string> restore_database(const ServerConfig& config, Machinery machinery, const std::string& backup,
                                     Phase& phase);

}  // namespace rollcall
