#include "agent/app/logind.h"

#include <fcntl.h>
#include <systemd/sd-bus.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "common/base/files.h"
#include "common/base/log.h"

namespace rollcall::app {

namespace {

constexpr const char* kService = "org.freedesktop.login1";
constexpr const char* kObject = "/org/freedesktop/login1";
constexpr const char* kInterface = "org.freedesktop.login1.Manager";
constexpr std::uint64_t kCallTimeoutUs = 3'000'000;

Result<> check(int status, const char* doing) {
  if (status >= 0) return {};
  Error error = system_error(-status, doing);
  error.code = Errc::unavailable;
  return std::unexpected(std::move(error));
}

}  // namespace

struct Logind::Signals {
  static int on_sleep(sd_bus_message* message, void* self, sd_bus_error*) {
    int begins = 0;
    if (sd_bus_message_read(message, "b", &begins) < 0) return 0;
    const auto event = begins != 0 ? MachineEvent::going_to_sleep : MachineEvent::resumed;
    static_cast<Logind*>(self)->events_.push_back(event);
    return 0;
  }
  static int on_shutdown(sd_bus_message* message, void* self, sd_bus_error*) {
    int begins = 0;
    if (sd_bus_message_read(message, "b", &begins) < 0) return 0;
    const auto event = begins != 0 ? MachineEvent::shutting_down : MachineEvent::resumed;
    static_cast<Logind*>(self)->events_.push_back(event);
    return 0;
  }
};

void Logind::CloseBus::operator()(sd_bus* bus) const { sd_bus_close_unref(bus); }

Result<std::unique_ptr<Logind>> Logind::open() {
  std::unique_ptr<Logind> logind(new Logind);
  sd_bus* bus = nullptr;
  TRY(check(sd_bus_open_system(&bus), "the system bus"));
  logind->bus_.reset(bus);
  TRY(check(sd_bus_set_method_call_timeout(bus, kCallTimeoutUs), "the system bus"));
  // Subscribed first: what happens between the two is then heard.
  TRY(logind->subscribe());
  TRY(logind->inhibit());
  return logind;
}

Logind::~Logind() { let_go(); }

Result<> Logind::subscribe() {
  const auto listen = [this](const char* signal, sd_bus_message_handler_t handler) {
    return check(sd_bus_match_signal(bus_.get(), nullptr, kService, kObject, kInterface, signal, handler, this),
                 signal);
  };
  TRY(listen("PrepareForSleep", Signals::on_sleep));
  return listen("PrepareForShutdown", Signals::on_shutdown);
}

Result<> Logind::inhibit() {
  if (inhibitor_ >= 0) return {};
  sd_bus_message* reply = nullptr;
  const int called = sd_bus_call_method(bus_.get(), kService, kObject, kInterface, "Inhibit", nullptr, &reply, "ssss",
                                        "sleep:shutdown", "Rollcall", "Say that this laptop goes to sleep", "delay");
  const std::unique_ptr<sd_bus_message, decltype(&sd_bus_message_unref)> owner(reply, sd_bus_message_unref);
  TRY(check(called, "logind's Inhibit"));
  int descriptor = -1;
  TRY(check(sd_bus_message_read(reply, "h", &descriptor), "logind's Inhibit"));
  inhibitor_ = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
  return check(inhibitor_ < 0 ? -1 : 0, "logind's Inhibit");
}

void Logind::let_go() {
  if (inhibitor_ >= 0) close(std::exchange(inhibitor_, -1));
}

int Logind::descriptor() const { return sd_bus_get_fd(bus_.get()); }

short Logind::poll_events() const { return static_cast<short>(std::max(sd_bus_get_events(bus_.get()), 0)); }

std::optional<std::int64_t> Logind::timeout_ms() const {
  std::uint64_t at_us = UINT64_MAX;
  if (sd_bus_get_timeout(bus_.get(), &at_us) < 0 || at_us == UINT64_MAX) return std::nullopt;
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const auto now_us = static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(now.tv_nsec) / 1'000;
  return at_us <= now_us ? 0 : static_cast<std::int64_t>((at_us - now_us) / 1'000 + 1);
}

Result<std::optional<MachineEvent>> Logind::process() {
  while (events_.empty()) {
    const int status = sd_bus_process(bus_.get(), nullptr);
    TRY(check(status, "the system bus"));
    if (status == 0) break;
  }
  if (events_.empty()) return std::nullopt;
  const MachineEvent event = events_.front();
  events_.pop_front();
  if (event == MachineEvent::resumed) {
    if (const auto again = inhibit(); !again) log::warn("no delay before the next sleep: {}", again.error().message);
  }
  return event;
}

}  // namespace rollcall::app
