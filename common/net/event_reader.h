// The receiving side of server-sent events, HTML standard section 9.2.6; no I/O.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/net/http_message.h"

namespace rollcall::net {

class EventReader {
 public:
  explicit EventReader(std::size_t event_limit) : limit_(event_limit) {}
  // The events that `bytes` complete, in order. Error: too_large, an event over the limit.
  Result<std::vector<Event>> feed(std::string_view bytes);

 private:
  void take_line(std::string_view line, std::vector<Event>& out);

  std::size_t limit_;
  std::string partial_;  // line
  Event event_;
  bool has_data_{};
};

}  // namespace rollcall::net
