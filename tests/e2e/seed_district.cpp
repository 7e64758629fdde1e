// A district that has been running for days, written into a data folder before its server starts: what no
// test can wait for. Devices and agents go in as rows of their stores; every report goes through the server's
// own ingest, with a clock that walks from days ago to now.
//
//   seed_district CONFIG DEVICES ZONE      CONFIG names the data folder and the schools; no server may run on it.
//                                          ZONE: the schools' hours ahead of UTC
//
// The first device lives through whole school days, a report every five minutes; each other device says one
// thing, at an age that makes a believable list.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "common/base/files.h"
#include "common/base/random.h"
#include "server/core.h"
#include "server/storage/agent_store.h"
#include "server/storage/device_store.h"
#include "tests/bench/sample_report.h"

namespace rollcall::e2e {
namespace {

constexpr std::int64_t kDays = 5;
constexpr std::int64_t kChunk = 2'000;
constexpr std::int64_t kBatch = 512;

struct Told {
  std::int64_t at_ms{};
  std::int64_t device{};
  wire::Occasion occasion{};
  double percent{};
  bool on_ac{};
};

class District {
 public:
  District(const ServerConfig& config, std::int64_t devices, std::int64_t zone_hours)
      : config_(config),
        devices_(devices),
        zone_minutes_(zone_hours * 60),
        now_ms_(SystemClock().wall_ms()),
        clock_(now_ms_ - kDays * kDayMs) {}

  Result<> write() {
    TRY(enroll());
    Phase phase{};
    const auto core = TRY(Core::open(config_, machinery(), phase));
    agents_ = core->agents.all();
    std::vector<Told> told = school_days();
    for (std::int64_t device = 1; device < devices_; ++device) told.push_back(last_word(device));
    std::ranges::stable_sort(told, {}, &Told::at_ms);
    std::vector<std::uint64_t> sequences(static_cast<std::size_t>(devices_));
    std::int64_t queued = 0;
    for (const Told& each : told) {
      clock_.advance(each.at_ms - clock_.wall_ms());
      submit(*core, each, ++sequences[static_cast<std::size_t>(each.device)]);
      if (++queued % kBatch == 0) core->ingest.commit_pending();
    }
    while (core->ingest.commit_pending() != 0) {
    }
    clock_.set_wall(now_ms_);
    TRY(core->access_points.flush());
    TRY(core->fleet.flush());
    if (refused_ != 0)
      return fail(Errc::internal, fmt::format("{} of {} reports were refused", refused_, queued));
    return {};
  }

 private:
  Machinery machinery() { return {files_, clock_, random_}; }

