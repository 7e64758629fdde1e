#include "tests/unit/agent/mock_logind.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace rollcall {

namespace {

struct Service {
  sd_bus* bus{};
  int granted{};
  int watched{-1};  // our end of the newest inhibitor

  static int inhibit(sd_bus_message* message, void* self, sd_bus_error*) {
    auto& service = *static_cast<Service*>(self);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
    if (service.watched >= 0) close(service.watched);
    service.watched = ends[0];
    ++service.granted;
    const int sent = sd_bus_reply_method_return(message, "h", ends[1]);
    close(ends[1]);
    return sent;
  }
  bool held() const {
    char byte = 0;
    return watched >= 0 && read(watched, &byte, 1) != 0;
  }
  void answer(int channel) {
    char command = 0;
    if (read(channel, &command, 1) != 1) _exit(0);
    char reply = 0;
    const auto emit = [this](const char* signal, int begins) {
      sd_bus_emit_signal(bus, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", signal, "b", begins);
      sd_bus_flush(bus);
    };
    if (command == 's') emit("PrepareForSleep", 1);
    if (command == 'r') emit("PrepareForSleep", 0);
    if (command == 'd') emit("PrepareForShutdown", 1);
    if (command == 'n') reply = static_cast<char>(granted);
    if (command == 'h') reply = held() ? 1 : 0;
    if (write(channel, &reply, 1) != 1) _exit(1);
  }
};

const sd_bus_vtable kManager[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("Inhibit", "ssss", "h", Service::inhibit, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_SIGNAL("PrepareForSleep", "b", 0),
    SD_BUS_SIGNAL("PrepareForShutdown", "b", 0),
    SD_BUS_VTABLE_END,
};

[[noreturn]] void serve(int channel) {
  Service service;
  if (sd_bus_open_system(&service.bus) < 0) _exit(2);
  sd_bus_add_object_vtable(service.bus, nullptr, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", kManager,
                           &service);
  if (sd_bus_request_name(service.bus, "org.freedesktop.login1", 0) < 0) _exit(3);
  const char up = 1;
  if (write(channel, &up, 1) != 1) _exit(4);
  for (;;) {
    while (sd_bus_process(service.bus, nullptr) > 0) {
    }
    pollfd polled[2] = {{sd_bus_get_fd(service.bus), POLLIN, 0}, {channel, POLLIN, 0}};
    poll(polled, 2, 1'000);
    if (polled[0].revents & POLLHUP) _exit(0);
    if (polled[1].revents != 0) service.answer(channel);
  }
}

bool write_bus_config(const std::string& path, const std::string& socket) {
  std::ofstream out(path);
  out << "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" "
         "\"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n"
         "<busconfig><type>system</type><listen>unix:path="
      << socket
      << "</listen><auth>EXTERNAL</auth><policy context=\"default\"><allow send_destination=\"*\"/>"
         "<allow receive_sender=\"*\"/><allow own=\"*\"/><allow user=\"*\"/></policy></busconfig>\n";
  return out.good();
}

void end(pid_t process) {
  if (process <= 0) return;
  kill(process, SIGKILL);
  waitpid(process, nullptr, 0);
}

}  // namespace

bool MockLogind::start(const std::string& folder) {
  const std::string config = folder + "/bus.conf";
  const std::string socket = folder + "/bus";
  if (!write_bus_config(config, socket)) return false;
  daemon_ = fork();
  if (daemon_ == 0) {
    const std::string option = "--config-file=" + config;
    execlp("dbus-daemon", "dbus-daemon", option.c_str(), "--nofork", "--nopidfile", nullptr);
    _exit(127);
  }
  for (int tries = 0; tries < 200 && access(socket.c_str(), F_OK) != 0; ++tries) {
    if (waitpid(daemon_, nullptr, WNOHANG) == daemon_) return daemon_ = -1, false;
    poll(nullptr, 0, 20);
  }
  setenv("DBUS_SYSTEM_BUS_ADDRESS", ("unix:path=" + socket).c_str(), 1);
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return false;
  service_ = fork();
  if (service_ == 0) {
    close(ends[0]);
    serve(ends[1]);
  }
  close(ends[1]);
  channel_ = ends[0];
  char up = 0;
  return read(channel_, &up, 1) == 1;
}

MockLogind::~MockLogind() {
  if (channel_ >= 0) close(channel_);
  end(service_);
  end(daemon_);
  unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
}

char MockLogind::ask(char command) {
  char reply = -1;
  if (write(channel_, &command, 1) != 1 || read(channel_, &reply, 1) != 1) return -1;
  return reply;
}

void MockLogind::announce(const std::string& signal, bool begins) {
  ask(signal == "PrepareForShutdown" ? 'd' : (begins ? 's' : 'r'));
}

int MockLogind::inhibitors_granted() { return ask('n'); }

bool MockLogind::held() { return ask('h') == 1; }

void MockLogind::stop_bus() {
  end(daemon_);
  daemon_ = -1;
}

}  // namespace rollcall
