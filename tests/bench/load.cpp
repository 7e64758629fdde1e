#include "tests/bench/load.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <optional>
#include <utility>

#include "common/base/text.h"
#include "common/net/client_dial.h"
#include "common/net/openssl.h"
#include "common/net/stream.h"
#include "common/wire/codec.h"
#include "common/wire/packing.h"

namespace rollcall::bench {
namespace {

using net::Io;

double now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// One laptop's connection.
struct Conversation {
  int number{};
  net::Socket socket;
  std::unique_ptr<net::Stream> stream;
  bool connected{};
  bool waiting{};  // for a reply
  std::uint64_t sequence{};
  double due_s{};
  std::string policy_digest;
  std::string out, in;
  std::deque<std::string> prepared;  // requests from sequence + 1 on
  net::SessionPtr session;           // to resume, after disconnect()
};

// What resumes the connection when it is gone.
net::SessionPtr session_of(Conversation& it) {
  if (!it.stream) return std::move(it.session);
  SSL_SESSION* known = SSL_get_session(it.stream->ssl());
  return net::SessionPtr(known != nullptr && SSL_SESSION_up_ref(known) == 1 ? known : nullptr);
}

void hang_up(Conversation& it) {
  it.session = session_of(it);
  if (it.stream) it.stream->finish();
  it.stream.reset();
  it.socket = net::Socket();
  it.connected = false;
}

// The body's size, once the whole head is there.
std::optional<std::pair<std::size_t, std::size_t>> head_and_body(std::string_view in) {
  const auto end = in.find("\r\n\r\n");
  if (end == in.npos) return std::nullopt;
  const auto at = in.find("Content-Length: ");
  if (at == in.npos || at > end) return std::nullopt;
  const auto length = parse_number<std::size_t>(in.substr(at + 16, in.find('\r', at) - at - 16));
  if (!length) return std::nullopt;
  return std::pair(end + 4, *length);
}

}  // namespace

struct Load::Impl {
  const EnrolledFleet& fleet;
  std::uint16_t port;
  const Clock& clock;
  bool packed;
  net::ContextPtr context;
  int epoll{-1};
  std::vector<std::unique_ptr<Conversation>> all;
  std::deque<Conversation*> idle;  // who was answered first is next, so that all of them report
  std::size_t handshakes{}, resumed{}, in_flight{};
  LoadResult result;
  std::vector<float> latencies_ms;

  Impl(const EnrolledFleet& the_fleet, std::uint16_t the_port, const Clock& the_clock, bool is_packed)
      : fleet(the_fleet), port(the_port), clock(the_clock), packed(is_packed) {}
  ~Impl() {
    if (epoll >= 0) ::close(epoll);
  }

