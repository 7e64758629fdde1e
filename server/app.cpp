#include "server/app.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "common/base/log.h"
#include "server/local_commands.h"
#include "server/metrics_page.h"
#include "server/route_table.h"

namespace rollcall {
namespace {

constexpr std::size_t kWorkerQueue = 1'024;
constexpr std::size_t kHashers = 2;
constexpr std::size_t kHasherQueue = 64;  // about six seconds' work, by turns; the next is asked to come again
constexpr std::int64_t kCertificateCheckMs = 6 * kHourMs;
constexpr std::int64_t kPeopleGraceMs = 5 * kSecondMs;
constexpr std::int64_t kAgentsGraceMs = 20 * kSecondMs;
// Jobs that become due meanwhile (a report came in) are looked for this often.
constexpr std::int64_t kJobsPauseMs = 50;
constexpr std::int64_t kMergerPauseMs = kSecondMs;
constexpr std::int64_t kImportsPauseMs = 250;

// Told apart in `top -H` and in a debugger.
template <class Work>
std::thread named_thread(const char* name, Work work) {
  return std::thread([name, work] {
    pthread_setname_np(pthread_self(), name);
    work();
  });
}

// A missing console is no reason to refuse reports; anything else that is wrong with it is said loudly.
Result<api::StaticFiles> load_console(const Files& files, const std::string& folder) {
  if (folder.empty()) return api::StaticFiles();
  auto console = api::StaticFiles::load(files, folder);
  if (console || console.error().code != Errc::not_found) return console;
  log::warn("no console: {}", console.error().message);
  return api::StaticFiles();
}

}  // namespace

App::App(std::unique_ptr<Core> core, api::StaticFiles console)
    : core_(std::move(core)),
      console_(std::move(console)),
      hub_(core_->machinery.clock),
      people_guard_(core_->sessions, core_->credentials->metrics_token()),
      agents_guard_(core_->agents, core_->machinery.clock),
      workers_(std::make_unique<net::WorkerPool>(core_->config.workers, kWorkerQueue)),
      hashing_(kHasherQueue),
      hashers_(std::make_unique<net::WorkerPool>(kHashers, kHasherQueue)),
      certificate_due_ms_(core_->machinery.clock.wall_ms() + kCertificateCheckMs),
      loop_answered_(std::make_shared<std::atomic<bool>>(true)) {}

Result<std::unique_ptr<net::HttpServer>> App::open_door(const std::string& name, const DoorSettings& settings,
                                                        std::unique_ptr<net::ServerTls> tls, api::Door& handler) {
  const auto open = [&](std::string address) {
    net::DoorConfig config;
    config.name = name;
    config.address = std::move(address);
    config.port = settings.port;
    if (tls) config.tls = std::make_unique<net::ServerTls>(*tls);
    config.limits.connections = settings.connections;
    config.trusted_proxies = core_->config.trusted_proxies;
    return net::HttpServer::start(loop_, *workers_, core_->machinery.clock, std::move(config), handler);
  };
  if (settings.address != "any") return open(settings.address);
  // The IPv6 wildcard takes IPv4 as well; a machine without IPv6 has only the other.
  auto both = open("::");
  return both ? std::move(both) : open("0.0.0.0");
}

Result<> App::open_doors() {
  const ServerConfig& config = core_->config;
  const Clock& clock = core_->machinery.clock;
  people_door_ = std::make_unique<api::Door>(api::DoorParts{.router = TRY(api::Router::make(people_door_routes(
                                                                *core_, hub_, [this] { return metrics_page(); }))),
                                                            .guard = people_guard_,
                                                            .clock = clock,
                                                            .metrics = people_metrics_,
                                                            .files = &console_,
                                                            .for_browsers = true,
                                                            .hashers = [this](api::FairQueue::Waiting newcomer) {
                                                              if (!hashing_.push(std::move(newcomer))) return;
                                                              hashers_->submit([this] { hashing_.run_next(); });
                                                            }});
  agents_door_ = std::make_unique<api::Door>(
      api::DoorParts{.router = TRY(api::Router::make(agents_door_routes(*core_))),
                     .guard = agents_guard_,
                     .clock = clock,
                     .metrics = agents_metrics_});
  probe_door_ = std::make_unique<api::Door>(api::DoorParts{.router = TRY(api::Router::make(probe_door_routes())),
                                                           .guard = probe_guard_,
                                                           .clock = clock,
                                                           .metrics = probe_metrics_});
  const Credentials& credentials = *core_->credentials;
  agents_ = TRY(open_door("agents", config.agents, std::make_unique<net::ServerTls>(credentials.agents_tls()),
                          *agents_door_));
  people_ = TRY(open_door("people", config.people, std::make_unique<net::ServerTls>(credentials.people_tls()),
                          *people_door_));
  probe_ = TRY(open_door("probe", config.probe, nullptr, *probe_door_));
  doors_open_ = true;
  return {};
}

void App::start_threads() {
  loop_thread_ = named_thread("loop", [this] { loop_.run(); });
  writer_thread_ = named_thread("writer", [this] {
    while (core_->ingest.gather()) core_->ingest.commit_pending();
  });
  jobs_thread_ = named_thread("jobs", [this] { run_jobs(); });
  merger_thread_ = named_thread("merger", [this] { run_merger(); });
  imports_thread_ = named_thread("imports", [this] { run_imports(); });
  admin_thread_ = named_thread("admin", [this] { admin_->run(); });
}

Result<std::unique_ptr<App>> App::open(const ServerConfig& config, Machinery machinery, Phase& phase) {
  auto core = TRY(Core::open(config, machinery, phase));
  phase = Phase::configuration;
  auto console = TRY(load_console(machinery.files, config.console));
  auto app = std::unique_ptr<App>(new App(std::move(core), std::move(console)));
  phase = Phase::folder;
  app->admin_ = TRY(AdminSocket::open(admin_socket_path(config.data), [it = app->core_.get()](const auto& command) {
    return run_local_command(*it, command);
  }));
  app->core_->fleet.subscribe([hub = &app->hub_](const service::FleetChanges& changes) { hub->publish(changes); });
  phase = Phase::doors;
  app->start_threads();
  TRY(app->open_doors());
  phase = Phase::running;
  return app;
}

App::~App() {
  // Doors first: a request that is under way is answered, and its report committed, before the writer ends.
  if (probe_) probe_->stop(0);
  if (people_) people_->stop(kPeopleGraceMs);
  if (agents_) agents_->stop(kAgentsGraceMs);
  core_->ingest.stop();
  if (writer_thread_.joinable()) writer_thread_.join();
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_jobs_.notify_all();
  core_->imports.stop();
  if (jobs_thread_.joinable()) jobs_thread_.join();
  if (merger_thread_.joinable()) merger_thread_.join();
  if (imports_thread_.joinable()) imports_thread_.join();
  if (admin_thread_.joinable()) {
    admin_->stop();
    admin_thread_.join();
  }
  core_->finish();
  probe_.reset(), people_.reset(), agents_.reset();
  loop_.stop();
  if (loop_thread_.joinable()) loop_thread_.join();
  // Last: a connection that was cut may have asked the workers for something until now.
  workers_.reset();
  hashers_.reset();
}

void App::run_jobs() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    const auto wait_ms = std::clamp<std::int64_t>(run_due_jobs() - core_->machinery.clock.wall_ms(), 1, kJobsPauseMs);
    lock.lock();
    stop_jobs_.wait_for(lock, std::chrono::milliseconds(wait_ms), [this] { return stopping_; });
  }
}