  domain::Device device(std::int64_t number) const {
    domain::Device made = bench::make_device(number);
    made.tag = fmt::format("ISD-{:06}", 100'000 + number);
    made.school_id = config_.schools[static_cast<std::size_t>(number) % config_.schools.size()].id;
    made.created_ms = now_ms_ - kDays * kDayMs;
    return made;
  }

  Result<> enroll() {
    Phase phase{};
    const auto core = TRY(Core::open(config_, machinery(), phase));
    for (std::int64_t from = 0; from < devices_; from += kChunk) {
      TRY(core->database->write([&](sql::Transaction& transaction) -> Result<> {
        for (std::int64_t number = from; number < std::min(devices_, from + kChunk); ++number) {
          TRY(insert(transaction, number));
        }
        return {};
      }));
    }
    return {};
  }

  Result<> insert(sql::Transaction& transaction, std::int64_t number) const {
    const domain::Device made = device(number);
    TRY(storage::insert_device(transaction, made));
    domain::Agent agent;
    agent.agent_id = fmt::format("00000000-0000-4000-8000-{:012}", number);
    agent.device_id = made.device_id;
    for (std::size_t i = 0; i < sizeof number; ++i) {
      agent.key_id[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(number) >> (8 * i));
    }
    agent.certificate_serial = fmt::format("{:016x}", number);
    agent.enrolled_ms = agent.not_before_ms = made.created_ms;
    agent.not_after_ms = now_ms_ + 85 * kDayMs;
    TRY(storage::insert_agent(transaction, agent));
    return {};
  }

  // Discharged through lessons, topped up over lunch, asleep on the way home, charged in the evening, off at
  // night.
  std::vector<Told> school_days() const {
    std::vector<Told> told;
    double percent = 60;
    constexpr std::int64_t kStep = 5 * kMinuteMs;
    for (std::int64_t at = now_ms_ - kDays * kDayMs + kStep; at <= now_ms_; at += kStep) {
      const std::int64_t minute = (at / kMinuteMs + zone_minutes_) % 1'440;
      const auto during = [&](std::int64_t from, std::int64_t to) { return minute >= from && minute < to; };
      const bool starts = during(440, 445), sleeps = during(940, 945), wakes = during(1'000, 1'005),
                 ends = during(1'320, 1'325);
      const bool charging = during(705, 740) || during(1'140, 1'320);
      if (during(440, 945))
        percent += charging ? 1.1 : -0.75;
      else if (during(1'000, 1'325))
        percent += charging ? 2.4 : -0.4;
      else
        continue;
      percent = std::clamp(percent, 6.0, 100.0);
      const bool at_school = during(440, 945);
      if (!at_school && !wakes && !ends && minute % 60 >= 5) continue;
      const auto occasion = starts   ? wire::Occasion::started
                            : sleeps ? wire::Occasion::going_to_sleep
                            : wakes  ? wire::Occasion::resumed
                            : ends   ? wire::Occasion::shutting_down
                                     : wire::Occasion::scheduled;
      told.push_back({at, 0, occasion, percent, charging});
    }
    return told;
  }

  Told last_word(std::int64_t device) const {
    const auto any = static_cast<std::int64_t>(static_cast<std::uint64_t>(device) * 2'654'435'761U % 1'000);
    const std::int64_t minutes = any % 100 < 62   ? any % 4
                                 : any % 100 < 90 ? any % 900
                                                  : any % (kDays * 1'300);
    const auto occasion = any % 100 < 62   ? wire::Occasion::scheduled
                          : any % 10 < 5   ? wire::Occasion::going_to_sleep
                          : any % 10 < 8   ? wire::Occasion::shutting_down
                          : any % 100 < 97 ? wire::Occasion::battery_critical
                                           : wire::Occasion::scheduled;
    const double percent =
        occasion == wire::Occasion::battery_critical ? 3.0 : static_cast<double>(12 + any % 88);
    return {now_ms_ - minutes * kMinuteMs - device % 60 * kSecondMs, device, occasion, percent, any % 3 == 0};
  }

  void submit(Core& core, const Told& told, std::uint64_t sequence) {
    wire::DecodedCheckIn check_in;
    wire::Report report = bench::make_report(told.device, sequence, clock_);
    report.occasion = told.occasion;
    auto& pack = report.battery->packs.front();
    pack.percent = std::round(told.percent);
    pack.now_mwh = static_cast<std::int64_t>(static_cast<double>(*pack.full_mwh) * told.percent / 100);
    pack.state = told.on_ac ? wire::PackState::charging : wire::PackState::discharging;
    report.battery->on_ac = told.on_ac;
    const auto& school = config_.schools[static_cast<std::size_t>(told.device) % config_.schools.size()];
    if (!school.policy.school_ssids.empty()) {
      report.connectivity->wifi->ssid = school.policy.school_ssids.front();
      report.connectivity->wifi->bssid =
          fmt::format("02:00:5e:{:02x}:01:{:02x}", school.id.size(), told.device % 24);
    }
    check_in.message.boot_id = report.boot_id;
    check_in.message.sent_monotonic_ms = clock_.monotonic_ms();
    check_in.message.sent_wall_ms = clock_.wall_ms();
    check_in.message.reports.push_back(std::move(report));
    core.ingest.submit(agents_[static_cast<std::size_t>(told.device)], std::move(check_in), "127.0.0.1",
                       [this](service::IngestOutcome outcome) {
                         refused_ += outcome.reply ? outcome.reply->rejected.size() : 1;
                       });
  }

  const ServerConfig& config_;
  const std::int64_t devices_, zone_minutes_;
  const std::int64_t now_ms_;
  SystemFiles files_;
  SystemRandom random_;
  FakeClock clock_;
  std::vector<domain::AgentHandle> agents_;
  std::size_t refused_{};
};

Result<> seed(const char* config_path, std::int64_t devices, std::int64_t zone_hours) {
  SystemFiles files;
  const ServerConfig config = TRY(load_server_config(files, config_path));
  if (config.schools.empty() || devices < 1)
    return fail(Errc::invalid_argument, "needs a school and a device");
  return District(config, devices, zone_hours).write();
}

}  // namespace
}  // namespace rollcall::e2e

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: seed_district CONFIG DEVICES ZONE\n");
    return 2;
  }
  const auto seeded = rollcall::e2e::seed(argv[1], std::strtoll(argv[2], nullptr, 10), std::strtoll(argv[3], nullptr, 10));
  if (seeded) return 0;
  std::fprintf(stderr, "seed_district: %s\n", seeded.error().message.c_str());
  return 1;
}
