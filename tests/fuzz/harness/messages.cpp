// Every other message between agent and server, and what the agent keeps of them on its disk. The first byte
// chooses which.
#include "common/wire/codec.h"
#include "common/wire/limits.h"
#include "common/wire/listing.h"
#include "common/wire/packing.h"
#include "tests/fuzz/fuzz.h"

namespace rollcall::fuzz {
namespace {

template <class Message>
void check(Result<wire::Decoded<Message>> (*decode)(std::string_view), std::string_view body) {
  const auto read = decode(body);
  if (!read) {
    promise(!read.error().message.empty(), "a refusal says why");
    return;
  }
  const std::string sent = wire::encode(read->message);
  if (sent.size() > wire::kMaxBodyBytes) return;
  const auto again = decode(sent);
  promise(again && again->unknown_fields == 0, "what is encoded can be decoded and is known");
  promise(wire::encode(again->message) == sent, "decoding and encoding again changes nothing");
  const auto packed = decode(wire::pack(sent));
  promise(packed && wire::encode(packed->message) == sent, "packing changes nothing");
  if constexpr (std::same_as<Message, wire::Report>) wire::list_values(read->message);
}

}  // namespace
}  // namespace rollcall::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall;
  fuzz::Input input(data, size);
  switch (input.byte()) {
    case 'r': fuzz::check(wire::decode_check_in_reply, input.rest()); break;
    case 'e': fuzz::check(wire::decode_enrol_request, input.rest()); break;
    case 'E': fuzz::check(wire::decode_enrol_reply, input.rest()); break;
    case 'n': fuzz::check(wire::decode_renew_request, input.rest()); break;
    case 'N': fuzz::check(wire::decode_renew_reply, input.rest()); break;
    case 'p': fuzz::check(wire::decode_policy, input.rest()); break;
    default: fuzz::check(wire::decode_report, input.rest()); break;
  }
  return 0;
}
