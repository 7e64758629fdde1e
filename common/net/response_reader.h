// Bytes of a connection in, one response out; no I/O. Interim responses (1xx) are skipped;
// one that switches protocols is an error, because nobody here asks for it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/net/http_message.h"

namespace rollcall::net {

class ResponseReader {
 public:
  // `head_only`: the answer to HEAD or CONNECT, which has no body whatever its header says.
  ResponseReader(bool head_only, std::size_t body_limit);
  ~ResponseReader();
  ResponseReader(const ResponseReader&) = delete;
  ResponseReader& operator=(const ResponseReader&) = delete;

  // Errors: too_large, io (what the peer sent is no HTTP).
  Result<> feed(std::string_view bytes);
  Result<> end();  // the peer ended the stream; error io when that cuts the response short

  bool has_head() const;
  bool is_done() const;
  int status() const;
  Headers headers() const;
  bool keep_alive() const;
  std::string take_body();  // what has arrived since it was last taken

 private:
  struct Parser;
  void restart();
  Error wrong(std::string_view what) const;

  bool head_only_;
  std::size_t body_limit_;
  std::string buffer_;
  std::unique_ptr<Parser> parser_;
};

}  // namespace rollcall::net
