// How often a program repeats its fault: a few times in every run of the tests, many times when asked.
#pragma once

namespace rollcall::faults {

int rounds();

// Takes `--rounds N` out of the arguments (else it is `usual`) and hands the rest to Catch2.
int run_rounds(int argc, char** argv, int usual);

}  // namespace rollcall::faults
