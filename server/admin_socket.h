// The way into a running server from its own machine: admin.sock in the data folder (0600), one command a
// connection, as a list of words and one text in answer. Only the server's own account and root may speak,
// whatever the file's mode says: the kernel tells who the peer is.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "server/admin_message.h"

namespace rollcall {

using AdminHandler = std::function<Result<std::string>(const AdminCommand&)>;

class AdminSocket {
 public:
  // Errors: invalid_argument (the path is too long for a socket), io.
  static Result<std::unique_ptr<AdminSocket>> open(const std::string& path, AdminHandler handler);
  ~AdminSocket();

  void run();   // answers one peer after the other until stop(); on a thread of its own
  void stop();  // any thread

 private:
  AdminSocket(std::string path, int fd, int wake_fd, AdminHandler handler)
      : path_(std::move(path)), fd_(fd), wake_fd_(wake_fd), handler_(std::move(handler)) {}
  void answer(int peer) const;

  const std::string path_;
  const int fd_, wake_fd_;
  const AdminHandler handler_;
};

// What the command answered, or how speaking failed; nothing when no server listens there.
std::optional<Result<std::string>> send_admin_command(const std::string& path, const AdminCommand& command);

}  // namespace rollcall
