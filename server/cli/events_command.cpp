#include <boost/json.hpp>

#include "server/cli/commands.h"
#include "server/cli/output.h"

namespace rollcall::cli {

namespace json = boost::json;

Result<> follow_events(ApiClient& api, bool as_json, std::int64_t count) {
  std::int64_t printed = 0;
  return api.follow("/events", [&](const net::Event& event) {
    boost::system::error_code ignored;
    const auto data = json::parse(event.data, ignored);
    if (as_json) {
      print_json(json::object{{"id", event.id}, {"event", event.name}, {"data", data}});
    } else {
      std::string line = event.name;
      for (const auto& id : list(data, "ids")) line += " " + std::string(id.as_string());
      print(line);
    }
    std::fflush(stdout);
    return count == 0 || ++printed < count;
  });
}

}  // namespace rollcall::cli
