// `rollcalld serve`: from the configuration to an orderly end.
#pragma once

#include <string>

#include "server/core.h"
#include "server/exit_code.h"

namespace rollcall {

// Runs in the foreground until SIGTERM or SIGINT; SIGHUP reloads. Returns the program's exit code
// (exit_code.h), having said on stderr what was wrong.
int serve(const std::string& config_path, Machinery machinery);

// Says what was wrong and returns the exit code for it.
int give_up(Phase phase, const Error& error);

}  // namespace rollcall
