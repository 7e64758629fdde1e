#include "common/net/request_reader.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <utility>

#include "common/base/text.h"
#include "common/net/chunk_head.h"
#include "common/net/target.h"

namespace rollcall::net {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

Method method_of(http::verb verb) {
  switch (verb) {
    case http::verb::get: return Method::get;
    case http::verb::head: return Method::head;
    case http::verb::post: return Method::post;
    case http::verb::put: return Method::put;
    case http::verb::patch: return Method::patch;
    case http::verb::delete_: return Method::delete_;
    case http::verb::options: return Method::options;
    default: return Method::other;
  }
}

// How the head says where the body ends, and what it asks of the connection.
struct FramingFields {
  std::size_t hosts{}, lengths{}, encodings{};
  bool good_length{true}, good_encoding{true}, good_expectation{true};
  bool expects_continue{}, closes{}, keeps{};

  void take(http::field field, std::string_view value) {
    switch (field) {
      case http::field::host: ++hosts; break;
      case http::field::content_length:
        ++lengths;
        good_length = !value.starts_with('-') && parse_number<std::uint64_t>(value).has_value();
        break;
      case http::field::transfer_encoding:
        ++encodings;
        good_encoding = equal_ignoring_case(value, "chunked");
        break;
      case http::field::expect:
        expects_continue = true;
        good_expectation = good_expectation && (value.empty() || equal_ignoring_case(value, "100-continue"));
        break;
      case http::field::connection:
        closes = closes || http::token_list(value).exists("close");
        keeps = keeps || http::token_list(value).exists("keep-alive");
        break;
      default: break;
    }
  }
};

}  // namespace

// What Beast's parser tells of a request, kept in the form that is handed on. Its names are Beast's. A body takes the
// memory of what came of it, not of what a peer announces.
struct RequestReader::Parser final : http::basic_parser<true> {
  explicit Parser(RequestHead& the_head) : head(the_head) {}

  RequestHead& head;
  int version{};
  std::string_view target;  // in what was put last
  FramingFields framing;
  std::string body;

 private:
  void on_request_impl(http::verb verb, boost::core::string_view, boost::core::string_view its_target, int its_version,
                       boost::system::error_code&) override {
    head.method = method_of(verb);
    target = its_target;
    version = its_version;
  }
  void on_field_impl(http::field field, boost::core::string_view name, boost::core::string_view value,
                     boost::system::error_code&) override {
    if (is_header_done()) return;  // a trailer is nobody's business
    framing.take(field, trim(value));
    head.headers.add(name, trim(value));
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>& announced, boost::system::error_code&) override {
    constexpr std::uint64_t kReserved = 64 * 1024;
    if (announced) body.reserve(static_cast<std::size_t>(std::min(*announced, kReserved)));
  }
  std::size_t on_body_impl(boost::core::string_view bytes, boost::system::error_code&) override {
    body.append(bytes.data(), bytes.size());
    return bytes.size();
  }
  std::size_t on_chunk_body_impl(std::uint64_t, boost::core::string_view bytes, boost::system::error_code& error) override {
    return on_body_impl(bytes, error);
  }
  void on_response_impl(int, boost::core::string_view, int, boost::system::error_code&) override {}
  void on_header_impl(boost::system::error_code&) override {}
  void on_chunk_header_impl(std::uint64_t, boost::core::string_view, boost::system::error_code&) override {}
  void on_finish_impl(boost::system::error_code&) override {}
};

RequestReader::RequestReader(std::size_t header_limit) : header_limit_(header_limit) {}
RequestReader::~RequestReader() = default;

RequestReader::Step RequestReader::fail(int status, std::string_view reason) {
  failure_.status = status;
  failure_.reason = reason;
  return Step::failed;
}

// True when the end of the head is in the buffer; a head that is refused sets failure_.
bool RequestReader::find_head() {
  while (scanned_ < buffer_.size() && head_size_ == 0) {
    const std::size_t at = scanned_++;
    const char c = buffer_[at];
    const char before = at > 0 ? buffer_[at - 1] : '\0';
    if (c == '\0' || (c == '\n') != (before == '\r')) {
      fail(400, "the header holds a line end or a character that is not allowed");
      return false;
    }
    if ((c == ' ' || c == '\t') && before == '\n') {
      fail(400, "the header holds a folded line");
      return false;
    }
    if (c == '\n' && at > 1 && buffer_[at - 2] == '\n') head_size_ = scanned_;
  }
  if (scanned_ > header_limit_) fail(431, "the header is too large");
  return head_size_ > 0 && failure_.status == 0;
}

