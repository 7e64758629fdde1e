#include "server/admin_message.h"

#include <boost/json.hpp>

namespace rollcall {
namespace {

namespace json = boost::json;

constexpr Errc kLastErrc = Errc::internal;

}  // namespace

std::string command_text(const AdminCommand& command) {
  return json::serialize(json::array(command.begin(), command.end()));
}

std::optional<AdminCommand> parse_admin_command(std::string_view text) {
  boost::system::error_code error;
  const auto value = json::parse(text, error);
  if (error || !value.is_array() || value.get_array().empty()) return std::nullopt;
  AdminCommand command;
  for (const auto& word : value.get_array()) {
    if (!word.is_string()) return std::nullopt;
    command.emplace_back(word.get_string());
  }
  return command;
}

std::string answer_text(const Result<std::string>& result) {
  if (result) return json::serialize(json::object{{"text", *result}});
  return json::serialize(json::object{{"code", static_cast<int>(result.error().code)},
                                      {"message", result.error().message},
                                      {"field", result.error().field}});
}

Result<std::string> parse_admin_answer(std::string_view text) {
  boost::system::error_code error;
  const auto value = json::parse(text, error);
  const auto* object = error ? nullptr : value.if_object();
  if (!object) return fail(Errc::io, "the server closed admin.sock without an answer");
  if (const auto* answer = object->if_contains("text"); answer && answer->is_string()) {
    return std::string(answer->get_string());
  }
  const auto* code = object->if_contains("code");
  const auto* message = object->if_contains("message");
  if (!code || !message || !code->is_int64() || !message->is_string() || code->get_int64() < 0 ||
      code->get_int64() > static_cast<int>(kLastErrc)) {
    return fail(Errc::io, "the server's answer on admin.sock is not understood");
  }
  return fail(static_cast<Errc>(code->get_int64()), std::string(message->get_string()));
}

}  // namespace rollcall
