// rollcall-bench-floor: the least that a durable report over mutual TLS costs with the libraries that Rollcall
// stands on. One thread: Asio waits, OpenSSL on the socket, Beast's parser, one pass of Boost.JSON's, one append to
// SQLite, groups of 2 ms or 512 under synchronous FULL, a reply. No router, no certificate looked up, no
// duplicates, no state, no rules. It takes rollcalld's command line, so that the same load drives both.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/files.h"
#include "common/base/random.h"
#include "common/net/server_tls.h"
#include "common/net/stream.h"
#include "common/wire/packing.h"
#include "common/wire/tape.h"
#include "server/credentials.h"
#include "tests/bench/raw_sqlite.h"

namespace rollcall::bench {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using net::Io;
using wire::detail::Token;

constexpr std::size_t kGroup = 512;
constexpr std::chrono::milliseconds kGather{2};
constexpr std::size_t kFactBytes = 85;  // what the real log stores of an ordinary report

class Laptop;

// What all laptops share.
class Floor {
 public:
  Floor(RawLog log, const tcp::endpoint& here) : acceptor_(io_, here), log_(std::move(log)) {}

  Result<> trust(const net::ServerTls& tls) {
    context_ = TRY(net::make_server_context(tls, sessions_));
    return {};
  }
  void run();

 private:
  friend class Laptop;
  struct Waiting {
    std::shared_ptr<Laptop> laptop;
    std::int64_t sequence;
    std::string body;
  };
  void accept();
  void add(Waiting waiting);
  void commit();

  asio::io_context io_{1};
  tcp::acceptor acceptor_;
  asio::steady_timer gather_{io_};
  RawLog log_;
  net::SessionCache sessions_{65'536};
  net::ContextPtr context_;
  std::vector<Waiting> group_;
  SystemClock clock_;
};

// One connection: a report, its acknowledgement, the next report.
class Laptop : public std::enable_shared_from_this<Laptop> {
 public:
  Laptop(Floor& floor, tcp::socket socket, net::SslPtr ssl)
      : floor_(floor), socket_(std::move(socket)), stream_(socket_.native_handle(), std::move(ssl)) {}

  void proceed() {
    const Io io = connected_ ? receive() : stream_.handshake();
    if (io == Io::want_read || io == Io::want_write) return wait(io);
    if (io != Io::done) return;  // the last reference goes, and with it the connection
    if (!connected_) {
      connected_ = true;
      net::forget_certificate(stream_.ssl());
      proceed();
    }
  }

  void acknowledge(std::int64_t sequence, std::int64_t now_ms) {
    const std::string number = std::to_string(sequence);
    const std::string body = R"({"ok":[{"f":)" + number + R"(,"l":)" + number + R"(}],"t":)" + std::to_string(now_ms) +
                             R"(,"next":300,"keep":true})";
    const std::string reply = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                              std::to_string(body.size()) + "\r\n\r\n" + body;
    std::size_t put = 0;
    // Loopback's buffer takes 200 bytes of a peer that waits for them.
    if (stream_.write(reply, put) == Io::done && put == reply.size()) wait(Io::want_read);
  }

 private:
  void wait(Io wanted) {
    socket_.async_wait(wanted == Io::want_write ? tcp::socket::wait_write : tcp::socket::wait_read,
                       [self = shared_from_this()](const boost::system::error_code& error) {
                         if (!error) self->proceed();
                       });
  }

  // Done: a whole report was handed over.
  Io receive() {
    static char bytes[16 * 1024];
    std::size_t got = 0;
    const Io io = stream_.read(bytes, sizeof bytes, got);
    if (io != Io::done) return io;
    if (!parser_) parser_.emplace().eager(true);
    boost::system::error_code error;
    parser_->put(asio::buffer(bytes, got), error);
    if (error && error != http::error::need_more) return Io::failed;
    if (!parser_->is_done()) return receive();
    auto json = wire::unpack(parser_->get().body());
    parser_.reset();
    if (!json) return Io::failed;
    const auto sequence = first_sequence(*json);
    if (!sequence) return Io::failed;
    json->resize(std::min(json->size(), kFactBytes));
    floor_.add({shared_from_this(), *sequence, std::move(*json)});
    return Io::done;
  }

  static const Token* member(const Token* in, std::string_view key) {
    for (const Token* at = in->begin(); at != in->end(); at = at->end()) {
      if (at->key == key) return at;
    }
    return nullptr;
  }

  // Of the check-in's first report.
  static std::optional<std::int64_t> first_sequence(std::string_view json) {
    wire::detail::Tape tape;
    if (!tape.read(json)) return std::nullopt;
    const Token* reports = member(&tape.root(), "r");
    if (reports == nullptr || reports->kind != Token::Kind::array || reports->count == 0) return std::nullopt;
    const Token* sequence = member(reports->begin(), "q");
    if (sequence == nullptr || sequence->kind != Token::Kind::integer) return std::nullopt;
    return sequence->integer;
  }

  Floor& floor_;
  tcp::socket socket_;
  net::Stream stream_;
  bool connected_{};
  std::optional<http::request_parser<http::string_body>> parser_;
};

void Floor::accept() {
  acceptor_.async_accept([this](const boost::system::error_code& error, tcp::socket socket) {
    if (error) return;
    boost::system::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.set_option(tcp::no_delay(true), ignored);
    net::SslPtr ssl(SSL_new(context_.get()));
    SSL_set_accept_state(ssl.get());
    std::make_shared<Laptop>(*this, std::move(socket), std::move(ssl))->proceed();
    accept();
  });
}

void Floor::add(Waiting waiting) {
  group_.push_back(std::move(waiting));
  if (group_.size() >= kGroup) return commit();
  if (group_.size() > 1) return;
  gather_.expires_after(kGather);
  gather_.async_wait([this](const boost::system::error_code& error) {
    if (!error) commit();
  });
}

void Floor::commit() {
  const std::int64_t now_ms = clock_.wall_ms();
  std::vector<Waiting> group;
  group.swap(group_);
  gather_.cancel();
  bool durable = log_.begin().has_value();
  for (const Waiting& waiting : group) durable = durable && log_.append(waiting.sequence, now_ms, waiting.body);
  if (!durable || !log_.commit()) {
    std::fputs("rollcall-bench-floor: a commit failed\n", stderr);
    std::exit(1);
  }
  for (const Waiting& waiting : group) waiting.laptop->acknowledge(waiting.sequence, now_ms);
}

void Floor::run() {
  net::ignore_broken_pipes();
  asio::signal_set stop(io_, SIGTERM);
  stop.async_wait([this](const boost::system::error_code&, int) { io_.stop(); });
  accept();
  io_.run();
}

Result<> serve(const std::string& config_path) {
  SystemFiles files;
  SystemClock clock;
  SystemRandom random;
  const ServerConfig config = TRY(load_server_config(files, config_path));
  const auto folder = TRY(DataFolder::open(files, config.data));
  const auto credentials = TRY(Credentials::open(folder, config, files, clock, random));
  Floor floor(TRY(RawLog::open(folder.path() + "/floor.db")),
              tcp::endpoint(asio::ip::make_address(config.agents.address), config.agents.port));
  TRY(floor.trust(credentials.agents_tls()));
  floor.run();
  return {};
}

}  // namespace
}  // namespace rollcall::bench

// rollcall-bench-floor serve --config FILE
int main(int count, char** arguments) {
  if (count != 4) return 2;
  const auto done = rollcall::bench::serve(arguments[3]);
  if (done) return 0;
  std::fprintf(stderr, "rollcall-bench-floor: %s\n", done.error().message.c_str());
  return 1;
}
