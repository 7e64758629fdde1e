// What logind says about the machine, over the system's D-Bus, and the delay that it grants for last words.
// https://www.freedesktop.org/software/systemd/man/org.freedesktop.login1.html
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "common/base/result.h"

struct sd_bus;

namespace rollcall::app {

// A shutdown that is called off is a resume.
enum class MachineEvent { going_to_sleep, resumed, shutting_down };

// Not thread-safe; stepped by whoever polls.
class Logind {
 public:
  // Holds delay inhibitors for sleep and shutdown from now on. Errors: unavailable (no bus, no logind).
  static Result<std::unique_ptr<Logind>> open();
  ~Logind();
  Logind(const Logind&) = delete;
  Logind& operator=(const Logind&) = delete;

  int descriptor() const;   // to poll for
  short poll_events() const;
  std::optional<std::int64_t> timeout_ms() const;  // call process() after this long at the latest

  // What has happened, one at a time. Errors: unavailable when the bus is gone; open a new one later.
  Result<std::optional<MachineEvent>> process();

  // The last words are said: the machine may go. The inhibitor is taken again on resume.
  void let_go();

 private:
  Logind() = default;
  struct Signals;  // the callbacks, in sd-bus's own types
  Result<> subscribe();
  Result<> inhibit();

  struct CloseBus {
    void operator()(sd_bus* bus) const;
  };
  std::unique_ptr<sd_bus, CloseBus> bus_;
  int inhibitor_{-1};
  std::deque<MachineEvent> events_;
};

}  // namespace rollcall::app
