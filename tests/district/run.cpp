#include "tests/district/run.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <cstdio>

#include "common/base/text.h"
#include "server/server_config.h"
#include "tests/district/clock.h"
#include "tests/district/fleet/fleet.h"

namespace rollcall::district {
namespace {

// A kill loses what was not saved; a laptop that used a number twice would have its second report refused.
constexpr std::uint64_t kReserved = 4'096;
constexpr std::int64_t kDrainMs = 120 * kSecondMs;

volatile std::sig_atomic_t stopped = 0;

Result<Calendar> calendar_of(const ServerConfig& config, bool holidays) {
  for (const School& school : schools()) {
    const auto known = std::ranges::find(config.schools, school.id, &service::ConfiguredSchool::id);
    if (known == config.schools.end() || !known->policy.hours) {
      return fail(Errc::invalid_argument, "the configuration has no school " + school.id +
                                              " with hours; `rollcall-sim schools` prints the section that fits");
    }
  }
  const auto& hours = *config.schools.front().policy.hours;
  return Calendar::open({.zone = hours.time_zone, .weekdays = hours.days, .holidays = holidays});
}

Result<Server> server_of(const RunOptions& options, const ServerConfig& config) {
  Server server{"localhost", config.agents.port};
  if (options.server.empty()) return server;
  const auto colon = options.server.rfind(':');
  server.host = options.server.substr(0, colon);
  if (colon == std::string::npos) return server;
  const auto port = parse_number<std::uint16_t>(std::string_view(options.server).substr(colon + 1));
  if (!port) return fail(Errc::invalid_argument, "--server: HOST or HOST:PORT");
  server.port = *port;
  return server;
}

Tokens parse_tokens(const std::vector<std::string>& texts) {
  Tokens tokens;
  for (const auto& text : texts) {
    const auto equals = text.find('=');
    if (equals == std::string::npos) tokens[""] = text;
    else tokens[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return tokens;
}

// The keyring on disk.
class Shelf {
 public:
  Shelf(Files& files, std::string path, Keyring& keyring) : files_(files), path_(std::move(path)), keyring_(keyring) {}

  Result<> load(std::uint64_t seed) {
    keyring_.seed = seed;
    auto kept = read_keyring(files_, path_);
    if (!kept && kept.error().code == Errc::not_found) return {};
    keyring_ = TRY(std::move(kept));
    if (keyring_.seed == seed) return {};
    return fail(Errc::invalid_argument, fmt::format("{} is of the seed {}", path_, keyring_.seed));
  }

  Result<> save(std::uint64_t reserve) {
    Keyring copy = keyring_;
    for (Keys& keys : copy.laptops) keys.sequence += reserve;
    TRY(write_keyring(files_, path_, copy));
    saved_.clear();
    for (const Keys& keys : keyring_.laptops) saved_.push_back(keys.sequence);
    return {};
  }

  bool is_due() const {
    for (std::size_t i = 0; i < saved_.size(); ++i) {
      if (keyring_.laptops[i].sequence > saved_[i] + kReserved / 2) return true;
    }
    return false;
  }

 private:
  Files& files_;
  const std::string path_;
  Keyring& keyring_;
  std::vector<std::uint64_t> saved_;
};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double peak_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void print_status(const District& district, const ScaledClock& clock, const Fleet& fleet) {
  const Tally it = fleet.tally();
  const auto now_ms = clock.wall_ms();
  const int minute = district.calendar.minute_of(now_ms);
  fmt::print("{} {:02}:{:02} in the district{}: {} of {} awake, {} connected, {} reports acknowledged, {} waiting{}\n",
             date::format("%a %F", district.calendar.date_of(now_ms)), minute / 60, minute % 60,
             clock.speed() > 1 ? fmt::format(" (x{})", clock.speed()) : "", it.awake, district.students.size(),
             it.connected, it.acknowledged, it.waiting,
             it.failed > 0 ? fmt::format(", {} check-ins failed ({})", it.failed, it.last_error) : "");
  std::fflush(stdout);
}

void print_summary(const Fleet& fleet, std::int64_t took_ms, double cpu_s) {
  const Tally it = fleet.tally();
  fmt::print("{} reports in {} check-ins acknowledged, {} refused, {} failed; {} handshakes, {} check-ins over a resumed session; {} certificates renewed\n"
             "{:.1f} s, {:.1f} s of CPU ({:.1f} % of a core), {:.0f} MB at most\n",
             it.acknowledged, it.check_ins, it.refused, it.failed, it.handshakes, it.resumed, it.renewed,
             static_cast<double>(took_ms) / 1000, cpu_s, cpu_s * 100'000 / static_cast<double>(std::max<std::int64_t>(1, took_ms)),
             peak_mb());
}

struct Going {
  const RunOptions& options;
  const District& district;
  const ScaledClock& clock;
  Shelf& shelf;
  Fleet& fleet;
};

Result<> live(Going it) {
  const std::int64_t began_ms = it.clock.monotonic_ms(), first_ms = it.clock.wall_ms();
  const double cpu_s = cpu_seconds();
  const auto end_ms = it.options.days > 0 ? first_ms + static_cast<std::int64_t>(it.options.days * static_cast<double>(kDayMs)) : INT64_MAX;
  std::int64_t told_ms = began_ms;
  Result<> saved;
  it.fleet.run([&] {
    const std::int64_t now_ms = it.clock.monotonic_ms();
    if (now_ms - told_ms >= it.options.status_s * kSecondMs) {
      told_ms = now_ms;
      print_status(it.district, it.clock, it.fleet);
      if (it.shelf.is_due()) saved = it.shelf.save(kReserved);
    }
    return stopped != 0 || !saved || (it.options.history && it.clock.has_caught_up()) || it.clock.wall_ms() >= end_ms;
  });
  TRY(std::move(saved));
  if (it.options.history) it.fleet.drain(kDrainMs);
  TRY(it.shelf.save(0));
  print_status(it.district, it.clock, it.fleet);
  print_summary(it.fleet, it.clock.monotonic_ms() - began_ms, cpu_seconds() - cpu_s);
  const Tally tally = it.fleet.tally();
  if (tally.check_ins == 0 && tally.failed > 0) return fail(Errc::unavailable, "no check-in got through: " + tally.last_error);
  return {};
}

void expect_signals() {
  for (const int number : {SIGTERM, SIGINT}) std::signal(number, [](int) { stopped = 1; });
  net::ignore_broken_pipes();
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) files.rlim_cur = files.rlim_max, setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace

Result<> run(const RunOptions& options) {
  expect_signals();
  SystemFiles files;
  const SystemClock real;
  SeededRandom random(options.seed);
  const ServerConfig config = TRY(load_server_config(files, options.config));
  const ScaledClock clock(real, TRY(read_scale(files, scale_path(config.data))));
  auto calendar = TRY(calendar_of(config, options.holidays));
  const Date today = calendar.date_of(real.wall_ms());
  const auto district = District::make(options.seed, options.devices, std::move(calendar), today);

  TRY(files.make_directories(options.state, 0700));
  Keyring keyring;
  Shelf shelf(files, options.state + "/laptops", keyring);
  TRY(shelf.load(options.seed));
  asio::io_context io{1};
  const Server server = TRY(server_of(options, config));
  const auto began_ms = clock.monotonic_ms();
  const auto enrolled = enroll_missing(io, server, clock, district.students, parse_tokens(options.tokens), keyring);
  TRY(shelf.save(kReserved));  // also those that came before an error
  if (const int count = TRY(enrolled); count > 0) {
    fmt::print("{} laptops enrolled in {:.1f} s\n", count, static_cast<double>(clock.monotonic_ms() - began_ms) / 1000);
  }
  const auto tls = TRY(DistrictTls::open(keyring.authority_pem));
  Fleet fleet({.io = io, .district = district, .server = server, .endpoint = TRY(find_endpoint(io, server)),
               .tls = *tls, .clock = clock, .random = random, .keyring = keyring, .at_once = options.at_once,
               .backlogs = options.history});
  return live({options, district, clock, shelf, fleet});
}

}  // namespace rollcall::district
