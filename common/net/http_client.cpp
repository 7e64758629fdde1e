#include "common/net/http_client.h"

#include <algorithm>
#include <utility>

#include "common/base/text.h"
#include "common/net/client_dial.h"
#include "common/net/client_link.h"
#include "common/net/client_tls.h"
#include "common/net/event_reader.h"
#include "common/net/response_reader.h"

namespace rollcall::net {
namespace {

// The server's heart beats every 15 seconds; three missed beats are a dead line.
constexpr std::int64_t kSilenceMs = 45'000;
constexpr std::size_t kEventBytes = 64 * 1024;
constexpr std::size_t kReadBytes = 16 * 1024;

bool is_one_line(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) == text.npos; }

Result<std::string> format_request(const ClientRequest& request, const std::string& authority) {
  if (!request.target.starts_with('/') || request.target.find_first_of(" \t") != std::string::npos ||
      !is_one_line(request.target)) {
    return fail(Errc::invalid_argument, "'" + printable(request.target) + "' is not a request's target");
  }
  std::string out;
  out.append(name_of(request.method)).append(" ").append(request.target).append(" HTTP/1.1\r\nHost: ").append(authority);
  out.append("\r\n");
  for (const auto& [name, value] : request.headers.all()) {
    if (!is_one_line(name) || !is_one_line(value)) {
      return fail(Errc::invalid_argument, "the header " + printable(name) + " holds a line end");
    }
    out.append(name).append(": ").append(value).append("\r\n");
  }
  if (!request.body.empty() || request.method == Method::post || request.method == Method::put ||
      request.method == Method::patch) {
    const auto size = request.body_pieces ? request.body_size : request.body.size();
    out.append("Content-Length: ").append(std::to_string(size)).append("\r\n");
  }
  if (!request.keep_connection) out.append("Connection: close\r\n");
  return out.append("\r\n").append(request.body);
}

Errc code_of(int status) {
  switch (status) {
    case 400: return Errc::invalid_argument;
    case 401: return Errc::unauthenticated;
    case 403: return Errc::permission_denied;
    case 404: return Errc::not_found;
    case 429: return Errc::rate_limited;
    default: return status >= 500 ? Errc::unavailable : Errc::io;
  }
}

class Client final : public TlsHttpClient {
 public:
  Client(Url url, std::optional<Url> proxy, std::unique_ptr<ClientTls> tls, const Clock& clock)
      : url_(std::move(url)), proxy_(std::move(proxy)), tls_(std::move(tls)), clock_(clock) {}

  Result<ClientResponse> send(const ClientRequest& request) override {
    const Deadline deadline(clock_, request.deadline_ms, request.give_up);
    const std::int64_t began_ms = deadline.now_ms();
    ClientResponse response;
    auto done = exchange(request, deadline, response);
    if (!done || !request.keep_connection) disconnect();
    if (!done) return std::unexpected(std::move(done).error());
    response.timing.total_ms = deadline.now_ms() - began_ms;
    return response;
  }

  void disconnect() override { link_.reset(); }
  std::string take_session() override { return tls_ ? tls_->session : std::string(); }
  void offer_session(std::string der) override {
    if (tls_) tls_->session = std::move(der);
  }

  Result<> follow_events(const ClientRequest& request, const std::function<bool(const Event&)>& on_event) override {
    disconnect();
    auto followed = follow(request, on_event);
    disconnect();
    return followed;
  }

 private:
  Result<> exchange(const ClientRequest& request, const Deadline& deadline, ClientResponse& response) {
    ResponseReader reader(request.method == Method::head, request.body_limit);
    const auto begun = begin(request, deadline, response.timing);
    // Who refuses a large body may have said so before all of it was sent.
    if (!begun && (!request.body_pieces || !link_)) return begun;
    while (!reader.is_done()) {
      const auto more = receive(reader, deadline);
      if (!begun && (!more || !*more)) return begun;
      if (!more) return std::unexpected(more.error());
      if (!*more) break;
    }
    response.status = reader.status();
    response.headers = reader.headers();
    response.body = reader.take_body();
    if (!reader.keep_alive()) disconnect();
    return {};
  }

  Result<> begin(const ClientRequest& request, const Deadline& deadline, ClientTiming& timing) {
    const std::string bytes = TRY(format_request(request, url_.authority()));
    if (link_ && !link_->is_quiet()) disconnect();
    if (!link_) TRY(connect(deadline, timing));
    TRY(link_->write(bytes, deadline));
    for (std::uint64_t sent = 0; request.body_pieces && sent < request.body_size;) {
      auto piece = request.body_pieces();
      if (piece && piece->empty()) piece = fail(Errc::conflict, "what is being sent became shorter meanwhile");
      if (!piece) {
        disconnect();
        return std::unexpected(std::move(piece).error());
      }
      TRY(link_->write(*piece, deadline));
      sent += piece->size();
    }
    return {};
  }

