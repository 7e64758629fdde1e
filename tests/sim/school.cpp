#include "tests/sim/school.h"

#include <algorithm>
#include <filesystem>

#include "common/base/check.h"
#include "common/base/id.h"
#include "common/base/log.h"
#include "server/service/report_mapping.h"
#include "server/storage/report_log.h"
#include "tests/sim/actor.h"
#include "tests/sim/determined_openssl.h"
#include "tests/temporary_folder.h"

namespace rollcall::sim {

namespace {

constexpr std::int64_t kFirstDayMs = 1'788'825'600'000;  // 2026-09-08
constexpr std::int64_t kIntervalS = 300;

std::string make_folder(const std::string& path) {
  std::filesystem::create_directory(path);
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return path;
}

Calendar make_calendar(const World& world) {
  SeededRandom random = world.stream("calendar");
  Calendar it;
  const std::int64_t day = world.now_ms();
  it.enrolment_ms = day + 6 * kHourMs;
  it.first_bell_ms = day + 8 * kHourMs;
  it.last_bell_ms = day + 15 * kHourMs;
  it.night_ms = day + 21 * kHourMs;
  it.summer = chance(random, 200);
  it.calm_ms = day + kDayMs * (it.summer ? between(random, 95, 110) : 1) + 7 * kHourMs + 30 * kMinuteMs;
  it.end_ms = it.calm_ms + 75 * kMinuteMs;
  return it;
}

Lie server_lie(Sabotage sabotage) {
  switch (sabotage) {
    case Sabotage::server_disk_lies: return Lie::database;
    case Sabotage::folder_sync_lies: return Lie::folders;
    case Sabotage::file_sync_lies: return Lie::files;
    default: return Lie::none;
  }
}

Firmware firmware_of(Sabotage sabotage) {
  if (sabotage == Sabotage::cloned_firmware) return Firmware::cloned;
  return sabotage == Sabotage::forgetful_firmware ? Firmware::forgetful : Firmware::own;
}

Result<std::vector<StoredReport>> read_log(Core& core, const Book& book) {
  std::vector<StoredReport> log;
  const auto take = [&](const domain::ReportEntry& entry) -> Result<> {
    const auto agent = core.agents.by_number(entry.agent_no);
    log.push_back({entry.log_id, entry.agent_no, entry.received_ms, entry.observed_ms, entry.sequence,
                   Book::mark_of(service::report_of(entry)), agent ? book.by_agent(agent->agent_id) : nullptr});
    return {};
  };
  TRY(core.segments.each(take));
  std::ranges::sort(log, {}, &StoredReport::log_id);
  TRY(core.database->read([&](sql::Snapshot& snapshot) {
    return storage::reports_after(snapshot, core.segments.merged_log_id(), 10'000'000, take);
  }));
  return log;
}

}  // namespace

School::School(World& world, Options options, const std::string& folder)
    : world_(world),
      options_(options),
      calendar_(make_calendar(world)),
      server_(world, {.folder = make_folder(folder + "/server"),
                      .lie = server_lie(options.sabotage),
                      .skips_tail = options.sabotage == Sabotage::skips_tail,
                      .skew_ms = options.sabotage == Sabotage::wrong_clock ? 3 * kHourMs : 0,
                      .interval_s = kIntervalS}),
      network_(world, server_, book_),
      invariants_(all_invariants()) {
  SeededRandom random = world.stream("firmware");
  for (std::size_t i = 0; i < static_cast<std::size_t>(options.laptops); ++i) {
    Traits traits;
    traits.number = i;
    traits.serial = fmt::format("PF{:06}", i);
    traits.system_uuid = make_uuid(random);
    // The first two are never odd, so that each oddity has an ordinary laptop to be confused with.
    traits.placeholder = i > 1 && chance(random, 40);
    traits.twin = i > 1 && !traits.placeholder && chance(random, 30);
    if (traits.twin) traits.serial = "PF000000";
    laptops_.push_back(std::make_unique<Laptop>(
        Laptop::Parts{world, network_, book_, make_folder(fmt::format("{}/laptop-{}", folder, i)),
                      options.sabotage == Sabotage::laptop_disk_lies ? Lie::database : Lie::none,
                      firmware_of(options.sabotage)},
        traits));
  }
  network_.forget_before_duplicates = options.sabotage == Sabotage::forgets_accepted;
}

School::~School() = default;

wire::EnrolmentToken School::token() {
  CHECK(token_.has_value());
  return *token_;
}

void School::restart_server() {
  server_.lose_power_at_access(0);
  server_.lose_power();
  if (const auto started = server_.start(); !started) {
    return findings_.add("start", "the server does not start: {}", started.error().message);
  }
  check(Moment::restarted);
}

void School::check(Moment moment) {
  if (!server_.up()) return findings_.add("up", "the server is down when it should be checked");
  auto log = read_log(server_.core(), book_);
  if (!log) return findings_.add("log", "the report log cannot be read: {}", log.error().message);
  stored_ = log->size();
  const Evidence evidence{moment, world_.now_ms(), book_, laptops_, server_.core(), std::move(*log)};
  for (const auto& invariant : invariants_) invariant->check(evidence, findings_);
}

void School::run() {
  const auto started = server_.start();
  CHECK(started.has_value());
  auto token = server_.make_token(static_cast<std::int64_t>(laptops_.size()) * 20, 300 * kDayMs);
  CHECK(token.has_value());
  token_ = std::move(*token);
  std::vector<std::unique_ptr<Actor>> actors;
  actors.push_back(make_technician());
  actors.push_back(make_students());
  actors.push_back(make_trouble());
  actors.push_back(make_counter());
  for (const auto& actor : actors) actor->plan(*this);
  if (calendar_.summer) {
    world_.run_until(calendar_.night_ms + kHourMs);
    if (!server_.up()) restart_server();
    check(Moment::before_summer);
    book_.retire();
  }
  world_.run_until(calendar_.end_ms);
  check(Moment::calm);
}

Outcome run_school(const Options& options) {
  log::set_level(log::Level::error);
  const DeterminedOpenSsl determined(options.seed);
  Trace trace(options.print);
  World world(options.seed, kFirstDayMs, trace);
  const TemporaryFolder folder;
  Outcome outcome;
  {
    School school(world, options, folder.path());
    school.run();
    outcome.findings = school.findings();
    outcome.made = school.book().reports();
    outcome.stored = school.stored();
    outcome.restarts = school.server().starts();
    outcome.network = school.network().stats();
    world.note("made {}, stored {}, starts {}", outcome.made, outcome.stored, outcome.restarts);
  }
  outcome.hash = trace.hash();
  return outcome;
}

}  // namespace rollcall::sim
