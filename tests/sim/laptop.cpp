#include "tests/sim/laptop.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "agent/sync/enrol.h"
#include "common/base/check.h"
#include "common/base/id.h"
#include "common/base/pki.h"

namespace rollcall::sim {

namespace {

constexpr double kFullMwh = 45'000;
constexpr std::int64_t kInhibitedMs = 5 * kSecondMs;  // logind's InhibitDelayMaxSec
// The outbox holds a group in memory for an hour at most, and looks only when the next report comes.
constexpr std::int64_t kHeldMs = 2 * kHourMs + 10 * kMinuteMs;
constexpr int kSpins = 1'000;

}  // namespace

Laptop::Laptop(Parts parts, Traits traits)
    : parts_(std::move(parts)),
      world_(parts_.world),
      traits_(std::move(traits)),
      name_(fmt::format("laptop {}", traits_.number)),
      random_(world_.stream(name_)),
      clock_(world_),
      charge_mwh_(static_cast<double>(between(random_, 25'000, 45'000))),
      charge_at_ms_(world_.now_ms()) {}

Laptop::~Laptop() {
  if (on_) lose_power();
}

void Laptop::install(const wire::EnrolmentToken& token) {
  CHECK(!on_);
  if (images_ > 0) parts_.book.wiped(instance_);
  const std::string folder = fmt::format("{}/image-{}", parts_.folder, ++images_);
  std::filesystem::create_directory(folder);
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
  hardware_ = std::make_unique<Hardware>(folder, parts_.lie);
  instance_ = parts_.book.install(traits_.number);
  token_ = token;
  enrolled_ = false;
  parsed_pem_.clear();
}

void Laptop::power_on() {
  settle_battery();
  if (on_ || !hardware_ || (!on_ac_ && charge_mwh_ <= 0)) return;
  if (!hardware_->powered()) {
    const auto restored = hardware_->restore_power(random_);
    CHECK(restored.has_value());
  }
  on_ = true;
  asleep_ = false;
  lid_open_ = true;
  events_.clear();
  clock_.boot();
  boot_id_ = make_uuid(random_);
  safe_ms_ = world_.now_ms();
  world_.note("{}: on", name_);
  fiber_ = std::make_unique<Fiber>([this] { live(); });
  plan_battery();
  fiber_->resume();
  bury();
}

void Laptop::bury() {
  if (!fiber_ || !fiber_->ended()) return;
  fiber_.reset();
  settle_battery();
  if (!on_) return;
  on_ = false;
  if (hardware_->powered()) return world_.note("{}: off", name_);
  // The disk died under its hands.
  parts_.book.excuse(instance_, std::max(safe_ms_, world_.now_ms() - kHeldMs));
  world_.note("{}: power lost in the middle of a write", name_);
}

void Laptop::lose_power() {
  if (!on_) return;
  settle_battery();
  world_.note("{}: power lost", name_);
  parts_.book.excuse(instance_, std::max(safe_ms_, world_.now_ms() - kHeldMs));
  hardware_->cut_power();
  on_ = asleep_ = false;
  wake();
  CHECK(!fiber_);
}

void Laptop::lose_power_at_access(std::int64_t nth) {
  if (on_) hardware_->cut_power_at_access(nth);
}

void Laptop::shut_down() {
  if (!on_) return;
  if (asleep_) open_lid();
  say(Event::shutting_down);
}

void Laptop::close_lid() {
  if (!on_ || !lid_open_) return;
  lid_open_ = false;
  world_.note("{}: lid closed", name_);
  world_.after(kInhibitedMs, [this, boot = boot_id_] {
    // It sleeps even if somebody is not ready.
    if (boot == boot_id_ && on_ && !lid_open_) fall_asleep();
  });
  say(Event::going_to_sleep);
}

void Laptop::fall_asleep() {
  if (asleep_) return;
  settle_battery();
  asleep_ = true;
  plan_battery();
}

void Laptop::open_lid() {
  if (!on_) return power_on();
  if (lid_open_) return;
  lid_open_ = true;
  world_.note("{}: lid opened", name_);
  settle_battery();
  asleep_ = false;
  plan_battery();
  say(Event::resumed);
}

void Laptop::plug(bool on_ac) {
  if (on_ac_ == on_ac) return;
  settle_battery();
  on_ac_ = on_ac;
  plan_battery();
  if (awake()) say(Event::power_changed);
}

void Laptop::move_to(Place place) { place_ = place; }

void Laptop::drain_to(double mwh) {
  settle_battery();
  charge_mwh_ = std::min(charge_mwh_, mwh);
  plan_battery();
}

void Laptop::settle_battery() {
  const double hours = static_cast<double>(world_.now_ms() - charge_at_ms_) / static_cast<double>(kHourMs);
  const double drawn_mw = !on_ ? 0 : asleep_ ? 300 : 12'000;
  charge_at_ms_ = world_.now_ms();
  charge_mwh_ = std::clamp(charge_mwh_ + hours * (on_ac_ ? 30'000 : -drawn_mw), 0.0, kFullMwh);
}

void Laptop::plan_battery() {
  const std::uint64_t plan = ++battery_no_;
  if (!on_ || on_ac_) return;
  const auto in_ms = [&](double level_mwh) {
    return static_cast<std::int64_t>((charge_mwh_ - level_mwh) / (asleep_ ? 300 : 12'000) * static_cast<double>(kHourMs));
  };
  const double critical_mwh = kFullMwh * 0.04;
  if (!asleep_ && charge_mwh_ > critical_mwh) {
    world_.after(in_ms(critical_mwh) + 1, [this, plan] {
      if (plan == battery_no_) say(Event::battery_critical);
    });
  }
  world_.after(in_ms(0) + 1, [this, plan] {
    if (plan == battery_no_) lose_power();
  });
}

std::optional<net::ClientCertificate> Laptop::certificate() const {
  if (!reporting_) return std::nullopt;
  const std::string& pem = credentials_.certificate_pem;
  if (pem != parsed_pem_) {
    const auto info = pki::parse_certificate_pem(pem);
    CHECK(info.has_value());
    parsed_ = net::ClientCertificate{info->key_id, info->not_before_ms, info->not_after_ms};
    parsed_pem_ = pem;
  }
  return parsed_;
}

bool Laptop::wait(std::int64_t deadline_ms) {
  if (!alive()) return false;
  const std::uint64_t this_wait = ++wait_no_;
  world_.after(deadline_ms, [this, this_wait] {
    if (this_wait == wait_no_) wake();
  });
  fiber_->pause();
  return alive();
}

void Laptop::wake() {
  // Whatever is due while it sleeps is looked at when the lid opens, which wakes it.
  if (!fiber_ || asleep_) return;
  ++wait_no_;
  fiber_->resume();
  bury();
}

void Laptop::say(Event event) {
  events_.push_back(event);
  wake();
}

void Laptop::live() {
  // From the button to the agent's start.
  wait(between(random_, 8, 40) * kSecondMs);
  if (!alive() || (!enrolled_ && !enrol())) return;
  if (const auto started = start_agent(); !started) {
    if (alive()) parts_.book.object(fmt::format("{}: the agent does not start: {}", name_,
                                                started.error().message));
    return;
  }
  int spins = 0;
  for (std::int64_t last_ms = -1; alive(); note_outbox()) {
    spins = last_ms == world_.now_ms() ? spins + 1 : 0;
    last_ms = world_.now_ms();
    if (spins > kSpins) {
      parts_.book.object(fmt::format("{}: the agent spins", name_));
      break;
    }
    if (!events_.empty()) {
      const Event event = events_.front();
      events_.pop_front();
      handle(event);
      if (event == Event::shutting_down) break;
      continue;
    }
    const std::int64_t due_in_ms = reporting_->cycle().next_due_ms() - clock_.monotonic_ms();
    if (due_in_ms > 0) {
      wait(due_in_ms);
    } else {
      reporting_->cycle().run_due();
    }
  }
  note_outbox();
  reporting_.reset();
}

void Laptop::handle(Event event) {
  sync::Cycle& cycle = reporting_->cycle();
  switch (event) {
    case Event::going_to_sleep:
      cycle.last_words(wire::Occasion::going_to_sleep);
      if (alive()) safe_ms_ = world_.now_ms();
      if (!lid_open_) fall_asleep();
      // Whoever sleeps does nothing until the lid opens.
      while (asleep_ && alive()) wait(kDayMs);
      break;
    case Event::resumed:
      cycle.resumed();
      break;
    case Event::shutting_down:
      cycle.last_words(wire::Occasion::shutting_down);
      cycle.stop();
      break;
    case Event::battery_critical:
      cycle.last_words(wire::Occasion::battery_critical);
      if (alive()) safe_ms_ = world_.now_ms();
      break;
    case Event::power_changed:
      cycle.report_soon(wire::Occasion::power_changed, 5 * kSecondMs);
      break;
  }
}

void Laptop::note_outbox() {
  if (reporting_ && alive()) parts_.book.note_outbox(instance_, reporting_->outbox().waiting(), reporting_->outbox().thinned());
}

bool Laptop::enrol() {
  sync::StateFolder folder(hardware_->files(), hardware_->folder());
  const sync::EnrolInput input{"https://school.example:8444", *token_,
                               [this](const std::string&) -> Result<wire::Identity> { return identity(); }};
  const auto goes_off = [this] { return std::ranges::find(events_, Event::shutting_down) != events_.end(); };
  while (alive() && !goes_off()) {
    const auto credentials = sync::enrol(
        input, [this](const auto&) -> Result<std::unique_ptr<net::HttpClient>> { return parts_.network.open(*this); },
        random_, folder);
    if (credentials) {
      enrolled_ = true;
      parts_.book.enrolled(instance_, credentials->agent_id);
      world_.note("{}: enrolled as {}", name_, credentials->agent_id);
      return true;
    }
    wait(between(random_, 20, 90) * kSecondMs);  // the technician tries again
  }
  return false;
}

bool Laptop::is_urgent() const {
  return std::ranges::any_of(
      events_, [](Event event) { return event == Event::going_to_sleep || event == Event::shutting_down; });
}

Result<> Laptop::start_agent() {
  // Nobody listened to the machine while a technician was enrolling it.
  std::erase_if(events_, [](Event event) { return event != Event::shutting_down; });
  folder_ = std::make_unique<sync::StateFolder>(hardware_->files(), hardware_->folder());
  credentials_ = TRY(folder_->credentials());
  reporting_ = TRY(app::Reporting::open({
      .clock = clock_,
      .random = random_,
      .files = hardware_->files(),
      .folder = *folder_,
      .credentials = credentials_,
      .open_link = [this]() -> Result<std::unique_ptr<net::HttpClient>> { return parts_.network.open(*this); },
      .urgent = [this] { return is_urgent(); },
      .sample = [this](wire::Occasion occasion, const auto&, const auto&, auto) { return sample(occasion); },
      .open_probe = {},
      .boot_id = boot_id_,
      .database_layer = hardware_->vfs()}));
  reporting_->cycle().start();
  return {};
}

}  // namespace rollcall::sim
