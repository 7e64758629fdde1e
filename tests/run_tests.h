// Catch2's session, for a test program that brings a main() of its own because it has further arguments.
#pragma once

namespace rollcall {

// Parses Catch2's arguments and runs the tests that they name. Returns the program's exit code.
int run_tests(int argc, char** argv);

}  // namespace rollcall
