#include "agent/app/events.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "common/base/files.h"
#include "common/base/log.h"

namespace rollcall::app {

namespace {
constexpr std::int64_t kLookAgainMs = 10 * kMinuteMs;
}

Result<std::unique_ptr<Events>> Events::open(const Clock& clock) {
  std::unique_ptr<Events> events(new Events(clock));
  signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
  if (pthread_sigmask(SIG_BLOCK, &set, nullptr) != 0) return fail(Errc::internal, "signals cannot be blocked");
  events->signals_ = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (events->signals_ < 0) return std::unexpected(system_error(errno, "signalfd"));
  // The one clock that goes on while the laptop sleeps, so that an overdue report is due on resume.
  events->timer_ = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  if (events->timer_ < 0) return std::unexpected(system_error(errno, "timerfd"));
  std::uint64_t watchdog_us = 0;
  if (sd_watchdog_enabled(0, &watchdog_us) > 0) {
    events->watchdog_ms_ = std::max<std::int64_t>(static_cast<std::int64_t>(watchdog_us / 3'000), 1);
  }
  events->find_logind();
  return events;
}

Events::~Events() {
  if (signals_ >= 0) close(signals_);
  if (timer_ >= 0) close(timer_);
}

void Events::find_logind() {
  look_for_logind_ms_ = clock_.monotonic_ms() + kLookAgainMs;
  auto logind = Logind::open();
  if (logind) {
    logind_ = std::move(*logind);
    logind_missed_ = false;
    return;
  }
  if (!logind_missed_) {
    log::warn("no logind, so no word before sleep and shutdown: {}", logind.error().message);
  }
  logind_missed_ = true;
}

Result<> Events::arm(std::int64_t due_ms) {
  // Zero would switch the timer off.
  const std::int64_t at_ms = std::max<std::int64_t>(due_ms, 1);
  itimerspec spec{};
  spec.it_value.tv_sec = at_ms / kSecondMs;
  spec.it_value.tv_nsec = at_ms % kSecondMs * 1'000'000;
  if (timerfd_settime(timer_, TFD_TIMER_ABSTIME, &spec, nullptr) != 0) {
    return std::unexpected(system_error(errno, "timerfd"));
  }
  return {};
}

std::int64_t Events::patience_ms(std::int64_t due_ms) const {
  std::int64_t patience = std::max<std::int64_t>(due_ms - clock_.monotonic_ms(), 0);
  if (watchdog_ms_ > 0) patience = std::min(patience, watchdog_ms_);
  if (logind_) patience = std::min(patience, logind_->timeout_ms().value_or(patience));
  return std::min<std::int64_t>(patience, INT_MAX);
}

Result<Event> Events::wait(std::int64_t due_ms) {
  TRY(arm(due_ms));
  for (;;) {
    feed_watchdog();
    listen();
    if (!heard_.empty()) {
      const Event event = heard_.front();
      heard_.pop_front();
      return event;
    }
    if (clock_.monotonic_ms() >= due_ms) return Event::due;
    if (!logind_ && clock_.monotonic_ms() >= look_for_logind_ms_) find_logind();
    pollfd polled[3] = {{signals_, POLLIN, 0}, {timer_, POLLIN, 0}, {-1, 0, 0}};
    if (logind_) polled[2] = {logind_->descriptor(), logind_->poll_events(), 0};
    if (poll(polled, 3, static_cast<int>(patience_ms(due_ms))) < 0 && errno != EINTR) {
      return std::unexpected(system_error(errno, "poll"));
    }
    std::uint64_t expirations = 0;
    if ((polled[1].revents & POLLIN) != 0 && read(timer_, &expirations, sizeof expirations) < 0 && errno != EAGAIN) {
      return std::unexpected(system_error(errno, "timerfd"));
    }
  }
}

void Events::listen() {
  signalfd_siginfo info{};
  while (read(signals_, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    if (info.ssi_signo != SIGHUP) heard_.push_front(Event::terminate);
  }
  if (logind_) listen_to_logind();
}

void Events::listen_to_logind() {
  for (;;) {
    const auto event = logind_->process();
    if (!event) {
      log::warn("logind is gone: {}", event.error().message);
      return logind_.reset();
    }
    if (!*event) return;
    switch (**event) {
      case MachineEvent::going_to_sleep:
        heard_.push_back(Event::going_to_sleep);
        break;
      case MachineEvent::resumed:
        heard_.push_back(Event::resumed);
        break;
      case MachineEvent::shutting_down:
        heard_.push_back(Event::shutting_down);
        break;
    }
  }
}

bool Events::is_urgent() {
  listen();
  return std::ranges::any_of(
      heard_, [](Event event) { return event != Event::resumed && event != Event::due; });
}

void Events::let_go() {
  if (logind_) logind_->let_go();
}

void Events::feed_watchdog() {
  if (watchdog_ms_ > 0) sd_notify(0, "WATCHDOG=1");
}

void Events::ready(const char* status) { sd_notifyf(0, "READY=1\nSTATUS=%s", status); }

void Events::stopping() { sd_notify(0, "STOPPING=1"); }

}  // namespace rollcall::app
