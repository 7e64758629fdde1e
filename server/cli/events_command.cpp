#include <poll.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>

#include "server/cli/commands.h"
#include "server/cli/output.h"

namespace rollcall::cli {

namespace json = boost::json;

namespace {

constexpr std::int64_t kFirstPauseMs = 500;
constexpr std::int64_t kLongestPauseMs = 30'000;

void print_event(const net::Event& event, bool as_json) {
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
}

bool may_pass(const Error& error) {
  return error.code == Errc::unavailable || error.code == Errc::timeout || error.code == Errc::io;
}

}  // namespace

std::int64_t pause_before_try_ms(int failures, Random& random) {
  const std::int64_t most_ms = std::min(kLongestPauseMs, kFirstPauseMs << std::min(failures, 10));
  return most_ms / 2 + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(most_ms / 2 + 1)));
}

Result<> follow_events(ApiClient& api, Random& random, bool as_json, std::int64_t count) {
  std::string last_seen;
  std::int64_t printed = 0;
  bool was_open = false;
  for (int failures = 0;; ++failures) {
    bool enough = false;
    const auto followed = api.follow("/events", last_seen, [&](const net::Event& event) {
      failures = 0;
      last_seen = std::to_string(event.id);
      print_event(event, as_json);
      enough = count != 0 && ++printed >= count;
      return !enough;
    });
    if (enough) return {};
    if (!followed && (!was_open || !may_pass(followed.error()))) return followed;
    if (followed) {
      failures = 0;
      std::fputs("rollcall: the stream of events ended; the server is asked again until it answers\n", stderr);
    }
    was_open = true;
    if (last_seen.empty()) last_seen = "0";  // nobody knows what was missed
    ::poll(nullptr, 0, static_cast<int>(pause_before_try_ms(failures, random)));
  }
}

}  // namespace rollcall::cli
