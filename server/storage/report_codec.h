// The binary form of one report in the log (`report_log.facts`), about 75 bytes for a laptop with one pack.
//
//   byte      version, 1
//   byte      bits 0-4: sections that the report has; bit 5: sequence_reset; bit 6: new_boot
//   byte      bits 0-4: sections whose steady part follows; bits 5-7: occasion
//   number    log_id − previous_log_id; 0: the agent's first entry
//   number    received − observed, ms
//   number    promised − received, s
//   signed    skew of the laptop's clock, s
//   number    sequence
//   text …    the varying part of each section that the report has, in the order of domain::Section
//   text …    the steady part of each section whose bit is set
//
// "number", "signed" and "text" are those of packing.h. log_id, agent_no and received_ms are columns. What is
// inside the parts is server/service/report_mapping.h's.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "server/domain/device_state.h"

namespace rollcall::storage {

inline constexpr unsigned char kReportVersion = 1;

std::string encode_entry(const domain::ReportEntry& entry);

// `keys` gives log_id, agent_no and received_ms. Errors: corrupt.
Result<domain::ReportEntry> decode_entry(const domain::ReportEntry& keys, std::string_view facts);

}  // namespace rollcall::storage
