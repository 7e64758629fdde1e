// sim_school                     Catch2: the controls, and that a seed repeats itself
// sim_school --seeds A-B         one school day a seed; the last line is "N passed, N failed, N skipped"
//            [--laptops N]       50 unless told
//            [--trace]           all that happens, line by line
// sim_school --reports N         a flood: N reports, a fifth twice, out of order, with power cuts
#include <CLI/CLI.hpp>

#include <chrono>
#include <cstring>
#include <ctime>

#include "common/base/text.h"
#include "tests/run_tests.h"
#include "tests/sim/flood.h"
#include "tests/sim/school.h"

namespace rollcall::sim {
namespace {

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

bool run_one(const Options& options) {
  const double started = cpu_seconds();
  const Outcome outcome = run_school(options);
  fmt::print("seed {:5}  {:016x}  {:7} made {:7} stored  {} starts  {:.2f} CPU s\n", options.seed, outcome.hash,
             outcome.made, outcome.stored, outcome.restarts, cpu_seconds() - started);
  if (outcome.findings.empty()) return true;
  for (const auto& line : outcome.findings.lines()) fmt::print("  FAILED  {}\n", line);
  fmt::print("  again:  sim_school --seeds {} --laptops {} --trace\n", options.seed, options.laptops);
  return false;
}

int run_seeds(int argc, char** argv) {
  CLI::App app("Simulated school days");
  std::string seeds;
  Options options;
  app.add_option("--seeds", seeds, "A or A-B")->required();
  app.add_option("--laptops,--devices", options.laptops, "of each school")->check(CLI::Range(1, 100'000));
  app.add_flag("--trace", options.print, "print what happens");
  CLI11_PARSE(app, argc, argv);
  const auto ends = split(seeds, '-');
  const auto first = parse_number<std::uint64_t>(ends.front()), last = parse_number<std::uint64_t>(ends.back());
  if (!first || !last || ends.size() > 2) return fmt::print(stderr, "--seeds takes A or A-B\n"), 2;
  int passed = 0, failed = 0;
  for (options.seed = *first; options.seed <= *last; ++options.seed) ++(run_one(options) ? passed : failed);
  fmt::print("{} passed, {} failed, 0 skipped\n", passed, failed);
  return failed == 0 ? 0 : 1;
}

int run_reports(int argc, char** argv) {
  CLI::App app("A flood of reports");
  FloodOptions options;
  options.senders = 250;
  options.power_cuts = 20;
  app.add_option("--reports", options.reports, "in all")->required()->check(CLI::Range(1'000, 100'000'000));
  app.add_option("--seed", options.seed, "of order, repeats and power cuts");
  CLI11_PARSE(app, argc, argv);
  const double started = cpu_seconds();
  const FloodOutcome outcome = run_flood(options);
  fmt::print("{} stored from {} check-ins, {} of them repeated on purpose, {:.1f} CPU s\n", outcome.stored,
             outcome.check_ins, outcome.repeats, cpu_seconds() - started);
  for (const auto& line : outcome.findings.lines()) fmt::print("  FAILED  {}\n", line);
  const bool passed = outcome.findings.empty();
  fmt::print("{} passed, {} failed, 0 skipped\n", passed ? 1 : 0, passed ? 0 : 1);
  return passed ? 0 : 1;
}

}  // namespace
}  // namespace rollcall::sim

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--seeds") == 0) return rollcall::sim::run_seeds(argc, argv);
    if (std::strcmp(argv[i], "--reports") == 0) return rollcall::sim::run_reports(argc, argv);
  }
  return rollcall::run_tests(argc, argv);
}