  // The laptop at `place`: what it was before goes on.
  Result<> dial(std::size_t place) {
    const Laptop& laptop = fleet.laptops[place];
    auto made = std::make_unique<Conversation>();
    made->number = laptop.number;
    net::SessionPtr session;
    if (place < all.size()) {
      Conversation& before = *all[place];
      made->sequence = before.sequence;
      made->policy_digest = std::move(before.policy_digest);
      made->prepared = std::move(before.prepared);
      hang_up(before);
      session = std::move(before.session);
    }
    made->socket = net::Socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = made->socket.get();
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      return fail(Errc::unavailable, "connecting to the server");
    }
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
    net::SslPtr ssl(SSL_new(context.get()));
    const auto chain = TRY(net::read_certificates(laptop.certificate_pem));
    const net::BioPtr key_text(BIO_new_mem_buf(laptop.key_pem.data(), static_cast<int>(laptop.key_pem.size())));
    const net::KeyPtr key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr));
    SSL_use_certificate(ssl.get(), chain.front().get());
    SSL_use_PrivateKey(ssl.get(), key.get());
    if (session) SSL_set_session(ssl.get(), session.get());
    SSL_set_connect_state(ssl.get());
    made->stream = std::make_unique<net::Stream>(fd, std::move(ssl));
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLET;
    event.data.ptr = made.get();
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    place < all.size() ? std::swap(all[place], made) : all.push_back(std::move(made));
    return {};
  }

  // Goes on with whatever the connection was doing.
  Result<> proceed(Conversation& it) {
    if (!it.connected) {
      const Io io = it.stream->handshake();
      if (io == Io::want_read || io == Io::want_write) return {};
      if (io != Io::done) return fail(Errc::io, "a handshake failed: " + net::take_openssl_error());
      it.connected = true;
      ++handshakes;
      resumed += SSL_session_reused(it.stream->ssl()) == 1;
      idle.push_back(&it);
    }
    TRY(flush(it));
    return receive(it);
  }

  Result<> flush(Conversation& it) {
    while (!it.out.empty()) {
      std::size_t put = 0;
      const Io io = it.stream->write(it.out, put);
      if (io == Io::want_read || io == Io::want_write) return {};
      if (io != Io::done) return fail(Errc::io, "the server closed a connection while a report was sent");
      it.out.erase(0, put);
    }
    return {};
  }

  Result<> receive(Conversation& it) {
    std::array<char, 16 * 1024> bytes;
    for (;;) {
      std::size_t got = 0;
      const Io io = it.stream->read(bytes.data(), bytes.size(), got);
      if (io == Io::want_read || io == Io::want_write) return {};
      if (io != Io::done) return fail(Errc::io, "the server closed a connection");
      it.in.append(bytes.data(), got);
      const auto sizes = head_and_body(it.in);
      if (!sizes || it.in.size() < sizes->first + sizes->second) continue;
      result.reply_bytes += static_cast<double>(it.in.size());
      take_reply(it, std::string_view(it.in).substr(sizes->first));
      it.in.clear();
      return {};  // nothing more comes before the next request
    }
  }

  void take_reply(Conversation& it, std::string_view body) {
    const auto reply = it.in.starts_with("HTTP/1.1 200 ") ? wire::decode_check_in_reply(body)
                                                          : fail(Errc::io, "not accepted");
    bool accepted = false;
    if (reply) {
      for (const auto& range : reply->message.accepted) accepted |= range.first <= it.sequence && it.sequence <= range.last;
      if (reply->message.policy) it.policy_digest = reply->message.policy->digest;
    }
    ++(accepted ? result.acknowledged : result.refused);
    latencies_ms.push_back(static_cast<float>((now_s() - it.due_s) * 1000));
    it.waiting = false;
    --in_flight;
    idle.push_back(&it);
  }

  std::string make_request(const Conversation& it, std::uint64_t sequence) const {
    std::string body = wire::encode(make_check_in(it.number, sequence, clock, it.policy_digest));
    if (packed) body = wire::pack(body);
    std::string request = "POST /agent/v1/reports HTTP/1.1\r\nHost: localhost:8444\r\nContent-Type: application/json\r\n";
    if (packed) request += "Content-Encoding: deflate\r\n";
    return request += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

  Result<> send(Conversation& it, double due_s) {
    ++it.sequence;
    if (it.prepared.empty()) {
      it.out = make_request(it, it.sequence);
      ++result.unprepared;
    } else {
      it.out = std::move(it.prepared.front());
      it.prepared.pop_front();
    }
    it.due_s = due_s;
    it.waiting = true;
    ++in_flight;
    result.request_bytes += static_cast<double>(it.out.size());
    return flush(it);
  }

  Result<> poll(int timeout_ms) {
    std::array<epoll_event, 256> events;
    const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), timeout_ms);
    for (int i = 0; i < count; ++i) TRY(proceed(*static_cast<Conversation*>(events[static_cast<std::size_t>(i)].data.ptr)));
    return {};
  }

  Conversation* next_idle() {
    if (idle.empty()) return nullptr;
    Conversation* it = idle.front();
    idle.pop_front();
    return it;
  }

  void begin() {
    result = {};
    latencies_ms.clear();
  }

  Result<> drain(double until_s) {
    while (in_flight > 0) {
      if (now_s() > until_s) return fail(Errc::timeout, std::to_string(in_flight) + " reports were never answered");
      TRY(poll(100));
    }
    return {};
  }

  void summarise(double began_s) {
    result.seconds = now_s() - began_s;
    const auto sent = static_cast<double>(std::max<std::uint64_t>(1, result.acknowledged + result.refused));
    result.request_bytes /= sent;
    result.reply_bytes /= sent;
    if (latencies_ms.empty()) return;
    std::ranges::sort(latencies_ms);
    const auto at = [&](double share) {
      return static_cast<double>(latencies_ms[static_cast<std::size_t>(share * static_cast<double>(latencies_ms.size() - 1))]);
    };
    result.p50_ms = at(0.5), result.p99_ms = at(0.99), result.max_ms = at(1.0);
  }
};

