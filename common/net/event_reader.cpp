#include "common/net/event_reader.h"

#include <utility>

#include "common/base/text.h"

namespace rollcall::net {

Result<std::vector<Event>> EventReader::feed(std::string_view bytes) {
  std::vector<Event> out;
  partial_.append(bytes);
  std::string_view rest = partial_;
  for (auto end = rest.find('\n'); end != rest.npos; end = rest.find('\n')) {
    std::string_view line = rest.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    take_line(line, out);
    rest.remove_prefix(end + 1);
  }
  partial_.erase(0, partial_.size() - rest.size());
  if (partial_.size() + event_.data.size() > limit_) return fail(Errc::too_large, "an event is too large");
  return out;
}

void EventReader::take_line(std::string_view line, std::vector<Event>& out) {
  if (line.empty()) {
    if (has_data_) out.push_back(event_);
    // The id stays until another one comes.
    event_.name.clear();
    event_.data.clear();
    has_data_ = false;
    return;
  }
  const auto colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  std::string_view value = colon == line.npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "event") event_.name = value;
  if (field == "id") event_.id = parse_number<std::uint64_t>(value).value_or(event_.id);
  if (field == "data") {
    if (std::exchange(has_data_, true)) event_.data += '\n';
    event_.data += value;
  }
}

}  // namespace rollcall::net
