#include "server/serve.h"

#include <systemd/sd-daemon.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <ctime>

#include "common/base/log.h"
#include "server/app.h"

namespace rollcall {
namespace {

int end(ExitCode code) { return static_cast<int>(code); }

// Before any thread starts, so that only wait_for_signals sees them.
sigset_t block_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return set;
}

void reload(App& app, const std::string& config_path, const Files& files) {
  sd_notify(0, "RELOADING=1");
  if (const auto fresh = load_server_config(files, config_path)) {
    log::set_level(fresh->log_level);
  } else {
    log::error("log_level stays as it was: {}", fresh.error().message);
  }
  if (auto done = app.reload()) {
    log::info("certificates were read again");
  } else {
    log::error("certificates stay as they were: {}", done.error().message);
  }
  sd_notify(0, "READY=1");
}

// Until SIGTERM or SIGINT. systemd's watchdog is fed only while the loop answers.
void wait_for_signals(App& app, const sigset_t& signals, const std::string& config_path, const Files& files) {
  std::uint64_t watchdog_us = 0;
  const bool watched = sd_watchdog_enabled(0, &watchdog_us) > 0;
  const std::uint64_t pause_us = watched ? std::clamp<std::uint64_t>(watchdog_us / 4, 100'000, 5'000'000) : 5'000'000;
  const timespec pause{static_cast<time_t>(pause_us / 1'000'000), static_cast<long>(pause_us % 1'000'000) * 1'000};
  while (true) {
    const int got = sigtimedwait(&signals, nullptr, &pause);
    if (got == SIGTERM || got == SIGINT) return;
    if (got == SIGHUP) reload(app, config_path, files);
    if (watched && app.is_alive()) sd_notify(0, "WATCHDOG=1");
  }
}

}  // namespace

int give_up(Phase phase, const Error& error) {
  std::fprintf(stderr, "rollcalld: %s\n", error.message.c_str());
  return end(exit_code_of(phase, error.code));
}

int serve(const std::string& config_path, Machinery machinery) {
  const auto signals = block_signals();
  const auto config = load_server_config(machinery.files, config_path);
  if (!config) return give_up(Phase::configuration, config.error());
  log::set_level(config->log_level);
  Phase phase{};
  auto app = App::open(*config, machinery, phase);
  if (!app) return give_up(phase, app.error());
  log::info("rollcalld {} is ready: {}", ROLLCALL_VERSION, (*app)->where());
  if (config->fallback.school_networks.empty() && config->fallback.school_ssids.empty()) {
    log::warn("no school lists its networks: laptops cannot know when they are away, and tell everything everywhere");
  }
  sd_notify(0, "READY=1");
  wait_for_signals(**app, signals, config_path, machinery.files);
  log::info("stopping");
  sd_notify(0, "STOPPING=1");
  app->reset();
  log::info("stopped");
  return end(ExitCode::ok);
}

}  // namespace rollcall
