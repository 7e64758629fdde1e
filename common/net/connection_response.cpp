// The sending half of a connection: bytes, generated bodies and streams of events.
#include <algorithm>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>

#include "common/base/log.h"
#include "common/net/connection.h"
#include "common/net/response_writer.h"

namespace rollcall::net {
namespace {

constexpr std::size_t kOneRecord = 16 * 1024;
constexpr std::int64_t kHeartbeatMs = 15'000;
constexpr std::string_view kHeartbeat = ": \n\n";
constexpr std::chrono::milliseconds kBusyWait{20};  // while the workers' queue is full

// Wakes a stream from any thread; harmless once the stream is gone. Many wakes before the loop turns are one.
struct Waker {
  std::weak_ptr<Connection> connection;
  asio::io_context& io;
  void (*wake)(Connection&);
  std::shared_ptr<std::atomic<bool>> pending{std::make_shared<std::atomic<bool>>(false)};

  void operator()() const {
    if (pending->exchange(true)) return;
    asio::post(io, [*this] {
      pending->store(false);
      if (const auto here = connection.lock()) wake(*here);
    });
  }
};

// Whoever waits for it on the loop has to hear of a failure of any kind, or it would wait until its time is up.
Result<std::string> next_chunk_of(BodySource& source) {
  try {
    return source.next_chunk();
  } catch (const std::exception& exception) {
    return fail(Errc::internal, exception.what());
  }
}

}  // namespace

std::string Connection::head_of(const Response& response, std::optional<std::uint64_t> length, bool keep) const {
  Framing framing;
  framing.length = length;
  framing.http11 = http11_;
  framing.keep_alive = keep && (length || http11_);
  framing.wall_ms = door_->clock.wall_ms();
  return format_head(response.status, response.headers, framing);
}

// False: the connection cannot be used for another request.
asio::awaitable<bool> Connection::respond(Response response, bool head_only, bool keep) {
  begin_answer(door_->limits.answer_ms);
  if (auto* source = std::get_if<std::unique_ptr<BodySource>>(&response.body)) {
    begin_answer(door_->limits.download_ms);
    std::string head = head_of(response, std::nullopt, keep);
    // Without a length HTTP/1.0 learns of the end from the connection's.
    if (head_only) co_return co_await send(head) && http11_;
    co_return co_await send_chunks(std::move(*source), std::move(head));
  }
  if (auto* source = std::get_if<std::unique_ptr<EventSource>>(&response.body)) {
    if (!response.headers.has("Content-Type")) response.headers.set("Content-Type", "text/event-stream");
    if (!response.headers.has("Cache-Control")) response.headers.set("Cache-Control", "no-store");
    std::string head = head_of(response, std::nullopt, head_only && keep);
    if (head_only) co_return co_await send(head) && http11_;
    answer_until_ms_ = INT64_MAX;  // lasts as long as the session behind it
    std::shared_ptr<EventSource> shared = std::move(*source);
    co_return co_await send_events(std::move(shared), std::move(head));
  }
  const auto* text = std::get_if<std::string>(&response.body);
  std::string_view body = text != nullptr ? *text : *std::get<std::shared_ptr<const std::string>>(response.body);
  std::string head = head_of(response, body.size(), keep);
  if (head_only || is_bodiless(response.status)) body = {};
  if (head.size() + body.size() <= kOneRecord) {
    head.append(body);
    body = {};
  }
  enter(Phase::writing, door_->limits.response_ms);
  std::string_view rest = head;
  if (write(rest) == Io::done && body.empty()) co_return true;
  co_return co_await send(rest) && co_await send(body);
}

Io Connection::write(std::string_view& bytes) {
  Io io = Io::done;
  while (!bytes.empty() && io == Io::done) {
    std::size_t put = 0;
    io = stream_.write(bytes, put);
    if (io == Io::done) bytes.remove_prefix(put);
  }
  return io;
}

void Connection::begin_answer(std::int64_t limit_ms) { answer_until_ms_ = door_->clock.monotonic_ms() + limit_ms; }

void Connection::allow_more_writing() {
  deadline_ms_ = std::min(door_->clock.monotonic_ms() + door_->limits.response_ms, answer_until_ms_);
}

asio::awaitable<bool> Connection::send(std::string_view bytes) {
  if (phase_ != Phase::writing) enter(Phase::writing, door_->limits.response_ms);
  for (;;) {
    if (cut_ != Cut::no) co_return false;  // a socket that takes everything never waits
    allow_more_writing();
    const Io io = write(bytes);
    if (io == Io::done) co_return true;
    if (io != Io::want_read && io != Io::want_write) co_return false;
    if (!co_await ready(io)) co_return false;
  }
}

// A body on its way. A worker may hold it longer than the connection.
struct Connection::Pulled {
  std::unique_ptr<BodySource> source;
  std::optional<Result<std::string>> chunk;  // nothing: it is being pulled, or the connection ended meanwhile
};

asio::awaitable<void> Connection::pull(std::shared_ptr<Pulled> pulled) {
  pulled->chunk.reset();
  if (!pulled->source->waits()) {
    pulled->chunk = next_chunk_of(*pulled->source);
    co_return;
  }
  enter(Phase::handling, door_->limits.response_ms);
  const auto work = [self = shared_from_this(), pulled] {
    auto chunk = next_chunk_of(*pulled->source);
    asio::post(self->door_->io, [self, pulled, chunk = std::move(chunk)]() mutable {
      pulled->chunk = std::move(chunk);
      self->signal_.raise();
    });
  };
  asio::steady_timer timer(door_->io);
  while (cut_ == Cut::no && !door_->workers.submit(work)) {
    timer.expires_after(kBusyWait);
    co_await timer.async_wait(asio::use_awaitable);
  }
  while (cut_ == Cut::no && !pulled->chunk) co_await signal_.wait();
}

asio::awaitable<bool> Connection::send_chunks(std::unique_ptr<BodySource> source, std::string out) {
  const auto pulled = std::make_shared<Pulled>();
  pulled->source = std::move(source);
  for (;;) {
    co_await pull(pulled);
    if (!pulled->chunk) co_return false;
    const auto& chunk = *pulled->chunk;
    if (!chunk) {
      // The head is gone already: only a connection that breaks off tells the peer that this is not all.
      log::warn("a body at the {} door broke off: {}", door_->name, chunk.error().message);
      co_return false;
    }
    const bool last = chunk->empty();
    if (!http11_) {
      out += *chunk;
    } else {
      out += last ? std::string(kLastChunk) : format_chunk(*chunk);
    }
    if (!co_await send(out)) co_return false;
    if (last) co_return http11_;
    out.clear();
    co_await asio::post(door_->io, asio::use_awaitable);  // others get their turn between two chunks
  }
}

asio::awaitable<bool> Connection::send_events(std::shared_ptr<EventSource> source, std::string out) {
  Waker waker{weak_from_this(), door_->io, [](Connection& self) {
                if (self.phase_ == Phase::streaming) self.signal_.raise();
              }};
  source->subscribe(std::move(waker));
  watch_peer();
  std::int64_t beat_ms = door_->clock.monotonic_ms();
  while (!peer_gone_ && cut_ == Cut::no && source->alive()) {
    std::string text;
    for (const Event& event : source->take()) text += format_event(event);
    const std::int64_t now_ms = door_->clock.monotonic_ms();
    if (text.empty() && now_ms - beat_ms >= kHeartbeatMs) text = kHeartbeat;
    if (!text.empty()) out += http11_ ? format_chunk(text) : text;
    if (out.empty()) {
      phase_ = Phase::streaming;
      co_await signal_.wait();
      continue;
    }
    beat_ms = now_ms;
    if (!co_await send(out)) co_return false;
    out.clear();
  }
  if (!peer_gone_ && cut_ != Cut::timeout && http11_) {
    std::size_t put = 0;
    stream_.write(kLastChunk, put);  // best effort: the connection closes either way
  }
  co_return false;
}

// A browser says nothing while it listens: whatever becomes readable is its leaving.
void Connection::watch_peer() {
  socket_.async_wait(asio::socket_base::wait_read, [self = shared_from_this()](const boost::system::error_code& error) {
    char bytes[512];
    std::size_t got = 0;
    const Io io = error ? Io::failed : self->stream_.read(bytes, sizeof bytes, got);
    if (io == Io::want_read) {
      self->watch_peer();
      return;
    }
    self->peer_gone_ = true;
    if (self->phase_ == Phase::streaming) self->signal_.raise();
  });
}

}  // namespace rollcall::net
