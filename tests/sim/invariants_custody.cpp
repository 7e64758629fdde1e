// Custody always adds up: a device has one holder or none and a reason, its rows follow each other, and what a
// technician was told is what the ledger says.
#include <map>
#include <set>

#include "server/storage/custody_store.h"
#include "tests/sim/invariant.h"

namespace rollcall::sim {

namespace {

constexpr std::size_t kEveryRow = 1'000'000;

class Custody final : public Invariant {
 public:
  std::string_view name() const override { return "custody adds up"; }

  void check(const Evidence& evidence, Findings& findings) const override {
    const auto devices = evidence.core.devices.all();
    if (!devices) return findings.add(name(), "the devices cannot be read: {}", devices.error().message);
    Acts acts;
    for (const auto& device : *devices) {
      const auto rows = evidence.core.database->read([&](sql::Snapshot& snapshot) {
        return storage::custody_of_device(snapshot, device.device_id, {}, kEveryRow);
      });
      if (!rows) return findings.add(name(), "the ledger cannot be read: {}", rows.error().message);
      check_device(device, *rows, findings);
      for (const auto& row : *rows) {
        acts[row.given.note].insert(row.given.act_id);
        if (row.taken) acts[row.taken->note].insert(row.taken->act_id);
      }
    }
    check_words(evidence, acts, findings);
  }

 private:
  using Acts = std::map<std::string, std::set<std::string>>;  // by note

  void check_device(const domain::Device& device, const std::vector<domain::Custody>& rows, Findings& findings) const {
    const domain::Custody* later = nullptr;
    for (const auto& row : rows) {  // newest first
      if (later && row.open()) findings.add(name(), "{} has two holders", device.tag);
      if (later && row.taken && row.taken->at_ms > later->given.at_ms) {
        findings.add(name(), "{} was given before it was taken", device.tag);
      }
      later = &row;
    }
    const bool held = !rows.empty() && rows.front().open();
    const auto kind = held ? rows.front().holder.kind : domain::HolderKind::nobody;
    if (device.held_by != kind) {
      findings.add(name(), "{} is shown with {} and is with {}", device.tag, domain::name_of(device.held_by),
                   domain::name_of(kind));
    }
    const bool deployed = device.standing.lifecycle == domain::Lifecycle::deployed;
    if (deployed != domain::uses(kind)) {
      findings.add(name(), "{} is {} and is with {}", device.tag, domain::name_of(device.standing.lifecycle),
                   domain::name_of(kind));
    }
  }

  void check_words(const Evidence& evidence, const Acts& acts, Findings& findings) const {
    const auto& intentions = evidence.book.custody().intentions();
    std::size_t found = 0;
    for (std::size_t number = 0; number < intentions.size(); ++number) {
      const Intention& it = intentions[number];
      const auto entry = acts.find(CustodyBook::note_of(number));
      const std::size_t times = entry == acts.end() ? 0 : entry->second.size();
      found += entry == acts.end() ? 0 : 1;
      if (times > 1) findings.add(name(), "\"{}\" was meant once and done {} times", it.what, times);
      if (it.done == true && (times == 0 || !entry->second.contains(it.act_id))) {
        findings.add(name(), "\"{}\" was done, as was said, and is not in the ledger", it.what);
      }
      if (it.done == false && times != 0) {
        findings.add(name(), "\"{}\" was refused, as was said after {} tries, and was done", it.what, it.tries);
      }
      if (!it.done && evidence.moment == Moment::calm) findings.add(name(), "\"{}\" was never answered", it.what);
    }
    if (found != acts.size()) findings.add(name(), "the ledger has acts that nobody meant");
  }
};

}  // namespace

std::unique_ptr<Invariant> make_custody() { return std::make_unique<Custody>(); }

}  // namespace rollcall::sim
