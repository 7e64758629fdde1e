// How rollcalld ends, for scripts and for systemd. rollcalld(8) lists them.
#pragma once

#include "common/base/result.h"

namespace rollcall {

enum class ExitCode {
  ok = 0,
  failed = 1,
  usage = 2,
  configuration = 3,  // the configuration, or a certificate that it names
  folder_in_use = 4,  // another rollcalld holds the data folder
  exposed = 5,        // a key or the folder is open to others
  port_in_use = 6,
  other_schema = 7,   // the database is a newer program's, or an older one's that only `serve` brings up to date
  database = 8,       // damaged, unreadable or not a database
};

// What a start was doing when it failed.
enum class Phase { configuration, folder, credentials, database, doors, running };

constexpr ExitCode exit_code_of(Phase phase, Errc code) {
  switch (phase) {
    case Phase::configuration: return ExitCode::configuration;
    case Phase::folder:
    case Phase::credentials:
      if (code == Errc::unavailable) return ExitCode::folder_in_use;
      if (code == Errc::permission_denied) return ExitCode::exposed;
      return code == Errc::invalid_argument ? ExitCode::configuration : ExitCode::failed;
    case Phase::database: return code == Errc::conflict ? ExitCode::other_schema : ExitCode::database;
    case Phase::doors:
      if (code == Errc::unavailable) return ExitCode::port_in_use;
      return code == Errc::invalid_argument ? ExitCode::configuration : ExitCode::failed;
    case Phase::running: return ExitCode::failed;
  }
  return ExitCode::failed;
}

}  // namespace rollcall
