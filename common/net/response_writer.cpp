#include "common/net/response_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/buffers_iterator.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/serializer.hpp>
#include <ctime>

#include "common/base/text.h"

namespace rollcall::net {
namespace {

namespace http = boost::beast::http;

// Collects the buffers that the serializer offers.
struct Collect {
  std::string& out;
  std::size_t taken{};

  template <class Buffers>
  void operator()(boost::system::error_code& error, const Buffers& buffers) {
    error = {};
    for (const auto buffer : boost::beast::buffers_range_ref(buffers)) {
      out.append(static_cast<const char*>(buffer.data()), buffer.size());
      taken += buffer.size();
    }
  }
};

// A value that holds a line end would let whoever chose it write headers of his own.
std::string one_line(std::string_view value) {
  const bool clean = std::ranges::none_of(value, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; });
  return clean ? std::string(value) : printable(value);
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

std::string format_head(int status, const Headers& headers, const Framing& framing) {
  http::response<http::empty_body> message;
  message.version(framing.http11 ? 11 : 10);
  message.result(static_cast<unsigned>(status));
  for (const auto& [name, value] : headers.all()) message.insert(name, one_line(value));
  if (!headers.has("Date")) message.set(http::field::date, date_of(framing.wall_ms));
  if (!is_bodiless(status)) {
    if (framing.length) {
      message.content_length(*framing.length);
    } else if (framing.http11) {
      message.chunked(true);
    }
  }
  message.keep_alive(framing.keep_alive);

  std::string out;
  http::response_serializer<http::empty_body> serializer(message);
  serializer.split(true);  // the head alone, whatever is said about a body
  boost::system::error_code error;
  Collect collect{out};
  serializer.next(error, collect);
  serializer.consume(collect.taken);
  return out;
}

std::string format_chunk(std::string_view bytes) { return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes); }

std::string format_event(const Event& event) {
  std::string out;
  if (event.id != 0) out += fmt::format("id: {}\n", event.id);
  if (!event.name.empty()) out += fmt::format("event: {}\n", one_line(event.name));
  return out += fmt::format("data: {}\n\n", one_line(event.data));
}

}  // namespace rollcall::net
