// Between the vocabulary on the wire and the bytes in the store: each section of a report as a varying and a
// steady part (domain::Section). One list of fields a part serves writing and reading, so the two cannot
// drift apart. Fields are only ever added at the end of a list (storage/packing.h says why). Pure.
//
// Never stored: SSID and access point. They feed service::AccessPoints and nothing else.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/wire/report.h"
#include "server/domain/device_state.h"
#include "server/storage/agent_state_store.h"
#include "server/storage/pack_store.h"

namespace rollcall::service {

// Fills `entry.parts` (sampled, varying, hash) from the report. entry.observed_ms must be set. `buffer` is written over:
// what is kept is copied out of it at its size.
void fill_parts(const wire::Report& report, domain::ReportEntry& entry, std::string& buffer);
// The steady part of a section that the report has, for the few reports that log it.
std::string steady_of(const wire::Report& report, domain::Section section);

// What the rules need; from a report as it came, and the same from an entry as it was stored.
domain::ReportReading reading_of(const wire::Report& report, const domain::ReportEntry& entry);
domain::ReportReading reading_of(const domain::ReportEntry& entry);

// A report with the sections that `entry` has: names and models where its steady parts were logged, or from
// `steady`, where they were not.
wire::Report report_of(const domain::ReportEntry& entry, const storage::Sections& steady = {});

// The newest facts of an agent as one report: sequence, times and occasion are the newest report's.
wire::Report latest_of(const domain::DeviceState& state, const storage::Sections& steady);

// A failed read never erases a good value: what `news` leaves empty is taken from `known`.
void keep_known(const wire::Identity& known, wire::Identity& news);
wire::Identity identity_of(std::string_view steady);

std::vector<storage::Pack> packs_of(const wire::Battery& battery, std::int64_t agent_no);

// Charge of all packs together: by energy where every pack tells it, else the mean of their percentages.
std::optional<double> total_percent(const wire::Battery& battery);

}  // namespace rollcall::service
