// What the main loop waits for: the next due time, signals, logind, and systemd's watchdog. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>

#include "agent/app/logind.h"
#include "common/base/clock.h"
#include "common/base/result.h"

namespace rollcall::app {

enum class Event { due, terminate, going_to_sleep, resumed, shutting_down };

class Events {
 public:
  // From now on SIGTERM and SIGINT are events, SIGHUP and SIGPIPE are nothing; threads started later inherit
  // that. A missing logind is logged once and looked for again now and then.
  static Result<std::unique_ptr<Events>> open(const Clock& clock);
  ~Events();
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  // Sleeps until `due_ms` of the monotonic clock at the latest; time asleep counts.
  Result<Event> wait(std::int64_t due_ms);
  // Whether wait() would return the machine's sleep or shutdown, or the end of this process, at once: asked by
  // what takes long, so that it can give up.
  bool is_urgent();
  // The last words are said: logind need not wait for us any longer.
  void let_go();

  void ready(const char* status);  // tells systemd
  void stopping();

 private:
  explicit Events(const Clock& clock) : clock_(clock) {}
  void find_logind();
  Result<> arm(std::int64_t due_ms);
  std::int64_t patience_ms(std::int64_t due_ms) const;
  void listen();
  void listen_to_logind();
  void feed_watchdog();

  const Clock& clock_;
  int signals_{-1};
  int timer_{-1};
  std::unique_ptr<Logind> logind_;
  std::deque<Event> heard_;
  std::int64_t look_for_logind_ms_{};
  bool logind_missed_{};
  std::int64_t watchdog_ms_{};  // how often it wants to be fed; 0: never
};

}  // namespace rollcall::app
