#include "common/net/client_dial.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>

#include "common/base/text.h"

namespace rollcall::net {
namespace {

constexpr std::int64_t kNextAddressMs = 250;
constexpr std::int64_t kAskToGiveUpMs = 100;

std::string text_of(int error) { return std::generic_category().message(error); }

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using AddressList = std::unique_ptr<addrinfo, FreeAddresses>;

addrinfo hints_for(bool numeric) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = numeric ? AI_NUMERICHOST | AI_NUMERICSERV : AI_ADDRCONFIG | AI_NUMERICSERV;
  return hints;
}

// One question to the resolver, which cannot be interrupted: a thread of its own asks, and a caller whose
// deadline passes leaves it to itself. (getaddrinfo_a does the same on a stack too small for sanitizers.)
struct Question {
  std::mutex mutex;
  std::condition_variable answered;
  bool done{};
  int state{};
  AddressList list;
};

Result<AddressList> ask(const std::string& host, const std::string& port, const Deadline& deadline) {
  const auto question = std::make_shared<Question>();
  std::thread([question, host, port] {
    const addrinfo hints = hints_for(false);
    addrinfo* found = nullptr;
    const int state = getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
    const std::lock_guard lock(question->mutex);
    question->state = state;
    if (state == 0) question->list.reset(found);
    question->done = true;
    question->answered.notify_all();
  }).detach();
  std::unique_lock lock(question->mutex);
  while (!question->done) {
    const int left = deadline.left_ms();
    if (left == 0) return fail(Errc::timeout, "looking up " + host + " took too long");
    question->answered.wait_for(lock, std::chrono::milliseconds(left));
  }
  if (question->state != 0) return fail(Errc::unavailable, "looking up " + host + ": " + gai_strerror(question->state));
  return std::move(question->list);
}

// Starts connecting. A socket in progress or connected, or the reason why not.
Result<Socket> start_connecting(const Address& address) {
  Socket socket(::socket(address.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.get() < 0) return fail(Errc::unavailable, text_of(errno));
  const int on = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(socket.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0 &&
      errno != EINPROGRESS) {
    return fail(Errc::unavailable, text_of(errno));
  }
  return socket;
}

int outcome_of(int socket) {
  int error = 0;
  socklen_t size = sizeof error;
  return getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

}  // namespace

int Deadline::left_ms() const {
  if (give_up_ && give_up_()) return 0;
  const std::int64_t longest_ms = give_up_ ? kAskToGiveUpMs : INT_MAX;
  return static_cast<int>(std::clamp<std::int64_t>(end_ms_ - clock_.monotonic_ms(), 0, longest_ms));
}

Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

Socket::~Socket() {
  if (descriptor_ >= 0) close(descriptor_);
}

std::string Url::authority() const {
  const std::string shown = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == (secure ? "443" : "80") ? shown : shown + ":" + port;
}

Result<Url> parse_url(std::string_view text) {
  const auto wrong = [&] { return fail(Errc::invalid_argument, "'" + printable(text) + "' is not scheme://host[:port]"); };
  Url url;
  std::string_view rest = text;
  if (rest.starts_with("https://")) {
    url.secure = true;
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return wrong();
  }
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.find_first_of("/?#@\\ \t\r\n") != std::string_view::npos) return wrong();
  std::string_view port;
  if (rest.starts_with('[')) {
    const auto end = rest.find(']');
    if (end == std::string_view::npos) return wrong();
    url.host = rest.substr(1, end - 1);
    port = rest.substr(end + 1);
  } else {
    const auto colon = std::min(rest.find(':'), rest.size());
    url.host = rest.substr(0, colon);
    port = rest.substr(colon);
  }
  if (url.host.empty()) return wrong();
  if (port.empty()) {
    url.port = url.secure ? "443" : "80";
    return url;
  }
  const auto number = port.starts_with(':') ? parse_number<std::uint16_t>(port.substr(1)) : std::nullopt;
  if (!number || *number == 0) return wrong();
  url.port = port.substr(1);
  return url;
}

bool is_numeric_address(const std::string& host) {
  in6_addr unused;
  return inet_pton(AF_INET, host.c_str(), &unused) == 1 || inet_pton(AF_INET6, host.c_str(), &unused) == 1;
}

Result<std::vector<Address>> resolve(const std::string& host, const std::string& port, const Deadline& deadline) {
  AddressList list;
  if (is_numeric_address(host)) {
    const addrinfo hints = hints_for(true);
    addrinfo* found = nullptr;
    const int state = getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
    if (state != 0) return fail(Errc::unavailable, host + ": " + gai_strerror(state));
    list.reset(found);
  } else {
    list = TRY(ask(host, port, deadline));
  }
  std::vector<Address> first, second, mixed;
  for (const addrinfo* at = list.get(); at != nullptr; at = at->ai_next) {
    Address address{{}, at->ai_addrlen, at->ai_family};
    std::memcpy(&address.storage, at->ai_addr, at->ai_addrlen);
    (at->ai_family == list->ai_family ? first : second).push_back(address);
  }
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) mixed.push_back(first[i]);
    if (i < second.size()) mixed.push_back(second[i]);
  }
  return mixed;
}

Result<Socket> connect_first(const std::vector<Address>& addresses, const Deadline& deadline) {
  std::vector<Socket> running;
  std::vector<pollfd> waiting;
  std::string reason = "there is no address";
  std::int64_t next_ms = deadline.now_ms();
  std::size_t next = 0;
  while (next < addresses.size() || !running.empty()) {
    if (next < addresses.size() && (running.empty() || deadline.now_ms() >= next_ms)) {
      auto started = start_connecting(addresses[next++]);
      next_ms = deadline.now_ms() + kNextAddressMs;
      if (!started) {
        reason = std::move(started.error().message);
        continue;
      }
      running.push_back(std::move(*started));
    }
    waiting.clear();
    for (const Socket& socket : running) waiting.push_back(pollfd{socket.get(), POLLOUT, 0});
    const int left = deadline.left_ms();
    if (left == 0) return fail(Errc::timeout, "connecting took too long");
    const bool more = next < addresses.size();
    const int pause = static_cast<int>(std::clamp<std::int64_t>(next_ms - deadline.now_ms(), 0, kNextAddressMs));
    if (poll(waiting.data(), waiting.size(), more ? std::min(left, pause) : left) <= 0) continue;
    for (std::size_t i = running.size(); i-- > 0;) {
      if (waiting[i].revents == 0) continue;
      const int error = outcome_of(running[i].get());
      if (error == 0) return std::move(running[i]);
      reason = text_of(error);
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  return fail(Errc::unavailable, "connecting: " + reason);
}

}  // namespace rollcall::net
