#include "tests/faults/rounds.h"

#include <cstdio>
#include <string_view>
#include <vector>

#include "common/base/text.h"
#include "tests/run_tests.h"

namespace rollcall::faults {
namespace {

int rounds_ = 1;

}  // namespace

int rounds() { return rounds_; }

int run_rounds(int argc, char** argv, int usual) {
  rounds_ = usual;
  std::vector<char*> rest;
  for (int i = 0; i < argc; ++i) {
    if (std::string_view(argv[i]) != "--rounds") {
      rest.push_back(argv[i]);
      continue;
    }
    const auto number = i + 1 < argc ? parse_number<int>(argv[++i]) : std::nullopt;
    if (!number || *number < 1) {
      std::fprintf(stderr, "--rounds takes a number from 1\n");
      return 2;
    }
    rounds_ = *number;
  }
  return run_tests(static_cast<int>(rest.size()), rest.data());
}

}  // namespace rollcall::faults
