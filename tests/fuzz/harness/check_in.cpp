// POST /agent/v1/reports, plain and packed: what every laptop sends all day, and what an attacker with one
// stolen certificate may send.
#include <algorithm>

#include "common/wire/codec.h"
#include "common/wire/limits.h"
#include "common/wire/packing.h"
#include "tests/fuzz/fuzz.h"

namespace rollcall::fuzz {
namespace {

void check_refusal(const Error& error) {
  promise(error.code == Errc::invalid_argument || error.code == Errc::too_large, "a refusal blames the sender");
  promise(!error.message.empty(), "a refusal says why");
}

void check_limits(const wire::DecodedCheckIn& read) {
  promise(read.message.reports.size() + read.rejected.size() <= wire::kMaxReportsPerCheckIn,
          "no check-in holds more reports than the limit");
  for (const auto& rejected : read.rejected) promise(!rejected.reason.empty(), "a rejected report is told why");
  for (const auto& report : read.message.reports) {
    promise(report.sequence > 0, "a report has a sequence number");
    promise(report.boot_id.size() <= wire::kMaxText, "a boot id keeps its limit");
    promise(report.collectors.size() <= wire::kMaxCollectors, "collectors keep their limit");
    if (report.battery) promise(report.battery->packs.size() <= wire::kMaxPacks, "packs keep their limit");
  }
}

// What was understood is understood again, to the byte, plain as well as packed.
void check_round_trip(const wire::CheckIn& message) {
  const std::string sent = wire::encode(message);
  if (sent.size() > wire::kMaxBodyBytes) return;  // 1e2 became 100
  const auto again = wire::decode_check_in(sent);
  promise(again.has_value(), "what is encoded can be decoded");
  promise(again->rejected.empty() && again->unknown_fields == 0, "what is encoded is known and accepted");
  promise(wire::encode(again->message) == sent, "decoding and encoding again changes nothing");
  const auto packed = wire::decode_check_in(wire::pack(sent));
  promise(packed && wire::encode(packed->message) == sent, "packing changes nothing");
}

}  // namespace
}  // namespace rollcall::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall;
  const auto body = fuzz::text_of(data, size);
  const auto read = wire::decode_check_in(body);
  if (read) {
    fuzz::check_limits(*read);
    fuzz::check_round_trip(read->message);
  } else {
    fuzz::check_refusal(read.error());
  }
  return 0;
}
