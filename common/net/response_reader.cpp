#include "common/net/response_reader.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <utility>

#include "common/base/text.h"
#include "common/net/chunk_head.h"

namespace rollcall::net {

namespace http = boost::beast::http;

namespace {
constexpr std::uint32_t kHeaderLimit = 64 * 1024;
}

struct ResponseReader::Parser : http::response_parser<http::string_body> {};

ResponseReader::ResponseReader(bool head_only, std::size_t body_limit)
    : head_only_(head_only), body_limit_(body_limit) {
  restart();
}
ResponseReader::~ResponseReader() = default;

void ResponseReader::restart() {
  parser_ = std::make_unique<Parser>();
  parser_->eager(true);
  parser_->skip(head_only_);
  parser_->header_limit(kHeaderLimit);
  parser_->body_limit(body_limit_);
}

Error ResponseReader::wrong(std::string_view what) const {
  return Error{Errc::io, "the server's answer is not HTTP: " + std::string(what)};
}

Result<> ResponseReader::feed(std::string_view bytes) {
  buffer_.append(bytes);
  while (!buffer_.empty() && !parser_->is_done()) {
    if (parser_->is_header_done() && parser_->chunked() && is_short_last_chunk(buffer_)) return {};
    boost::system::error_code error;
    const std::size_t used = parser_->put(boost::asio::buffer(buffer_), error);
    buffer_.erase(0, used);
    // The library bounds neither the head of a chunk nor the trailers.
    const bool endless = error == http::error::need_more && buffer_.size() > kHeaderLimit;
    if (error == http::error::need_more && parser_->is_header_done() && is_open_chunk_head(buffer_)) {
      return std::unexpected(wrong("a chunk's extension does not end with its line"));
    }
    if (error == http::error::need_more && !endless) return {};
    if (endless || error == http::error::body_limit) return fail(Errc::too_large, "the server's answer is too large");
    if (error) return std::unexpected(wrong(error.message()));
    if (!parser_->is_done() || status() / 100 != 1) continue;
    if (status() == 101) return std::unexpected(wrong("it switches to a protocol that nobody asked for"));
    restart();
  }
  return {};
}

Result<> ResponseReader::end() {
  if (is_done()) return {};
  boost::system::error_code error;
  if (has_head()) parser_->put_eof(error);
  if (error || !is_done()) return fail(Errc::io, "the server closed the connection before its answer was complete");
  return {};
}

bool ResponseReader::has_head() const { return parser_->is_header_done() && status() / 100 != 1; }
bool ResponseReader::is_done() const { return parser_->is_done(); }
int ResponseReader::status() const { return static_cast<int>(parser_->get().result_int()); }
bool ResponseReader::keep_alive() const { return parser_->get().keep_alive() && !parser_->need_eof(); }

Headers ResponseReader::headers() const {
  Headers headers;
  for (const auto& field : parser_->get()) headers.add(field.name_string(), trim(field.value()));
  return headers;
}

std::string ResponseReader::take_body() { return std::exchange(parser_->get().body(), {}); }

}  // namespace rollcall::net
