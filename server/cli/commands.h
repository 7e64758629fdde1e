// What each command does once its arguments are read. Each prints its answer and returns; errors go up to
// main, which words them and picks the exit code.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/files.h"
#include "common/base/result.h"
#include "server/cli/api_client.h"

namespace rollcall::cli {

struct LoginArguments {
  std::string server, name, authority_file;
};
// Asks for the password (and for a new one in place of a one-time one) and writes the profile.
Result<> login(Files& files, const Clock& clock, const std::string& profile_path, const LoginArguments& arguments);
Result<> logout(Files& files, const Clock& clock, const std::string& profile_path);

struct ListDevicesArguments {
  std::string search, state, verdict, school, age, sort, order;
  std::int64_t limit{100};
  bool all{};  // every page
};
Result<> list_devices(ApiClient& api, bool as_json, const ListDevicesArguments& arguments);
// `which` is an id, a tag or a serial number; the last two must match exactly one device.
Result<> show_device(ApiClient& api, bool as_json, const std::string& which);
Result<> device_history(ApiClient& api, bool as_json, const std::string& which, bool events_only, std::int64_t limit);

struct CreateTokenArguments {
  std::string note, school;
  std::vector<std::string> serials;
  std::int64_t uses{1}, hours{24};
};
Result<> create_token(ApiClient& api, bool as_json, const CreateTokenArguments& arguments);
Result<> list_tokens(ApiClient& api, bool as_json);
Result<> revoke_token(ApiClient& api, bool as_json, const std::string& id);

// Until the stream ends, `count` events were printed (0: no end) or the program is interrupted.
Result<> follow_events(ApiClient& api, bool as_json, std::int64_t count);

}  // namespace rollcall::cli
