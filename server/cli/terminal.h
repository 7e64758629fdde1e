// Asking a person at a terminal.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"

namespace rollcall::cli {

// Asks on the terminal without showing what is typed; reads one line of standard input when that is not a
// terminal, so that a script can hand a password over without an argument that others could see.
Result<std::string> ask_secret(std::string_view question);

// A person's own folder, from the account database.
Result<std::string> home_folder();

}  // namespace rollcall::cli
