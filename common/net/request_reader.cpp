#include "common/net/request_reader.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <utility>

#include "common/base/text.h"
#include "common/net/chunk_head.h"
#include "common/net/target.h"

namespace rollcall::net {

namespace asio = boost::asio;
namespace http = boost::beast::http;

struct RequestReader::Parser : http::request_parser<http::string_body> {};

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

struct FramingFields {
  std::size_t hosts{}, lengths{}, encodings{};
  bool good_length{true}, good_encoding{true};
};

FramingFields framing_of(const Headers& headers) {
  FramingFields framing;
  for (const auto& [name, value] : headers.all()) {
    if (equal_ignoring_case(name, "Host")) ++framing.hosts;
    if (equal_ignoring_case(name, "Content-Length")) {
      ++framing.lengths;
      framing.good_length = !value.starts_with('-') && parse_number<std::uint64_t>(value).has_value();
    }
    if (equal_ignoring_case(name, "Transfer-Encoding")) {
      ++framing.encodings;
      framing.good_encoding = equal_ignoring_case(value, "chunked");
    }
  }
  return framing;
}

}  // namespace

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
  parser_ = std::make_unique<Parser>();
  parser_->header_limit(static_cast<std::uint32_t>(header_limit_ + 1));
  parser_->body_limit(boost::none);
  boost::system::error_code error;
  const std::size_t used = parser_->put(asio::buffer(buffer_.data(), head_size_), error);
  if (error) return fail(400, error.message());
  if (!parser_->is_header_done()) return fail(400, "the header cannot be read");
  buffer_.erase(0, used);
  scanned_ = head_size_ = 0;

  const auto& message = parser_->get();
  head_ = RequestHead{};
  head_.method = method_of(message.method());
  for (const auto& field : message) head_.headers.add(field.name_string(), trim(field.value()));
  if (!check_head()) return Step::failed;
  auto target = parse_target(message.target());
  if (!target) return fail(400, target.error().message);
  head_.path = std::move(target->path);
  head_.query = std::move(target->query);
  return Step::head;
}

bool RequestReader::check_head() {
  const unsigned version = parser_->get().version();
  const FramingFields framing = framing_of(head_.headers);
  const std::string_view expect = head_.headers.get("Expect");
  if (version != 10 && version != 11) {
    fail(505, "only HTTP/1.1 is spoken here");
  } else if (framing.hosts > 1 || (framing.hosts == 0 && version == 11)) {
    fail(400, framing.hosts == 0 ? "the Host header is missing" : "there are two Host headers");
  } else if (framing.lengths > 1 || !framing.good_length) {
    fail(400, "the Content-Length header is not one number");
  } else if (framing.encodings > 0 && (framing.lengths > 0 || framing.encodings > 1 || version == 10)) {
    fail(400, "the length of the body is said in two ways");
  } else if (!framing.good_encoding) {
    fail(501, "the only transfer encoding spoken here is chunked");
  } else if (!expect.empty() && !equal_ignoring_case(expect, "100-continue")) {
    fail(417, "the expectation is not known");
  }
  return failure_.status == 0;
}

RequestHead RequestReader::take_head() { return std::move(head_); }
bool RequestReader::keep_alive() const { return parser_->get().keep_alive(); }
bool RequestReader::expects_continue() const {
  return is_http11() && has_body() && parser_->get().find(http::field::expect) != parser_->get().end();
}
bool RequestReader::has_body() const { return parser_->chunked() || parser_->content_length().value_or(0) > 0; }
bool RequestReader::is_http11() const { return parser_->get().version() == 11; }

bool RequestReader::expect_body(std::size_t limit) {
  parser_->body_limit(limit);
  return parser_->content_length().value_or(0) <= limit;
}

std::size_t RequestReader::held_bytes() const {
  return buffer_.size() + (parser_ ? parser_->get().body().size() : 0);
}

std::string RequestReader::take_body() {
  std::string body = std::move(parser_->get().body());
  parser_.reset();
  // An idle connection owns no buffer.
  if (buffer_.empty()) std::string().swap(buffer_);
  return body;
}

}  // namespace rollcall::net
