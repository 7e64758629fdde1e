// One laptop of the school: its disk, battery, lid and clock, and the agent that runs on it in a thread of
// control of its own. What happens to it is called from outside (the world's queue); what it does about that
// is the real agent's code.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "agent/app/reporting.h"
#include "common/wire/enrolment.h"
#include "tests/sim/book.h"
#include "tests/sim/fiber.h"
#include "tests/sim/hardware.h"
#include "tests/sim/link.h"
#include "tests/sim/world.h"

namespace rollcall::sim {

// What is engraved, or should be.
struct Traits {
  std::size_t number{};
  std::string serial;       // unique, unless `twin`
  bool placeholder{};       // the firmware holds no serial
  bool twin{};              // the firmware holds another laptop's serial
  std::string system_uuid;  // unique
};

enum class Firmware { own, cloned, forgetful };  // cloned: all say the same; forgetful: new names for each image

class Laptop final : public Station {
 public:
  struct Parts {  // they outlive it
    World& world;
    Network& network;
    Book& book;
    std::string folder;   // exists, mode 0700; one of its own
    Lie lie{};            // of its disk: a control
    Firmware firmware{};  // what it says instead of the traits: a control
  };
  Laptop(Parts parts, Traits traits);
  ~Laptop() override;

  // A technician puts an image on it; at the next start the agent enrols with this token.
  void install(const wire::EnrolmentToken& token);
  void power_on();    // no effect on one that is on, or flat
  void shut_down();   // in order
  void lose_power();  // flat, or the button was held
  void lose_power_at_access(std::int64_t nth);
  void close_lid();
  void open_lid();  // also presses the button when it is off
  void plug(bool on_ac);
  void move_to(Place place);
  void set_clock_skew(std::int64_t ms) { clock_.set_skew(ms); }
  void drain_to(double mwh);

  const Traits& traits() const { return traits_; }
  bool on() const { return on_; }
  std::uint64_t waiting() const { return reporting_ ? reporting_->outbox().waiting() : 0; }
  bool enrolled() const { return enrolled_; }

  const std::string& name() const override { return name_; }
  Place place() const override { return place_; }
  bool awake() const override { return on_ && !asleep_; }
  std::size_t instance() const override { return instance_; }
  std::optional<net::ClientCertificate> certificate() const override;
  bool wait(std::int64_t deadline_ms) override;
  void wake() override;

 private:
  enum class Event { going_to_sleep, resumed, shutting_down, battery_critical, power_changed };

  bool alive() const { return on_ && hardware_->powered(); }
  void say(Event event);  // to the agent
  void live();            // the agent's thread of control
  bool enrol();
  Result<> start_agent();
  bool is_urgent() const;
  void handle(Event event);
  void note_outbox();
  sync::Sample sample(wire::Occasion occasion);
  wire::Identity identity() const;
  void settle_battery();
  void plan_battery();
  void fall_asleep();
  void bury();  // after the agent's thread has ended

  Parts parts_;
  World& world_;
  Traits traits_;
  std::string name_;
  SeededRandom random_;
  MachineClock clock_;
  std::unique_ptr<Hardware> hardware_;
  std::unique_ptr<sync::StateFolder> folder_;
  sync::Credentials credentials_;
  std::unique_ptr<app::Reporting> reporting_;
  std::unique_ptr<Fiber> fiber_;
  std::deque<Event> events_;
  std::optional<wire::EnrolmentToken> token_;
  std::string boot_id_;
  std::size_t instance_{};
  int images_{};
  bool enrolled_{}, on_{}, asleep_{}, lid_open_{true};
  Place place_{Place::school};
  std::uint64_t wait_no_{};
  std::int64_t safe_ms_{};  // what was made before is on the disk
  bool on_ac_{true};
  double charge_mwh_;
  std::int64_t charge_at_ms_{};
  std::uint64_t battery_no_{};
  mutable std::string parsed_pem_;
  mutable std::optional<net::ClientCertificate> parsed_;
};

}  // namespace rollcall::sim
