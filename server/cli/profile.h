// Which server, how it is known, and the session that is open there. Holds a secret: mode 0600.
#pragma once

#include <string>

#include "common/base/files.h"
#include "common/base/result.h"

namespace rollcall::cli {

struct Profile {
  std::string server;         // https://host:port
  std::string authority_pem;  // the CA to trust; empty for the system's own store
  std::string token;          // bearer; empty before signing in
};

// Errors: not_found (says how to sign in), permission_denied (readable by others), invalid_argument.
Result<Profile> read_profile(const Files& files, const std::string& path);

// Makes the folder when it is missing.
Result<> write_profile(Files& files, const std::string& path, const Profile& profile);

}  // namespace rollcall::cli
