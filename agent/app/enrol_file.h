// The file that imaging leaves on a laptop, so that nobody has to type: which server, and a token for it.
//   server: https://rollcall.example.org:8444
//   token: rc1.…
#pragma once

#include <string>

#include "common/base/digest.h"
#include "common/base/files.h"
#include "common/base/result.h"
#include "common/wire/enrolment.h"

namespace rollcall::app {

struct EnrolFile {
  std::string server_url;
  wire::EnrolmentToken token;
  Sha256 digest;  // of all its bytes: another file is another try
};

// Errors: not_found; permission_denied (others can read it, or it is somebody else's); invalid_argument (with line and
// column; never with the token).
Result<EnrolFile> read_enrol_file(const Files& files, const std::string& path);

// A server's address as a person writes it, in the one form that is kept. Errors: invalid_argument.
Result<std::string> normalise_server_url(std::string_view text);

}  // namespace rollcall::app
