// A response's bytes; no I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/net/http_message.h"

namespace rollcall::net {

struct Framing {
  // Absent: the length is not known in advance and the body is sent in chunks (or, before HTTP/1.1, until
  // the connection closes).
  std::optional<std::uint64_t> length;
  bool http11{true};
  bool keep_alive{};
  std::int64_t wall_ms{};  // for the Date header
};

std::string format_head(int status, const Headers& headers, const Framing& framing);

// A chunk of a body without a known length; `bytes` is not empty.
std::string format_chunk(std::string_view bytes);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

// An event in the format of the HTML standard, section 9.2.
std::string format_event(const Event& event);

// True for the statuses that never have a body (1xx, 204, 304).
bool is_bodiless(int status);

}  // namespace rollcall::net
