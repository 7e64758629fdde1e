#include "tests/run_tests.h"

int main(int argc, char** argv) { return rollcall::run_tests(argc, argv); }
