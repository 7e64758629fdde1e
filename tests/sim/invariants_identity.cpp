// Who is who: a laptop is one device, a device is one laptop, and what agents said of themselves makes sense.
#include <map>
#include <set>

#include "tests/sim/invariant.h"

namespace rollcall::sim {

namespace {

class Identity final : public Invariant {
 public:
  std::string_view name() const override { return "identities neither merge nor split"; }

  void check(const Evidence& evidence, Findings& findings) const override {
    check_rows(evidence, findings);
    std::map<std::string, std::size_t> laptop_of_device;
    std::map<std::size_t, std::string> device_of_laptop;
    for (const auto& instance : evidence.book.instances()) {
      if (instance.agent_id.empty()) continue;
      const auto agent = evidence.core.agents.by_id(instance.agent_id);
      if (!agent || agent->refused()) {
        findings.add(name(), "laptop {} was enrolled and is not known any more", instance.laptop);
        continue;
      }
      const auto [owner, is_new] = laptop_of_device.emplace(agent->device_id, instance.laptop);
      if (owner->second != instance.laptop) {
        findings.add(name(), "laptops {} and {} are one device", owner->second, instance.laptop);
      }
      const Traits& traits = evidence.laptops[instance.laptop]->traits();
      const auto [device, first] = device_of_laptop.emplace(instance.laptop, agent->device_id);
      // Without a serial nobody can know that an image was put on the same laptop.
      if (!traits.placeholder && device->second != agent->device_id) {
        findings.add(name(), "laptop {} is two devices", instance.laptop);
      }
    }
    check_serials(evidence, laptop_of_device, findings);
  }

 private:
  void check_rows(const Evidence& evidence, Findings& findings) const {
    for (const auto& row : evidence.log) {
      const bool known = row.instance && row.mark >= 1 &&
                         row.mark <= static_cast<std::int64_t>(row.instance->samples.size()) &&
                         row.instance->samples[static_cast<std::size_t>(row.mark - 1)].sequence == row.sequence;
      if (!known) {
        findings.add(name(), "report {} of agent {} is not its own (sample {})", row.sequence, row.agent_no, row.mark);
      }
    }
  }

  void check_serials(const Evidence& evidence, const std::map<std::string, std::size_t>& laptop_of_device,
                     Findings& findings) const {
    const auto devices = evidence.core.devices.all();
    if (!devices) return findings.add(name(), "the devices cannot be read: {}", devices.error().message);
    std::set<std::string> serials;
    for (const auto& device : *devices) {
      if (!device.serial.empty() && !serials.insert(device.serial).second) {
        findings.add(name(), "two devices have the serial {}", device.serial);
      }
      const auto laptop = laptop_of_device.find(device.device_id);
      if (laptop == laptop_of_device.end()) continue;  // the answer to its enrolment was lost
      const Traits& traits = evidence.laptops[laptop->second]->traits();
      const bool contested = traits.serial == evidence.laptops.front()->traits().serial;
      const bool right = traits.placeholder ? device.serial.empty()
                                            : device.serial == traits.serial || (contested && device.serial.empty());
      if (!right) {
        findings.add(name(), "laptop {} with the serial {} became a device with the serial '{}'", laptop->second,
                     traits.serial, device.serial);
      }
    }
  }
};

class Sound final : public Invariant {
 public:
  std::string_view name() const override { return "agents behave"; }

  void check(const Evidence& evidence, Findings& findings) const override {
    for (const auto& oddity : evidence.book.oddities()) findings.add(name(), "{}", oddity);
  }
};

}  // namespace

std::unique_ptr<Invariant> make_identity() { return std::make_unique<Identity>(); }
std::unique_ptr<Invariant> make_sound() { return std::make_unique<Sound>(); }

std::vector<std::unique_ptr<Invariant>> all_invariants() {
  std::vector<std::unique_ptr<Invariant>> all;
  for (auto make : {make_stored_once, make_nothing_vanishes, make_outboxes_drain, make_newest_state, make_identity,
                    make_observed, make_sound, make_custody}) {
    all.push_back(make());
  }
  return all;
}

}  // namespace rollcall::sim
