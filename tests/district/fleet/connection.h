// One laptop's connection: requests go out, answers come back, one at a time. Everything happens on the
// io_context's thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "common/base/result.h"
#include "common/net/response_reader.h"
#include "common/net/stream.h"

namespace rollcall::district {

namespace asio = boost::asio;

struct Answer {
  int status{};
  std::string body;
  std::int64_t retry_after_ms{};  // 0: it was not said
};

// "POST TARGET …" with its body.
std::string post_request(const std::string& host, const std::string& target, const std::string& body, bool packed);

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // Called once for each send(). Errors: unavailable (not connected), io.
  using Done = std::move_only_function<void(Result<Answer>)>;

  Connection(asio::io_context& io, asio::ip::tcp::endpoint server, net::SslPtr ssl);

  // Connects when it is not yet connected.
  void send(std::string request, Done done);
  // Ends it in order, so that the session can be resumed; an answer that is waited for becomes an error.
  void close();
  bool is_open() const { return state_ != State::closed; }
  bool was_resumed() const { return resumed_; }

 private:
  enum class State { fresh, handshaking, idle, writing, reading, closed };
  void connected(const boost::system::error_code& error);
  void proceed();
  net::Io step();
  net::Io read_some();
  void wait(asio::ip::tcp::socket::wait_type what);
  void finish();
  void break_off(Error error);

  asio::ip::tcp::socket socket_;
  const asio::ip::tcp::endpoint server_;
  net::SslPtr ssl_;  // until the socket is there
  std::unique_ptr<net::Stream> stream_;
  std::unique_ptr<net::ResponseReader> reader_;
  State state_{State::fresh};
  std::string out_;
  std::size_t put_{};
  Done done_;
  bool resumed_{};
};

}  // namespace rollcall::district
