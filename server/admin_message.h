// The words that travel through admin.sock (admin_socket.h), as JSON. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace rollcall {

using AdminCommand = std::vector<std::string>;  // never empty

std::string command_text(const AdminCommand& command);
std::optional<AdminCommand> parse_admin_command(std::string_view text);

// A text, or the error that the command ended with, without its field.
std::string answer_text(const Result<std::string>& result);
Result<std::string> parse_admin_answer(std::string_view text);  // Errors: io (no answer), or the one that was sent

}  // namespace rollcall
