#include "server/admin_socket.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "common/base/files.h"
#include "common/base/log.h"
#include "server/admin_message.h"

namespace rollcall {
namespace {

constexpr std::size_t kMaxMessage = 256 * 1024;
constexpr int kPeerTimeoutS = 5;

struct Descriptor {
  explicit Descriptor(int value) : fd(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
  int fd;
};

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return fail(Errc::invalid_argument, path + ": too long for a socket; choose a shorter data folder");
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

// Until the peer has nothing more to say.
Result<std::string> receive(int fd) {
  std::string out;
  std::array<char, 4096> buffer;
  while (true) {
    const auto got = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(system_error(errno, "admin.sock"));
    if (got == 0) return out;
    out.append(buffer.data(), static_cast<std::size_t>(got));
    if (out.size() > kMaxMessage) return fail(Errc::too_large, "admin.sock: the message is too long");
  }
}

Result<> send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return std::unexpected(system_error(errno, "admin.sock"));
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  ::shutdown(fd, SHUT_WR);
  return {};
}

bool may_speak(int fd) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == ::geteuid() || peer.uid == 0;
}

Result<std::string> exchange(int fd, const AdminCommand& command) {
  TRY(send_all(fd, command_text(command)));
  return parse_admin_answer(TRY(receive(fd)));
}

}  // namespace

Result<std::unique_ptr<AdminSocket>> AdminSocket::open(const std::string& path, AdminHandler handler) {
  const auto address = TRY(address_of(path));
  ::unlink(path.c_str());  // of a server that crashed: the folder's lock is ours
  Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  Descriptor wake(::eventfd(0, EFD_CLOEXEC));
  if (fd.fd < 0 || wake.fd < 0) return std::unexpected(system_error(errno, path));
  const auto before = ::umask(0177);
  const int bound = ::bind(fd.fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::umask(before);
  if (bound != 0 || ::listen(fd.fd, 16) != 0) return std::unexpected(system_error(errno, path));
  auto socket = std::unique_ptr<AdminSocket>(new AdminSocket(path, fd.fd, wake.fd, std::move(handler)));
  fd.fd = wake.fd = -1;
  return socket;
}

AdminSocket::~AdminSocket() {
  ::unlink(path_.c_str());
  ::close(fd_);
  ::close(wake_fd_);
}

void AdminSocket::stop() {
  const std::uint64_t one = 1;
  if (::write(wake_fd_, &one, sizeof one) != sizeof one) log::warn("admin.sock could not be woken");
}

void AdminSocket::run() {
  while (true) {
    std::array<pollfd, 2> waiting{{{fd_, POLLIN, 0}, {wake_fd_, POLLIN, 0}}};
    if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return;
    if (waiting[1].revents) return;
    if (!waiting[0].revents) continue;
    const Descriptor peer(::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC));
    if (peer.fd >= 0) answer(peer.fd);
  }
}

void AdminSocket::answer(int peer) const {
  if (!may_speak(peer)) return log::warn("admin.sock: refused a peer of another account");
  const timeval timeout{kPeerTimeoutS, 0};
  ::setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  ::setsockopt(peer, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
  const auto text = receive(peer);
  const auto command = text ? parse_admin_command(*text) : std::nullopt;
  const auto result = command ? handler_(*command) : fail(Errc::invalid_argument, "not a command");
  if (auto sent = send_all(peer, answer_text(result)); !sent) log::warn("{}", sent.error().message);
}

std::optional<Result<std::string>> send_admin_command(const std::string& path, const AdminCommand& command) {
  const auto address = address_of(path);
  if (!address) return std::unexpected(address.error());
  const Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (fd.fd < 0) return std::unexpected(system_error(errno, path));
  if (::connect(fd.fd, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0) {
    // Refused: the socket of a server that was killed.
    if (errno == ENOENT || errno == ECONNREFUSED) return std::nullopt;
    return std::unexpected(system_error(errno, path));
  }
  return exchange(fd.fd, command);
}

}  // namespace rollcall
