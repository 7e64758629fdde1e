// What it takes to merge a district's school day into a segment, and to read one laptop's day from it.
#pragma once

#include <string>

#include "tests/bench/figures.h"

namespace rollcall::bench {

// The reports of `laptops` laptops of tests/district on two days, taken in by the real ingest, the first day merged
// by the real Merging. `folder` is made anew. Ends the program when something fails.
Figures measure_merging(const std::string& folder, int laptops);

}  // namespace rollcall::bench
