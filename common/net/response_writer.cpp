#include "common/net/response_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/beast/http/status.hpp>
#include <ctime>
#include <iterator>

#include "common/base/text.h"

namespace rollcall::net {
namespace {

namespace http = boost::beast::http;

// A value that holds a line end would let whoever chose it write headers of his own.
void append_line_of(std::string& out, std::string_view value) {
  const bool clean = std::ranges::none_of(value, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; });
  clean ? out.append(value) : out.append(printable(value));
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  append_line_of(out, name);
  out.append(": ");
  append_line_of(out, value);
  out.append("\r\n");
}

void append_status(std::string& out, int status, bool http11) {
  if (status == 200 && http11) {
    out.append("HTTP/1.1 200 OK\r\n");  // nearly always
    return;
  }
  const auto reason = http::obsolete_reason(http::int_to_status(static_cast<unsigned>(status)));
  fmt::format_to(std::back_inserter(out), "HTTP/1.{} {} {}\r\n", http11 ? 1 : 0, status,
                 std::string_view(reason.data(), reason.size()));
}

// RFC 9110 section 5.6.7; the same text for a whole second.
const std::string& date_of(std::int64_t wall_ms) {
  thread_local std::time_t second = -1;
  thread_local std::string text;
  const auto now = static_cast<std::time_t>(wall_ms / 1000);
  if (now != second) {
    std::tm parts{};
    gmtime_r(&now, &parts);
    constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    text = fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", kDays[parts.tm_wday], parts.tm_mday,
                       kMonths[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
    second = now;
  }
  return text;
}

}  // namespace

bool is_bodiless(int status) { return status / 100 == 1 || status == 204 || status == 304; }

// Written out rather than with Beast's serializer, which takes four times as long for the same few lines.
std::string format_head(int status, const Headers& headers, const Framing& framing) {
  std::string out;
  out.reserve(256);
  append_status(out, status, framing.http11);
  for (const auto& [name, value] : headers.all()) append_field(out, name, value);
  if (!headers.has("Date")) out.append("Date: ").append(date_of(framing.wall_ms)).append("\r\n");
  if (!is_bodiless(status)) {
    if (framing.length) {
      out.append("Content-Length: ").append(fmt::format_int(*framing.length).c_str()).append("\r\n");
    } else if (framing.http11) {
      append_field(out, "Transfer-Encoding", "chunked");
    }
  }
  if (framing.keep_alive != framing.http11) append_field(out, "Connection", framing.keep_alive ? "keep-alive" : "close");
  return out += "\r\n";
}

std::string format_chunk(std::string_view bytes) { return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes); }

std::string format_event(const Event& event) {
  std::string out;
  if (event.id != 0) out += fmt::format("id: {}\n", event.id);
  if (!event.name.empty()) {
    out += "event: ";
    append_line_of(out, event.name);
    out += '\n';
  }
  out += "data: ";
  append_line_of(out, event.data);
  return out += "\n\n";
}

}  // namespace rollcall::net
