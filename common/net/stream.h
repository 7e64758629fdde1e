// One connected socket, with TLS or without, as operations that never block and never suspend: they say what
// to wait for. Whoever waits (the server's coroutines) does it outside.
#pragma once

#include <cstddef>
#include <string_view>

#include "common/net/openssl.h"

namespace rollcall::net {

enum class Io {
  done,
  want_read,   // wait until the socket is readable, then call again
  want_write,  // likewise for writing
  closed,      // the peer ended the stream in order
  failed,
};

class Stream {
 public:
  // `socket` is non-blocking and stays the caller's, who closes it after the stream is gone. A null `ssl`
  // is a plain connection.
  Stream(int socket, SslPtr ssl);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  Io handshake();
  // Up to `size` bytes; `got` is set when done.
  Io read(char* out, std::size_t size, std::size_t& got);
  // A part of `bytes` (at most one TLS record); `put` is set when done.
  Io write(std::string_view bytes, std::size_t& put);
  // True when read() may give bytes although the socket is silent.
  bool has_buffered() const;
  // Tells the peer that nothing more comes; best effort.
  void finish();
  // Reads and forgets what is there, undecrypted. `done` means that bytes were forgotten.
  Io discard();

  const SSL* ssl() const { return ssl_.get(); }
  SSL* ssl() { return ssl_.get(); }

 private:
  Io outcome(int returned);

  int socket_;
  SslPtr ssl_;
  bool usable_{true};
};

}  // namespace rollcall::net
