#include <boost/json.hpp>

#include "agent/collect/machine.h"

namespace rollcall::collect {
namespace {

namespace json = boost::json;

// RFC 6901: a path is one key, so its slashes are escaped.
std::string key_of(std::string_view path) {
  std::string key;
  for (const char c : path) key += c == '/' ? "~1" : std::string(1, c);
  return key;
}

Result<json::value> parse_file(const Machine& machine, std::string_view path) {
  const auto text = TRY(machine.read(path));
  boost::system::error_code error;
  auto value = json::parse(text, error);
  if (error) return fail(Errc::invalid_argument, std::string(path) + ": " + error.message());
  return value;
}

Result<json::value> kernel_answer(const Machine& machine, const std::string& pointer) {
  const auto answers = TRY(parse_file(machine, "/commands/machine.json"));
  boost::system::error_code error;
  const auto* found = answers.find_pointer(pointer, error);
  if (found == nullptr) return fail(Errc::not_found, "commands/machine.json: no " + pointer);
  return *found;
}

std::optional<std::int64_t> integer(const json::value& object, std::string_view pointer) {
  boost::system::error_code error;
  const auto* found = object.find_pointer(pointer, error);
  if (found == nullptr) return std::nullopt;
  const auto value = found->to_number<std::int64_t>(error);
  return error ? std::nullopt : std::optional(value);
}

std::string text(const json::value& object, std::string_view pointer) {
  boost::system::error_code error;
  const auto* found = object.find_pointer(pointer, error);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

}  // namespace

Result<std::int64_t> FixtureMachine::modified_ms(std::string_view path) const {
  const auto listed = kernel_answer(*this, "/modified_ms/" + key_of(path));
  if (!listed) return TreeMachine::modified_ms(path);
  const auto value = integer(*listed, "");
  if (!value) return fail(Errc::invalid_argument, "commands/machine.json: modified_ms is not a number");
  return *value;
}

Result<Space> FixtureMachine::space(std::string_view mount) const {
  const auto listed = kernel_answer(*this, "/space/" + key_of(mount));
  if (!listed) return TreeMachine::space(mount);
  const auto size = integer(*listed, "/size_bytes"), free = integer(*listed, "/free_bytes");
  if (!size || !free || *size < 0 || *free < 0) {
    return fail(Errc::invalid_argument, "commands/machine.json: space needs size_bytes and free_bytes");
  }
  return Space{static_cast<std::uint64_t>(*size), static_cast<std::uint64_t>(*free)};
}

Result<CommandOutput> FixtureMachine::run(Tool tool, const std::vector<std::string>& arguments) const {
  const std::string last = arguments.empty() ? "" : arguments.back();
  const std::string name = tool == Tool::smartctl ? "smartctl" : "unknown";
  auto answer =
      TRY(read("/commands/" + name + "-" + last.substr(last.rfind('/') + 1) + ".json", kMaxCommandOutput));
  boost::system::error_code error;
  const auto value = json::parse(answer, error);
  const auto exit_code = error ? std::nullopt : integer(value, "/smartctl/exit_status");
  return CommandOutput{static_cast<int>(exit_code.value_or(0)), std::move(answer)};
}

Result<std::vector<WifiLink>> FixtureMachine::wifi_links() const {
  const auto listed = TRY(kernel_answer(*this, "/wifi_links"));
  std::vector<WifiLink> links;
  if (!listed.is_array()) return links;
  for (const auto& item : listed.get_array()) {
    WifiLink link{.interface = text(item, "/interface"),
                  .ssid = text(item, "/ssid"),
                  .bssid = text(item, "/bssid"),
                  .signal_dbm = integer(item, "/signal_dbm"),
                  .rate_mbps = {}};
    boost::system::error_code error;
    if (const auto* rate = item.find_pointer("/rate_mbps", error); rate != nullptr && rate->is_number()) {
      link.rate_mbps = rate->to_number<double>();
    }
    links.push_back(std::move(link));
  }
  return links;
}

}  // namespace rollcall::collect