void App::run_merger() {
  const Clock& clock = core_->machinery.clock;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    if (core_->merging.next_due() <= clock.wall_ms()) core_->merging.run_due(clock.wall_ms());
    const auto wait_ms = std::clamp<std::int64_t>(core_->merging.next_due() - clock.wall_ms(), 0, kMergerPauseMs);
    lock.lock();
    stop_jobs_.wait_for(lock, std::chrono::milliseconds(wait_ms), [this] { return stopping_; });
  }
}

void App::run_imports() {
  const Clock& clock = core_->machinery.clock;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    if (core_->roster_folder.next_due() <= clock.wall_ms()) core_->roster_folder.run_due(clock.wall_ms());
    if (core_->imports.next_due() <= clock.wall_ms()) core_->imports.run_due(clock.wall_ms());
    lock.lock();
    stop_jobs_.wait_for(lock, std::chrono::milliseconds(kImportsPauseMs), [this] { return stopping_; });
  }
}

std::int64_t App::run_due_jobs() {
  const auto now_ms = core_->machinery.clock.wall_ms();
  const auto next_ms = core_->run_due_jobs(now_ms);
  if (certificate_due_ms_ <= now_ms) renew_certificate(now_ms);
  return std::min(next_ms, certificate_due_ms_);
}

void App::renew_certificate(std::int64_t now_ms) {
  certificate_due_ms_ = now_ms + kCertificateCheckMs;
  const std::lock_guard lock(credentials_mutex_);
  const auto renewed = core_->credentials->renew_if_due();
  if (!renewed) return log::error("{}", renewed.error().message);
  if (!*renewed) return;
  if (auto done = hand_out_certificates(); !done) return log::error("{}", done.error().message);
  log::info("the server's certificate was renewed");
}

Result<> App::hand_out_certificates() {
  TRY(people_->reload_tls(core_->credentials->people_tls()));
  return agents_->reload_tls(core_->credentials->agents_tls());
}

Result<> App::reload() {
  const std::lock_guard lock(credentials_mutex_);
  TRY(core_->credentials->reload());
  return hand_out_certificates();
}

bool App::is_alive() {
  if (!loop_answered_->exchange(false)) return false;
  loop_.post([answered = loop_answered_] { *answered = true; });
  return true;
}

std::string App::where() const {
  return fmt::format("people on port {}, agents on {}, probe on {}", people_->port(), agents_->port(), probe_->port());
}

std::string App::metrics_page() const {
  DoorStatsByName doors;
  // The first door may be asked while the last one is being opened.
  if (doors_open_) {
    doors = {{"people", people_->stats()}, {"agents", agents_->stats()}, {"probe", probe_->stats()}};
  }
  return api::render(collect_metrics(*core_, doors, hub_.streams()),
                     {&people_metrics_, &agents_metrics_, &probe_metrics_});
}

}  // namespace rollcall
