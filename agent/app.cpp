#include "agent/app.h"

#include <unistd.h>

#include <algorithm>
#include <functional>
#include <thread>

#include "agent/app/client.h"
#include "agent/app/sampler.h"
#include "agent/app/startup_pages.h"
#include "common/base/id.h"
#include "common/base/log.h"
#include "common/base/text.h"

namespace rollcall {

namespace {

std::string read_boot_id(const collect::Machine& machine, Random& random) {
  const auto text = machine.read("/proc/sys/kernel/random/boot_id");
  // Without one, this process is a boot of its own: samples are then dated by the wall clock.
  return text ? std::string(trim(*text)) : make_uuid(random);
}

}  // namespace

App::App(AgentConfig config, std::shared_ptr<const collect::Machine> machine, const Clock& clock)
    : config_(std::move(config)),
      clock_(clock),
      machine_(std::move(machine)),
      folder_(files_, config_.state),
      running_(files_, config_.runtime, config_.state) {}

Result<std::unique_ptr<App>> App::open(const AgentConfig& config, std::shared_ptr<const collect::Machine> machine,
                                       const Clock& clock) {
  std::unique_ptr<App> app(new App(config, std::move(machine), clock));
  TRY(app->folder_.prepare());
  app->credentials_ = TRY(app->folder_.credentials());
  TRY(app->lock_.take(app->folder_.file("lock")));
  app->tls_session_ = app->folder_.tls_session();
  // Before any thread: threads inherit which signals are blocked.
  app->events_ = TRY(app::Events::open(clock));
  TRY(app->open_reporting());
  app->power_ = std::make_unique<app::PowerWatch>(app->machine_, clock, app->config_.battery_critical_percent,
                                                  app->config_.power_check_ms);
  return app;
}

Result<> App::open_reporting() {
  collect::Runner::Options options;
  options.hash_key = credentials_.hash_key;
  options.agent_version = kAgentVersion;
  options.launch = [](std::function<void()> job) { std::thread(std::move(job)).detach(); };
  runner_ = std::make_unique<collect::Runner>(machine_, clock_, chosen_collectors(config_), std::move(options));
  const sync::Urgent urgent = [this] { return events_->is_urgent(); };
  const bool probing = config_.portal_probe != "off";
  reporting_ = TRY(app::Reporting::open({
      .clock = clock_,
      .random = random_,
      .files = files_,
      .folder = folder_,
      .credentials = credentials_,
      .open_link = [this] { return open_link(); },
      .urgent = urgent,
      .sample = app::make_sampler(*runner_, config_.proxy, urgent),
      .open_probe = probing ? sync::OpenProbe([this] { return open_probe(); }) : sync::OpenProbe(),
      .boot_id = read_boot_id(*machine_, random_),
      .limits = {config_.outbox_max_bytes, config_.outbox_max_age_ms},
      .start_jitter_ms = config_.start_jitter_ms,
      .resume_jitter_ms = config_.resume_jitter_ms}));
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

Result<> App::run() {
  log::info("agent {} reports to {}", credentials_.agent_id, credentials_.server_url);
  cycle().start();
  note_running();
  events_->ready("reporting");
  for (;;) {
    const auto event = TRY(events_->wait(std::min(cycle().next_due_ms(), power_->due_ms())));
    if (event == app::Event::terminate) break;
    handle(event);
  }
  events_->stopping();
  cycle().stop();
  keep_session();
  running_.remove();
  log::info("agent stopped; {} reports wait for the next start", reporting_->outbox().waiting());
  return {};
}

void App::handle(app::Event event) {
  switch (event) {
    case app::Event::due:
      if (power_->due_ms() <= clock_.monotonic_ms()) look_at_power();
      if (cycle().next_due_ms() <= clock_.monotonic_ms()) {
        cycle().run_due();
        note_running();
        app::give_back_startup_pages();
      }
      break;
    case app::Event::resumed:
      cycle().resumed();
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
      cycle().report_soon(wire::Occasion::power_changed, config_.start_jitter_ms);
      break;
    case app::PowerEvent::battery_critical:
      log::warn("the battery is almost empty");
      say_last_words(wire::Occasion::battery_critical);
      break;
  }
}

void App::say_last_words(wire::Occasion occasion) {
  cycle().last_words(occasion);
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
  running_.write({getpid(), clock_.wall_ms(), reporting_->check_in().reached_ms(), reporting_->outbox().waiting(), reporting_->outbox().thinned()});
}

}  // namespace rollcall
