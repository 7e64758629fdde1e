// Server-sent events: the command line's reader, the server's writer, and what a browser sends back as
// Last-Event-ID. The first byte says where to cut.
#include <algorithm>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/net/event_reader.h"
#include "common/net/response_writer.h"
#include "server/api/events.h"
#include "tests/fuzz/fuzz.h"

namespace rollcall::fuzz {
namespace {

constexpr std::size_t kLimit = 64 * 1024;

std::string text_of(const std::vector<net::Event>& events) {
  std::string out;
  for (const auto& event : events) out += std::to_string(event.id) + " " + event.name + " " + event.data + "\n";
  return out;
}

std::string read(std::string_view bytes, std::size_t cut) {
  net::EventReader reader(kLimit);
  std::string out;
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, cut);
    bytes.remove_prefix(piece.size());
    const auto events = reader.feed(piece);
    if (!events) break;
    out += text_of(*events);
  }
  return out;
}

void check_bound(std::string_view bytes) {
  constexpr std::size_t kSmall = 64;
  net::EventReader reader(kSmall);
  for (const char byte : bytes) {
    const auto events = reader.feed({&byte, 1});
    if (!events) return promise(events.error().code == Errc::too_large, "an event over the limit is too large");
    for (const auto& event : *events) promise(event.data.size() <= kSmall + 1, "an event keeps its limit");
  }
}

void check_written(std::string_view text) {
  net::Event event{7, "devices", std::string(text.substr(0, text.find_first_of("\r\n")))};
  net::EventReader reader(kLimit);
  const auto events = reader.feed(net::format_event(event));
  promise(events && events->size() == 1, "what the server writes is one event");
  const bool plain = std::ranges::none_of(event.data, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; });
  promise(!plain || text_of(*events) == text_of({event}), "what the server writes is read as written");
}

// The hub outlives the inputs, as it outlives browsers; its ring is full, so that some replay is gone.
void check_last_event_id(std::string_view text) {
  static const FakeClock clock;
  static api::EventHub hub(clock);
  static const bool filled = [] {
    for (std::size_t i = 0; i < api::EventHub::kRing + 10; ++i) hub.publish({{"01ARZ3NDEKTSV4RRFFQ69G5FAV"}, false});
    return true;
  }();
  promise(filled, "the ring is full");
  const auto newest = static_cast<std::uint64_t>(clock.wall_ms()) * 1'000 + api::EventHub::kRing + 9;
  const std::uint64_t last_seen = parse_number<std::uint64_t>(text).value_or(0);
  auto stream = hub.follow(last_seen, {"somebody", [] { return domain::Scope{domain::ScopeKind::district, {}}; }, nullptr});
  promise(stream.has_value(), "a browser that comes back is let in");
  const auto events = (*stream)->take();
  const bool known = last_seen <= newest && last_seen + api::EventHub::kRing >= newest;
  for (const auto& event : events) {
    promise(event.id == newest, "an event carries the newest id");
    promise((event.name == "resync") != known, "whoever missed too much reads everything again");
  }
  promise(events.empty() == (last_seen == newest), "whoever missed nothing hears nothing");
}

}  // namespace
}  // namespace rollcall::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall::fuzz;
  Input input(data, size);
  const std::size_t cut = input.byte() + 1;
  promise(read(input.rest(), size) == read(input.rest(), cut), "where the network cuts makes no difference");
  check_bound(input.rest());
  check_written(input.rest());
  check_last_event_id(input.rest());
  return 0;
}