Load::Load(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Load::~Load() = default;

Result<std::unique_ptr<Load>> Load::open(const EnrolledFleet& fleet, std::uint16_t port, const Clock& clock,
                                         bool packed) {
  net::ignore_broken_pipes();
  auto impl = std::make_unique<Impl>(fleet, port, clock, packed);
  impl->context.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* context = impl->context.get();
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  TRY(net::trust(context, fleet.authority_pem));
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  impl->epoll = ::epoll_create1(EPOLL_CLOEXEC);
  return std::unique_ptr<Load>(new Load(std::move(impl)));
}

Result<double> Load::connect() {
  const double began_s = now_s();
  constexpr std::size_t kAtOnce = 64;
  std::size_t dialled = 0;
  impl_->handshakes = impl_->resumed = 0;
  impl_->idle.clear();
  while (impl_->handshakes < impl_->fleet.laptops.size()) {
    while (dialled < impl_->fleet.laptops.size() && dialled - impl_->handshakes < kAtOnce) {
      TRY(impl_->dial(dialled++));
    }
    TRY(impl_->poll(1000));
    if (now_s() - began_s > 120) return fail(Errc::timeout, "the handshakes took too long");
  }
  return now_s() - began_s;
}

void Load::disconnect() {
  impl_->idle.clear();
  for (const auto& it : impl_->all) hang_up(*it);
}

void Load::keep(std::size_t laptops) {
  std::vector<std::unique_ptr<Conversation>>& all = impl_->all;
  if (laptops >= all.size()) return;
  for (std::size_t i = laptops; i < all.size(); ++i) hang_up(*all[i]);
  all.resize(laptops);
  impl_->idle.clear();
  for (const auto& it : all) impl_->idle.push_back(it.get());
}

void Load::prepare(std::size_t reports) {
  const std::size_t each = reports / impl_->all.size() + 2;  // the first phase may have begun anywhere in the row
  for (const auto& it : impl_->all) {
    while (it->prepared.size() < each) {
      it->prepared.push_back(impl_->make_request(*it, it->sequence + it->prepared.size() + 1));
    }
  }
}

std::size_t Load::resumed() const { return impl_->resumed; }

Result<LoadResult> Load::report_once(std::size_t busy) {
  Impl& it = *impl_;
  it.begin();
  it.idle.clear();  // each comes back with its answer
  const double began_s = now_s();
  for (const auto& laptop : it.all) {
    while (it.in_flight >= busy) TRY(it.poll(100));
    TRY(it.send(*laptop, now_s()));
  }
  TRY(it.drain(now_s() + 30));
  it.summarise(began_s);
  return it.result;
}

Result<LoadResult> Load::run(double seconds, double rate, std::size_t busy) {
  Impl& it = *impl_;
  it.begin();
  const double began_s = now_s(), end_s = began_s + seconds;
  std::uint64_t due_count = 0;
  const auto send_until = [&](std::uint64_t due) -> Result<> {
    while (due_count < due && (rate > 0 || it.in_flight < busy)) {
      Conversation* laptop = it.next_idle();
      if (laptop == nullptr) break;
      const double due_s = rate > 0 ? began_s + static_cast<double>(due_count) / rate : now_s();
      ++due_count;
      TRY(it.send(*laptop, due_s));
    }
    return {};
  };
  for (double now = began_s; now < end_s; now = now_s()) {
    TRY(send_until(rate > 0 ? static_cast<std::uint64_t>((now - began_s) * rate) : UINT64_MAX));
    TRY(it.poll(rate > 0 ? 1 : 10));
  }
  if (rate > 0) {
    // What fell due during the last wait; its latency counts like any other's.
    const auto due = static_cast<std::uint64_t>(seconds * rate);
    TRY(send_until(due));
    it.result.late = due - due_count;
  }
  const std::uint64_t in_time = it.result.acknowledged;
  TRY(it.drain(now_s() + 30));
  it.summarise(began_s);
  // What came after the end was helped by an empty queue.
  if (rate == 0) it.result.seconds = seconds * static_cast<double>(it.result.acknowledged) /
                                     static_cast<double>(std::max<std::uint64_t>(1, in_time));
  return it.result;
}

}  // namespace rollcall::bench
