#include "agent/app.h"

#include <unistd.h>

#include <algorithm>
#include <functional>
#include <thread>

#include "agent/app/client.h"
#include "agent/app/startup_pages.h"
#include "common/base/id.h"
#include "common/base/log.h"
#include "common/base/text.h"

namespace rollcall {

namespace {

std::vector<collect::NamedCollector> chosen_collectors(const AgentConfig& config) {
  auto all = collect::all_collectors();
  std::erase_if(all, [&](const auto& entry) {
    return std::ranges::find(config.collectors_off, entry.name) != config.collectors_off.end();
  });
  return all;
}

std::string read_boot_id(const collect::Machine& machine, Random& random) {
  const auto text = machine.read("/proc/sys/kernel/random/boot_id");
  // Without one, this process is a boot of its own: samples are then dated by the wall clock.
  return text ? std::string(trim(*text)) : make_uuid(random);
}

collect::LinkFacts facts_for_report(const sync::LinkFacts& facts, const std::string& proxy,
                                    std::optional<std::int64_t> server_offset_ms) {
  collect::LinkFacts out;
  out.dns_ms = facts.dns_ms;
  out.connect_ms = facts.connect_ms;
  out.tls_ms = facts.tls_ms;
  out.portal = facts.portal;
  out.tls_intercepted = facts.tls_intercepted;
  out.proxy = proxy.substr(proxy.find("://") == std::string::npos ? 0 : proxy.find("://") + 3);
  out.proxy = out.proxy.substr(out.proxy.find('@') == std::string::npos ? 0 : out.proxy.find('@') + 1);
  out.server_offset_ms = server_offset_ms;
  return out;
}

}  // namespace

App::App(AgentConfig config, const Clock& clock)
    : config_(std::move(config)),
      clock_(clock),
      machine_(std::make_shared<collect::SystemMachine>()),
      boot_id_(read_boot_id(*machine_, random_)),
      folder_(files_, config_.state),
      running_(files_, config_.runtime, config_.state),
      memory_(files_, folder_.file("memory")) {}

Result<std::unique_ptr<App>> App::open(const AgentConfig& config, const Clock& clock) {
  std::unique_ptr<App> app(new App(config, clock));
  TRY(app->folder_.prepare());
  app->credentials_ = TRY(app->folder_.credentials());
  TRY(app->lock_.take(app->folder_.file("lock")));
  app->tls_session_ = app->folder_.tls_session();
  TRY(app->memory_.load());
  // Before any thread: threads inherit which signals are blocked.
  app->events_ = TRY(app::Events::open(clock));
  TRY(app->open_outbox());
  TRY(app->open_phases());
  return app;
}

Result<> App::open_outbox() {
  sql::SqliteOptions options;
  options.path = folder_.file("outbox.db");
  options.readers = 1;
  options.cache_kib = 64;
  options.checkpoint_pages = 256;
  options.wal_limit_pages = 1'024;
  const outbox::Limits limits{config_.outbox_max_bytes, config_.outbox_max_age_ms};
  const auto open = [&]() -> Result<> {
    database_ = TRY(sql::SqliteDatabase::open(options));
    outbox_ = TRY(outbox::Outbox::open(*database_, clock_, limits));
    return {};
  };
  auto opened = open();
  if (opened || opened.error().code != Errc::corrupt) return opened;
  log::error("the outbox is damaged and put aside as outbox.db.damaged: {}", opened.error().message);
  outbox_.reset();
  database_.reset();
  TRY(files_.rename(options.path, options.path + ".damaged"));
  for (const char* suffix : {"-wal", "-shm"}) TRY(files_.remove(options.path + suffix));
  return open();
}

Result<> App::open_phases() {
  collect::Runner::Options options;
  options.hash_key = credentials_.hash_key;
  options.agent_version = kAgentVersion;
  options.launch = [](std::function<void()> job) { std::thread(std::move(job)).detach(); };
  runner_ = std::make_unique<collect::Runner>(machine_, clock_, chosen_collectors(config_), std::move(options));
  link_ = std::make_unique<sync::Link>([this] { return open_link(); });
  check_in_ = std::make_unique<sync::CheckIn>(clock_, *outbox_, memory_, folder_, *link_, boot_id_);
  renewal_ = std::make_unique<sync::Renewal>(clock_, random_, memory_, folder_, *link_, credentials_);
  const bool probing = config_.portal_probe != "off";
  cycle_ = std::make_unique<sync::Cycle>(sync::Cycle::Parts{
      .clock = clock_,
      .random = random_,
      .outbox = *outbox_,
      .memory = memory_,
      .link = *link_,
      .check_in = *check_in_,
      .renewal = *renewal_,
      .sample = std::bind_front(&App::sample, this),
      .open_probe = probing ? sync::OpenProbe([this] { return open_probe(); }) : sync::OpenProbe(),
      .boot_id = boot_id_,
      .start_jitter_ms = config_.start_jitter_ms,
      .resume_jitter_ms = config_.resume_jitter_ms});
  power_ = std::make_unique<app::PowerWatch>(machine_, clock_, config_.battery_critical_percent, config_.power_check_ms);
  return {};
}

Result<std::unique_ptr<net::HttpClient>> App::open_link() {
  return app::open_server(credentials_, config_.proxy, tls_session_, clock_);
}

Result<std::unique_ptr<net::HttpClient>> App::open_probe() const {
  const std::string url =
      config_.portal_probe == "auto" ? TRY(sync::probe_url_of(credentials_.server_url)) : config_.portal_probe;
  return app::open_probe(url, clock_);
}

sync::Sample App::sample(wire::Occasion occasion, const wire::Policy& policy, const sync::LinkFacts& facts,
                         std::optional<std::int64_t> server_offset_ms) {
  collect::Request request;
  request.occasion = occasion;
  request.policy = policy;
  request.link = facts_for_report(facts, config_.proxy, server_offset_ms);
  sync::Sample sample;
  sample.report = runner_->run(request);
  sample.at_school = runner_->was_at_school();
  return sample;
}

Result<> App::run() {
  log::info("agent {} reports to {}", credentials_.agent_id, credentials_.server_url);
  cycle_->start();
  note_running();
  events_->ready("reporting");
  for (;;) {
    const auto event = TRY(events_->wait(std::min(cycle_->next_due_ms(), power_->due_ms())));
    if (event == app::Event::terminate) break;
    handle(event);
  }
  events_->stopping();
  cycle_->stop();
  keep_session();
  running_.remove();
  log::info("agent stopped; {} reports wait for the next start", outbox_->waiting());
  return {};
}

void App::handle(app::Event event) {
  switch (event) {
    case app::Event::due:
      if (power_->due_ms() <= clock_.monotonic_ms()) look_at_power();
      if (cycle_->next_due_ms() <= clock_.monotonic_ms()) {
        cycle_->run_due();
        note_running();
        app::give_back_startup_pages();
      }
      break;
    case app::Event::resumed:
      cycle_->resumed();
      break;
    case app::Event::going_to_sleep:
      say_last_words(wire::Occasion::going_to_sleep);
      break;
    case app::Event::shutting_down:
      say_last_words(wire::Occasion::shutting_down);
      break;
    case app::Event::terminate:
      break;
  }
}

void App::look_at_power() {
  switch (power_->look()) {
    case app::PowerEvent::none:
      break;
    case app::PowerEvent::charger_changed:
      cycle_->report_soon(wire::Occasion::power_changed, config_.start_jitter_ms);
      break;
    case app::PowerEvent::battery_critical:
      log::warn("the battery is almost empty");
      say_last_words(wire::Occasion::battery_critical);
      break;
  }
}

void App::say_last_words(wire::Occasion occasion) {
  cycle_->last_words(occasion);
  keep_session();
  note_running();
  if (occasion != wire::Occasion::battery_critical) events_->let_go();
}

void App::keep_session() {
  if (const auto kept = folder_.keep_tls_session(tls_session_); !kept) {
    log::warn("the TLS session is lost at the end of this process: {}", kept.error().message);
  }
}

void App::note_running() {
  running_.write({getpid(), clock_.wall_ms(), check_in_->reached_ms(), outbox_->waiting(), outbox_->thinned()});
}

}  // namespace rollcall
