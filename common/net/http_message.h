// A request and a response as plain values: no sockets, no coroutines, no library's types. Everything above
// common/net speaks in these.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/pki.h"
#include "common/base/result.h"
#include "common/net/spooled_body.h"

namespace rollcall::net {

enum class Method { get, head, post, put, patch, delete_, options, other };
std::string_view name_of(Method method);

// In order of arrival; names compare without case. All of it is one text: a request brings a dozen, of which most are
// read by nobody.
class Headers {
 public:
  // Neither text is borrowed from these headers.
  void set(std::string_view name, std::string_view value);  // replaces
  void add(std::string_view name, std::string_view value);  // Set-Cookie may occur twice
  // The first value, or empty when the header is not there.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  // Pairs of name and value.
  auto all() const {
    return fields_ | std::views::transform([this](const Field& it) { return std::pair(name_of(it), value_of(it)); });
  }

 private:
  struct Field {
    std::size_t at{}, name_size{}, value_size{};  // in text_, the value behind the name
  };
  std::string_view name_of(const Field& it) const { return std::string_view(text_).substr(it.at, it.name_size); }
  std::string_view value_of(const Field& it) const {
    return std::string_view(text_).substr(it.at + it.name_size, it.value_size);
  }
  const Field* find(std::string_view name) const;

  std::string text_;
  std::vector<Field> fields_;
};

// The certificate that the peer proved to hold the key of. A missing certificate is a missing value; a
// certificate that does not chain to our CA never gets this far, but an expired one does, marked.
struct ClientCertificate {
  pki::KeyId key_id;
  std::int64_t not_before_ms;
  std::int64_t not_after_ms;
};

struct Peer {
  std::string address;  // numeric; of the peer, or of the client behind a listed proxy
  std::string door;     // name of the door that it came through
  std::optional<ClientCertificate> certificate;
};

struct RequestHead {
  Method method{};
  // Percent-decoded and normalised exactly once; always starts with '/', holds no "..", "//", NUL or
  // backslash: a request whose path cannot be normalised is answered 400 before anybody sees it.
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;  // decoded, in order
  Headers headers;
  Peer peer;

  std::optional<std::string_view> query_value(std::string_view name) const;
};

struct Request : RequestHead {
  std::string body;
  std::shared_ptr<const SpooledBody> spooled{};  // where the plan asked for it; `body` is empty then
};

// Pulled as the peer takes it, one chunk at a time; an empty chunk ends it.
class BodySource {
 public:
  virtual ~BodySource() = default;
  virtual Result<std::string> next_chunk() = 0;
  // True: next_chunk may wait, for a database; it is called on a worker. False: on the loop thread.
  virtual bool waits() const { return false; }
};

// A server-sent event. The id is what the browser sends back as Last-Event-ID.
struct Event {
  std::uint64_t id{};
  std::string name;
  std::string data;  // one line
};

// Where a stream of events comes from; it holds no thread. The door calls `take` on the loop thread when it
// has been woken and the peer has taken the earlier ones; `subscribe` hands over the waking, callable from
// any thread and without effect once the stream is gone. Destroyed on the loop thread when the peer leaves.
class EventSource {
 public:
  virtual ~EventSource() = default;
  virtual void subscribe(std::function<void()> wake) = 0;
  virtual std::vector<Event> take() = 0;
  // False ends the stream: the session was revoked or ran out.
  virtual bool alive() = 0;
};

struct Response {
  int status{200};
  Headers headers;
  std::variant<std::string, std::shared_ptr<const std::string>, std::unique_ptr<BodySource>,
               std::unique_ptr<EventSource>>
      body{};
  bool close{};  // close the connection after this response
};

// Answers a request; may be called from any thread, once. Dropping it uncalled answers 500.
using Reply = std::move_only_function<void(Response)>;

// What stands behind a door. Both calls are made on the loop thread and must not block.
class HttpHandler {
 public:
  struct Plan {
    std::size_t body_limit{};  // a larger body is answered 413 without being read
    // Not empty: the body goes into a file in this folder. It may take longer than others, as long as it comes on.
    std::string spool_folder{};
    // True: `handle` runs on the loop thread and must not block. False: it runs on a worker.
    bool on_loop{};
    std::optional<Response> refusal{};  // answered at once, the body unread
  };
  virtual ~HttpHandler() = default;
  virtual Plan plan(const RequestHead& head) = 0;
  virtual void handle(Request request, Reply reply) = 0;
  // The answer for what the door itself refuses (400, 408, 413, 417, 431, 500, 501, 503, 505, 507), so that errors
  // look alike. Loop thread.
  virtual Response refuse(int status, std::string_view reason) = 0;
};

}  // namespace rollcall::net
