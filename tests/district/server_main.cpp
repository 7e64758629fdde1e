// rollcalld-sim: the server, living by a clock that begins in the past and runs fast until it has caught up.
// Everything else is rollcalld.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "server/serve.h"
#include "server/server_config.h"
#include "tests/district/clock.h"

namespace rollcall::district {
namespace {

Result<ScaledClock::Scale> begin_clock(Files& files, const Clock& real, const std::string& config_path, double days,
                                       std::int64_t speed) {
  const ServerConfig config = TRY(load_server_config(files, config_path));
  const std::int64_t now_ms = real.wall_ms();
  const ScaledClock::Scale scale{now_ms, now_ms - static_cast<std::int64_t>(days * static_cast<double>(kDayMs)), speed};
  TRY(files.make_directories(config.data, 0700));
  TRY(write_scale(files, scale_path(config.data), scale));
  return scale;
}

int main_of(int argc, char** argv) {
  std::string config;
  double days = 1;
  std::int64_t speed = 600;
  CLI::App program("The Rollcall server for simulations: its clock begins in the past and runs fast.", "rollcalld-sim");
  program.add_option("--config", config, "The server's configuration")->required();
  program.add_option("--days", days, "How far in the past it begins")->check(CLI::Range(0.0, 3'650.0))->capture_default_str();
  program.add_option("--speed", speed, "Simulated seconds a second")->check(CLI::Range(1, 1'000'000))->capture_default_str();
  CLI11_PARSE(program, argc, argv);

  SystemFiles files;
  const SystemClock real;
  SystemRandom random;
  const auto scale = begin_clock(files, real, config, days, speed);
  if (!scale) {
    std::fprintf(stderr, "rollcalld-sim: %s\n", scale.error().message.c_str());
    return 1;
  }
  const ScaledClock clock(real, *scale);
  return serve(config, Machinery{files, clock, random});
}

}  // namespace
}  // namespace rollcall::district

int main(int argc, char** argv) { return rollcall::district::main_of(argc, argv); }
