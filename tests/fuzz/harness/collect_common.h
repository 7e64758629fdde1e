// What a parser made of a laptop's answers has to fit into a report without being bent.
#pragma once

#include <string>

#include "common/wire/codec.h"
#include "tests/fuzz/fuzz.h"

namespace rollcall::fuzz {

// What the server reads: it takes the report as it is written, and reads in it what was written.
inline wire::Report as_received(wire::Report report) {
  report.sequence = 1;
  report.boot_id = "boot";
  const std::string sent = wire::encode(report);
  const auto read = wire::decode_report(sent);
  promise(read && read->unknown_fields == 0, "a server takes what was collected");
  promise(wire::encode(read->message) == sent, "nothing is lost on the way");
  return read->message;
}

}  // namespace rollcall::fuzz
