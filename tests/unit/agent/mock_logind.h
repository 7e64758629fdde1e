// A logind that does nothing but what the agent sees of it, on a private D-Bus daemon: it grants inhibitors,
// announces sleep and shutdown, and knows when it was let go. Runs in a child process.
#pragma once

#include <sys/types.h>

#include <string>

namespace rollcall {

class MockLogind {
 public:
  // Starts dbus-daemon and the service in `folder`; sets DBUS_SYSTEM_BUS_ADDRESS. False: no dbus-daemon here.
  bool start(const std::string& folder);
  ~MockLogind();

  void announce(const std::string& signal, bool begins);  // "PrepareForSleep", "PrepareForShutdown"
  int inhibitors_granted();
  bool held();  // whether the newest inhibitor is still held
  void stop_bus();

 private:
  char ask(char command);

  pid_t daemon_{-1};
  pid_t service_{-1};
  int channel_{-1};
};

}  // namespace rollcall
