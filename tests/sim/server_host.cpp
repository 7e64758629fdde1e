#include "tests/sim/server_host.h"

#include <utility>

#include "common/sql/sqlite_driver.h"
#include "server/api/routes.h"
#include "server/route_table.h"

namespace rollcall::sim {

namespace {

constexpr std::int64_t kGatherMs = 2;
// The real server looks for jobs every 50 ms; what they do has deadlines of seconds.
constexpr std::int64_t kJobsMs = 5 * kSecondMs;
// Nobody comes in the summer, and what is due then (retention) has hours.
constexpr std::int64_t kIdleJobsMs = kHourMs;

constexpr std::int64_t kMergingPauseMs = kSecondMs;

// How slowly a password is hashed is tested elsewhere.
constexpr service::Passwords::Cost kCheapPasswords{.passes = 1, .memory_bytes = 8 * 1024};

ServerConfig config_of(const std::string& folder, std::int64_t interval_s) {
  ServerConfig config;
  config.data = folder;
  config.names = {"school.example"};
  config.report_days = service::Retention::kDefaultDays;
  wire::Policy policy;
  policy.school_ssids = {"school-wifi"};
  policy.school_networks = {"10.1.0.0/16"};
  policy.interval_s = interval_s;
  config.schools = {{"north", "North High", policy}};
  return config;
}

}  // namespace

ServerHost::ServerHost(World& world, Options options)
    : world_(world),
      clock_(world),
      random_(world.stream("server")),
      torn_(world.stream("server's torn sectors")),
      options_(std::move(options)),
      hardware_(options_.folder, options_.lie),
      config_(config_of(options_.folder, options_.interval_s)) {
  clock_.set_skew(options_.skew_ms);
}

ServerHost::~ServerHost() { close(); }

Result<> ServerHost::start() {
  if (!hardware_.powered()) {
    TRY(hardware_.restore_power(torn_));
    clock_.boot();
  }
  Phase phase{};
  if (options_.skips_tail && starts_ > 0) TRY(skip_tail());
  core_ = TRY(Core::open(config_, Machinery{hardware_.files(), clock_, random_, hardware_.vfs(), kCheapPasswords}, phase));
  guard_ = std::make_unique<api::AgentsGuard>(core_->agents, clock_);
  door_ = std::make_unique<api::Door>(api::DoorParts{.router = TRY(api::Router::make(agents_door_routes(*core_))),
                                                     .guard = *guard_,
                                                     .clock = clock_,
                                                     .metrics = metrics_});
  people_guard_ = std::make_unique<api::PeopleGuard>(core_->sessions, core_->credentials->metrics_token());
  people_door_ = std::make_unique<api::Door>(
      api::DoorParts{.router = TRY(api::Router::make(api::custody_routes(core_->custody, core_->holdings, core_->writes,
                                                                         core_->fleet, core_->users))),
                     .guard = *people_guard_,
                     .clock = clock_,
                     .metrics = metrics_});
  ++starts_;
  world_.note("server: started, {} reports replayed", core_->fleet.stats().replayed_reports);
  run_jobs();
  return {};
}

Result<> ServerHost::skip_tail() {
  const std::string path = options_.folder + "/rollcall.db";
  const auto database = TRY(sql::SqliteDatabase::open({.path = path, .vfs = hardware_.vfs()}));
  return database->write([](sql::Transaction& transaction) -> Result<> {
    TRY(transaction.execute("UPDATE fleet_clock SET written_log_id = "
                            "max(written_log_id, coalesce((SELECT max(log_id) FROM report_log), 0))"));
    return {};
  });
}

void ServerHost::close() {
  door_.reset(), people_door_.reset(), guard_.reset(), people_guard_.reset(), core_.reset();
  commit_planned_ = false;
}

void ServerHost::lose_power() {
  if (!up()) return;
  world_.note("server: power lost");
  hardware_.cut_power();
  close();
}

bool ServerHost::died() {
  if (hardware_.powered()) return false;
  world_.note("server: power lost in the middle of a write");
  close();
  return true;
}

void ServerHost::stop_in_order() {
  if (!up()) return;
  core_->ingest.stop();
  commit();
  if (!up()) return;
  core_->finish();
  if (died()) return;
  world_.note("server: stopped in order");
  close();
}

void ServerHost::run_jobs() {
  if (!up()) return;
  core_->run_due_jobs(clock_.wall_ms());
  if (died()) return;
  merge();
  if (!up()) return;
  const bool idle = world_.now_ms() - heard_ms_ > kIdleJobsMs;
  world_.after(idle ? kIdleJobsMs : kJobsMs, [this, start = starts_] {
    if (start == starts_) run_jobs();
  });
}

// In the real server a thread of its own, as fast as it can.
void ServerHost::merge() {
  while (core_->merging.next_due() <= clock_.wall_ms() + kMergingPauseMs) {
    core_->merging.run_due(clock_.wall_ms());
    if (died()) return;
  }
}

void ServerHost::plan_commit() {
  if (commit_planned_ || core_->ingest.stats().queued_reports == 0) return;
  commit_planned_ = true;
  world_.after(kGatherMs, [this, start = starts_] {
    if (start == starts_ && up()) commit();
  });
}

void ServerHost::commit() {
  commit_planned_ = false;
  while (core_->ingest.commit_pending() != 0) {
    if (died()) return;
  }
}

void ServerHost::receive(net::Request request, std::function<void(net::Response)> reply) {
  if (!up()) return;
  request.peer.door = "agents";
  hand_over(*door_, std::move(request), std::move(reply));
}

void ServerHost::receive_person(net::Request request, std::function<void(net::Response)> reply) {
  if (!up()) return;
  request.peer.door = "people";
  hand_over(*people_door_, std::move(request), std::move(reply));
}

void ServerHost::hand_over(api::Door& door, net::Request request, std::function<void(net::Response)> reply) {
  heard_ms_ = world_.now_ms();
  const auto send = [this, reply = std::move(reply)](net::Response response) {
    if (hardware_.powered()) reply(std::move(response));
  };
  auto plan = door.plan(request);
  if (plan.refusal) return send(std::move(*plan.refusal));
  if (request.body.size() > plan.body_limit) return send(door.refuse(413, "too large"));
  door.handle(std::move(request), send);
  if (!died()) plan_commit();
}

Result<std::string> ServerHost::sign_in(const std::string& name) {
  TRY(core_->users.create(domain::Actor{},
                          {name, domain::Role::technician, {domain::ScopeKind::district, {}}}));
  return TRY(core_->users.mint_profile_from_shell(name)).token;
}

Result<wire::EnrolmentToken> ServerHost::make_token(std::int64_t uses, std::int64_t life_ms) {
  service::NewToken wanted;
  wanted.note = "the whole school";
  wanted.max_uses = uses;
  wanted.life_ms = life_ms;
  wanted.school_id = "north";
  return wire::EnrolmentToken::parse(TRY(core_->tokens.create(domain::Actor{}, wanted)).text);
}

}  // namespace rollcall::sim