RequestReader::Step RequestReader::step() {
  if (failure_.status != 0) return Step::failed;
  if (!parser_) {
    if (!find_head()) return failure_.status != 0 ? Step::failed : Step::need_more;
    return read_head();
  }
  boost::system::error_code error;
  while (!buffer_.empty() && !parser_->is_done()) {
    if (parser_->chunked() && is_short_last_chunk(buffer_)) return Step::need_more;
    const std::size_t used = parser_->put(asio::buffer(buffer_), error);
    buffer_.erase(0, used);
    if (error == http::error::body_limit) return fail(413, "the body is too large");
    if (error && error != http::error::need_more) return fail(400, error.message());
    if (error || used == 0) break;
  }
  if (parser_->is_done()) return Step::complete;
  // What is left is the head of a chunk, or the trailers.
  if (buffer_.size() > header_limit_) return fail(431, "the head of a chunk or the trailers are too large");
  if (error && is_open_chunk_head(buffer_)) return fail(400, "a chunk's extension does not end with its line");
  return Step::need_more;
}

RequestReader::Step RequestReader::read_head() {
  head_ = RequestHead{};
  parser_ = std::make_unique<Parser>(head_);
  parser_->header_limit(static_cast<std::uint32_t>(header_limit_ + 1));
  parser_->body_limit(boost::none);
  boost::system::error_code error;
  const std::size_t used = parser_->put(asio::buffer(buffer_.data(), head_size_), error);
  if (error) return fail(400, error.message());
  if (!parser_->is_header_done()) return fail(400, "the header cannot be read");
  if (!check_head()) return Step::failed;
  auto target = parse_target(parser_->target);
  if (!target) return fail(400, target.error().message);
  head_.path = std::move(target->path);
  head_.query = std::move(target->query);
  buffer_.erase(0, used);
  scanned_ = head_size_ = 0;
  return Step::head;
}

bool RequestReader::check_head() {
  const FramingFields& framing = parser_->framing;
  const bool http10 = parser_->version == 10;
  if (!http10 && !is_http11()) {
    fail(505, "only HTTP/1.1 is spoken here");
  } else if (framing.hosts > 1 || (framing.hosts == 0 && !http10)) {
    fail(400, framing.hosts == 0 ? "the Host header is missing" : "there are two Host headers");
  } else if (framing.lengths > 1 || !framing.good_length) {
    fail(400, "the Content-Length header is not one number");
  } else if (framing.encodings > 0 && (framing.lengths > 0 || framing.encodings > 1 || http10)) {
    fail(400, "the length of the body is said in two ways");
  } else if (!framing.good_encoding) {
    fail(501, "the only transfer encoding spoken here is chunked");
  } else if (!framing.good_expectation) {
    fail(417, "the expectation is not known");
  }
  return failure_.status == 0;
}

RequestHead RequestReader::take_head() { return std::move(head_); }
bool RequestReader::keep_alive() const {
  return !parser_->framing.closes && (is_http11() || parser_->framing.keeps);
}
bool RequestReader::expects_continue() const { return is_http11() && has_body() && parser_->framing.expects_continue; }
bool RequestReader::has_body() const { return parser_->chunked() || parser_->content_length().value_or(0) > 0; }
bool RequestReader::is_http11() const { return parser_->version == 11; }

bool RequestReader::expect_body(std::size_t limit) {
  parser_->body_limit(limit);
  return parser_->content_length().value_or(0) <= limit;
}

std::size_t RequestReader::held_bytes() const { return buffer_.size() + (parser_ ? parser_->body.size() : 0); }

std::string RequestReader::take_some() { return std::exchange(parser_->body, {}); }
std::uint64_t RequestReader::announced() const { return parser_->content_length().value_or(0); }

std::string RequestReader::take_body() {
  std::string body = std::move(parser_->body);
  parser_.reset();
  // An idle connection owns no buffer.
  if (buffer_.empty()) std::string().swap(buffer_);
  return body;
}

}  // namespace rollcall::net
