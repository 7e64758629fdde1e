// What the collectors of a simulated laptop would read at an instant: a whole report, before the privacy
// rules are applied and without a sequence. Pure.
#pragma once

#include "common/wire/report.h"
#include "tests/district/model/day.h"

namespace rollcall::district {

wire::Identity identity_of(const Student& student);

// `day` holds `utc_ms`, at which the laptop is on (or says its last words).
wire::Report report_of(const District& district, const Student& student, const Day& day, std::int64_t utc_ms,
                       wire::Occasion occasion);

// CLOCK_BOOTTIME and the identity of the boot at that instant.
std::int64_t monotonic_at(const District& district, const Day& day, const Stretch& stretch, std::int64_t utc_ms);
std::string boot_id_of(const Student& student, const Day& day, const Stretch& stretch);

}  // namespace rollcall::district