  // False: the peer ended the stream.
  Result<bool> receive(ResponseReader& reader, const Deadline& deadline) {
    char bytes[kReadBytes];
    const std::size_t got = TRY(link_->read(bytes, sizeof bytes, deadline));
    if (got == 0) {
      TRY(reader.end());
      return false;
    }
    TRY(reader.feed(std::string_view(bytes, got)));
    return true;
  }

  Result<> connect(const Deadline& deadline, ClientTiming& timing) {
    const Url& first = proxy_ ? *proxy_ : url_;
    const std::int64_t began_ms = deadline.now_ms();
    const auto addresses = TRY(resolve(first.host, first.port, deadline));
    const std::int64_t resolved_ms = deadline.now_ms();
    timing.dns_ms = resolved_ms - began_ms;
    auto link = std::make_unique<Link>(TRY(with(connect_first(addresses, deadline), first.authority())));
    if (proxy_) TRY(with(tunnel(*link, deadline), "the proxy " + proxy_->authority()));
    const std::int64_t connected_ms = deadline.now_ms();
    timing.connect_ms = connected_ms - resolved_ms;
    if (tls_) {
      TRY(link->secure(*tls_, url_.host, deadline));  // without context: its message begins with the verdict
      timing.tls_ms = deadline.now_ms() - connected_ms;
      timing.tls_resumed = link->resumed();
    }
    link_ = std::move(link);
    return {};
  }

  Result<> tunnel(Link& link, const Deadline& deadline) {
    const std::string shown = url_.host.find(':') == std::string::npos ? url_.host : "[" + url_.host + "]";
    const std::string target = shown + ":" + url_.port;
    TRY(link.write("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n", deadline));
    ResponseReader reader(true, 0);
    // One byte at a time: what follows the answer belongs to TLS.
    while (!reader.is_done()) {
      char byte = 0;
      const std::size_t got = TRY(link.read(&byte, 1, deadline));
      if (got == 0) return fail(Errc::unavailable, "closed the connection");
      TRY(reader.feed(std::string_view(&byte, 1)));
    }
    if (reader.status() / 100 != 2) return fail(Errc::unavailable, "answered " + std::to_string(reader.status()));
    return {};
  }

  Result<> follow(const ClientRequest& request, const std::function<bool(const Event&)>& on_event) {
    ResponseReader reader(false, SIZE_MAX);
    ClientTiming timing;
    const Deadline start(clock_, request.deadline_ms);
    ClientRequest asked = request;
    asked.keep_connection = true;
    TRY(begin(asked, start, timing));
    while (!reader.has_head()) {
      if (!TRY(receive(reader, start))) break;
    }
    if (reader.status() != 200) {
      return fail(code_of(reader.status()), "the server answered " + std::to_string(reader.status()));
    }
    EventReader events(kEventBytes);
    for (;;) {
      for (const Event& event : TRY(events.feed(reader.take_body()))) {
        if (!on_event(event)) return {};
      }
      if (reader.is_done()) return {};
      const auto more = receive(reader, Deadline(clock_, kSilenceMs));
      if (!more || !*more) return {};
    }
  }

  const Url url_;
  const std::optional<Url> proxy_;
  const std::unique_ptr<ClientTls> tls_;  // null: plain HTTP
  const Clock& clock_;
  std::unique_ptr<Link> link_;
};

}  // namespace

Result<std::unique_ptr<TlsHttpClient>> TlsHttpClient::open(ClientConfig config, const Clock& clock) {
  ignore_broken_pipes();
  Url url = TRY(with(parse_url(config.url), "the server's address"));
  if (!url.secure && !config.allow_plain) {
    return fail(Errc::invalid_argument, "the server's address must start with https://");
  }
  std::optional<Url> proxy;
  if (!config.proxy.empty()) proxy = TRY(with(parse_url(config.proxy), "the proxy's address"));
  if (proxy && proxy->secure) return fail(Errc::invalid_argument, "the proxy's address must start with http://");
  std::unique_ptr<ClientTls> tls;
  if (url.secure) tls = TRY(ClientTls::open(config));
  std::unique_ptr<TlsHttpClient> client =
      std::make_unique<Client>(std::move(url), std::move(proxy), std::move(tls), clock);
  return client;
}

}  // namespace rollcall::net
