// Bytes of a connection as the doors read them. The same bytes mean the same requests however the network
// cuts them, which is also what keeps a proxy and us from seeing different ones; what is kept of an
// unfinished request is bounded. The first two bytes choose where to cut.
#include <algorithm>
#include <string>
#include <vector>

#include "common/base/text.h"
#include "common/net/request_reader.h"
#include "tests/fuzz/fuzz.h"

namespace rollcall::fuzz {
namespace {

using Step = net::RequestReader::Step;

constexpr std::size_t kBodyLimit = 512;
constexpr std::size_t kMaxRequests = 32;

struct Seen {
  std::vector<std::string> requests;  // each as one text
  int failure{};
  bool operator==(const Seen&) const = default;
};

void check_head(const net::RequestHead& head) {
  promise(head.path.starts_with('/'), "a path starts with a slash");
  promise(("/" + head.path + "/").find("/../") == std::string::npos, "a path holds no dot segments");
  promise(head.path.find("//") == std::string::npos, "a path holds no empty segment");
  std::size_t lengths = 0;
  for (const auto& [name, value] : head.headers.all()) {
    promise(!name.empty() && name.find_first_of(" \t\r\n:") == std::string::npos, "a header's name is a token");
    promise(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos, "a header's value is one line");
    lengths += equal_ignoring_case(name, "Content-Length") || equal_ignoring_case(name, "Transfer-Encoding") ? 1 : 0;
  }
  promise(lengths <= 1, "the length of a body is said in one way");
}

class Conversation {
 public:
  explicit Conversation(std::size_t header_limit) : header_limit_(header_limit), reader_(header_limit) {}

  // False once nothing more is read.
  bool take(std::string_view bytes) {
    reader_.append(bytes);
    for (;;) {
      const Step step = reader_.step();
      if (step == Step::failed) {
        promise(reader_.failure().status >= 400 && !reader_.failure().reason.empty(), "a refusal has a status and a reason");
        seen_.failure = reader_.failure().status;
        return false;
      }
      if (step == Step::need_more) break;
      if (step == Step::head) take_head();
      if (step == Step::complete) take_body();
      if (over_) return false;
    }
    promise(reader_.held_bytes() <= header_limit_ + kBodyLimit, "an unfinished request holds little");
    return true;
  }
  const Seen& seen() const { return seen_; }

 private:
  void take_head() {
    const net::RequestHead head = reader_.take_head();
    check_head(head);
    std::string text = std::string(net::name_of(head.method)) + " " + head.path;
    for (const auto& [key, value] : head.query) text += "?" + key + "=" + value;
    for (const auto& [name, value] : head.headers.all()) text.append("\n").append(name).append(": ").append(value);
    text += reader_.keep_alive() ? "\nkeep" : "\nclose";
    text += reader_.expects_continue() ? " continue" : "";
    seen_.requests.push_back(std::move(text));
    last_ = !reader_.keep_alive();
    over_ = !reader_.expect_body(kBodyLimit);
  }
  void take_body() {
    const std::string body = reader_.take_body();
    promise(body.size() <= kBodyLimit, "a body keeps its limit");
    seen_.requests.back() += "\n\n" + body;
    over_ = last_ || seen_.requests.size() >= kMaxRequests;
  }

  std::size_t header_limit_;
  net::RequestReader reader_;
  Seen seen_;
  bool last_{}, over_{};
};

Seen conversation(std::string_view bytes, std::size_t first, std::size_t then, std::size_t header_limit) {
  Conversation talk(header_limit);
  for (std::size_t size = first; !bytes.empty(); size = then) {
    const auto piece = bytes.substr(0, size);
    if (!talk.take(piece)) break;
    bytes.remove_prefix(piece.size());
  }
  return talk.seen();
}

}  // namespace
}  // namespace rollcall::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall::fuzz;
  Input input(data, size);
  const std::size_t first = input.byte() + 1, then = input.byte() + 1;
  // Roomy, because which of two faults comes first may depend on the cuts where a limit is one of them.
  const std::size_t roomy = size + 1;
  const Seen whole = conversation(input.rest(), size, size, roomy);
  const Seen cut = conversation(input.rest(), first, then, roomy);
  promise(cut == whole, "where the network cuts makes no difference");
  conversation(input.rest(), first, then, 128);
  return 0;
}
