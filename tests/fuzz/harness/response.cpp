// The client's side: a server's answer, and the agent's reading of what stands in it. The first bytes choose
// where to cut and whether HEAD was asked.
#include <string>

#include "agent/sync/link.h"
#include "common/net/response_reader.h"
#include "tests/fuzz/fuzz.h"

namespace rollcall::fuzz {
namespace {

constexpr std::size_t kBodyLimit = 1'024;

struct Seen {
  bool failed{}, done{}, has_head{};
  std::string text;
  bool operator==(const Seen&) const = default;
};

Seen read(std::string_view bytes, std::size_t cut, bool head_only) {
  net::ResponseReader reader(head_only, kBodyLimit);
  Seen seen;
  std::string body;
  while (!bytes.empty() && !seen.failed && !reader.is_done()) {
    const auto piece = bytes.substr(0, cut);
    bytes.remove_prefix(piece.size());
    seen.failed = !reader.feed(piece);
    if (reader.has_head()) body += reader.take_body();
  }
  if (!seen.failed && !reader.is_done()) seen.failed = !reader.end();
  // What a broken answer held so far depends on the cuts and is never used.
  if (seen.failed) return {true, false, false, ""};
  seen.done = reader.is_done();
  seen.has_head = reader.has_head();
  promise(seen.done && seen.has_head, "an answer that did not fail is whole");
  promise(reader.status() / 100 != 1, "interim answers are skipped");
  body += reader.take_body();
  promise(body.size() <= kBodyLimit, "a body keeps its limit");
  net::ClientResponse response;
  response.status = reader.status();
  response.headers = reader.headers();
  response.body = body;
  if (const auto wait = sync::retry_after_ms(response)) promise(*wait >= 0 && *wait <= kDayMs, "a server's wish is at most a day");
  promise(sync::problem_text(response).size() < 2'000, "what a server says is cut to a line");
  seen.text = std::to_string(response.status) + (reader.keep_alive() ? " keep\n" : " close\n");
  for (const auto& [name, value] : response.headers.all()) seen.text.append(name).append(": ").append(value).append("\n");
  seen.text += body;
  return seen;
}

}  // namespace
}  // namespace rollcall::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall::fuzz;
  Input input(data, size);
  const bool head_only = input.byte() % 8 == 0;
  const std::size_t cut = input.byte() + 1;
  const Seen whole = read(input.rest(), size, head_only);
  promise(read(input.rest(), cut, head_only) == whole, "where the network cuts makes no difference");
  return 0;
}
