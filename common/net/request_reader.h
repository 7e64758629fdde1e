// Bytes of a connection in, requests out; no I/O. Beast parses; what Beast is lenient about and a proxy in
// front may read otherwise (folded lines, bare CR, two lengths, no Host) is refused before or after it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/net/http_message.h"

namespace rollcall::net {

class RequestReader {
 public:
  enum class Step { need_more, head, complete, failed };
  struct Failure {
    int status{};
    std::string reason;
  };

  explicit RequestReader(std::size_t header_limit);
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  void append(std::string_view bytes) { buffer_.append(bytes); }
  // True once a byte of the next request is there.
  bool started() const { return parser_ != nullptr || !buffer_.empty(); }

  // Goes on as far as the bytes allow: `head` once per request, then, after expect_body(), `complete`.
  Step step();
  RequestHead take_head();  // after `head`; without the peer
  bool keep_alive() const;  // the next three after `head`, too
  bool expects_continue() const;
  bool has_body() const;
  bool is_http11() const;
  // False: the body is announced to be larger than `limit`. One that turns out so fails with 413.
  bool expect_body(std::size_t limit);
  std::string take_body();  // after `complete`; bytes beyond it are the next request's
  // What came of the body since the last time; after expect_body(), before take_body().
  std::string take_some();
  std::uint64_t announced() const;  // bytes of the body; 0: not said
  std::size_t held_bytes() const;  // of a request that is not whole
  const Failure& failure() const { return failure_; }

 private:
  struct Parser;
  Step fail(int status, std::string_view reason);
  Step read_head();
  bool find_head();
  bool check_head();

  std::size_t header_limit_;
  std::string buffer_;
  std::size_t scanned_{};   // of buffer_, looking for the end of the head
  std::size_t head_size_{}; // 0: not found yet
  std::unique_ptr<Parser> parser_;
  RequestHead head_;
  Failure failure_;
};

}  // namespace rollcall::net
