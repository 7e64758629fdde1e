#include "tests/bench/console.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>
#include <vector>

#include "common/base/clock.h"
#include "common/base/files.h"
#include "common/base/random.h"
#include "common/net/http_client.h"
#include "server/core.h"
#include "server/server_config.h"

namespace rollcall::bench {
namespace {

constexpr std::chrono::milliseconds kPause{15};

double now_ms() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void note(Figures& figures, const std::string& what, std::vector<double> took_ms) {
  if (took_ms.empty()) return;
  std::ranges::sort(took_ms);
  const auto at = [&](double share) {
    return took_ms[static_cast<std::size_t>(share * static_cast<double>(took_ms.size() - 1))];
  };
  figures["query." + what + "_p50_ms"] = at(0.5);
  figures["query." + what + "_p99_ms"] = at(0.99);
  figures["query." + what + "_asked"] = static_cast<double>(took_ms.size());
}

class Console {
 public:
  Console(net::HttpClient& client, const std::string& token) : client_(client), token_(token) {}

  // Milliseconds until the last of `targets` was there.
  Result<double> get(const std::vector<std::string>& targets) {
    const double began = now_ms();
    for (const std::string& target : targets) {
      net::ClientRequest request;
      request.method = net::Method::get;
      request.target = target;
      request.headers.set("Authorization", "Bearer " + token_);
      request.keep_connection = true;
      const auto response = TRY(client_.send(request));
      if (response.status != 200) return fail(Errc::io, fmt::format("{} was answered {}", target, response.status));
    }
    return now_ms() - began;
  }

 private:
  net::HttpClient& client_;
  const std::string& token_;
};

}  // namespace

Result<std::string> open_session(const std::string& config_path) {
  SystemFiles files;
  SystemClock clock;
  SystemRandom random;
  const ServerConfig config = TRY(load_server_config(files, config_path));
  Phase phase{};
  const auto core = TRY(Core::open(config, Machinery{files, clock, random}, phase));
  TRY(core->users.create_admin_from_shell("bench"));
  return TRY(core->users.mint_profile_from_shell("bench")).token;
}

Result<> use_console(const ConsoleAccess& access, const Looked& looked, const std::atomic<bool>& stop, Figures& figures) {
  const SystemClock clock;
  net::ClientConfig config;
  config.url = access.url;
  config.authority_pem = access.authority_pem;
  const auto client = TRY(net::TlsHttpClient::open(std::move(config), clock));
  Console console(*client, access.token);
  constexpr std::array<const char*, 4> kSorts{"last_report", "tag", "percent", "verdict"};
  std::vector<double> list, search, device;
  for (std::int64_t n = 0; !stop; ++n) {
    const char* sort = kSorts[static_cast<std::size_t>(n) % kSorts.size()];
    list.push_back(TRY(console.get({fmt::format("/api/v1/devices?limit=100&sort={}&order=desc", sort)})));
    std::this_thread::sleep_for(kPause);
    search.push_back(TRY(console.get({fmt::format("/api/v1/devices?limit=100&q={}", looked.serial(n))})));
    std::this_thread::sleep_for(kPause);
    const std::string one = "/api/v1/devices/" + looked.device_id(n);
    const std::int64_t to_ms = clock.wall_ms();
    device.push_back(TRY(console.get({one, one + "/reports/latest",
                                      fmt::format("{}/battery?from_ms={}&to_ms={}", one, to_ms - kDayMs, to_ms),
                                      one + "/timeline?which=events&limit=100"})));
    std::this_thread::sleep_for(kPause);
  }
  note(figures, "list", std::move(list));
  note(figures, "search", std::move(search));
  note(figures, "device", std::move(device));
  return {};
}

}  // namespace rollcall::bench
