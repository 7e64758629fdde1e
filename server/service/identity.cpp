#include "server/service/identity.h"

#include <algorithm>

#include "common/base/id.h"
#include "common/base/placeholder.h"
#include "common/base/text.h"
#include "server/domain/device.h"
#include "server/storage/agent_store.h"
#include "server/storage/device_store.h"
#include "server/storage/review_store.h"

namespace rollcall::service {
namespace {

constexpr std::size_t kMaxClaim = 128;

std::string shown(std::string_view text) {
  return printable(clip_utf8(trim(text), kMaxClaim));
}

Result<std::string> make_device(sql::Transaction& transaction, const Claim& claim, std::string serial,
                                const std::string& school_id, const Clock& clock, Random& random) {
  const domain::Device device{.device_id = make_ulid(clock, random),
                              .serial = std::move(serial),
                              .maker = claim.maker,
                              .model = claim.model,
                              .tag = {},
                              .school_id = school_id,
                              .version = 1,
                              .created_ms = clock.wall_ms()};
  TRY(storage::insert_device(transaction, device));
  return device.device_id;
}

// Another system UUID on the same serial is other hardware. A UUID that either side does not know is no
// evidence, and neither is one that an earlier instance had: the firmware did not change by a re-image.
Result<bool> other_hardware(sql::Snapshot& snapshot, const std::string& device_id, const std::string& uuid) {
  if (uuid.empty()) return false;
  bool other = false;
  for (const auto& row : TRY(storage::list_agents_of(snapshot, device_id))) {
    if (row.agent.revoked_ms || row.agent.system_uuid.empty()) continue;
    if (row.agent.system_uuid == uuid) return false;
    other = true;
  }
  return other;
}

// What a re-image knows better than the record; a value that is missing erases nothing.
Result<> fill_in(sql::Transaction& transaction, domain::Device device, const Claim& claim,
                 const std::string& school_id) {
  const bool maker = device.maker.empty() && !claim.maker.empty();
  const bool model = device.model.empty() && !claim.model.empty();
  const bool school = device.school_id.empty() && !school_id.empty();
  if (!maker && !model && !school) return {};
  if (maker) device.maker = claim.maker;
  if (model) device.model = claim.model;
  if (school) device.school_id = school_id;
  const std::int64_t seen = device.version++;
  TRY(storage::update_device(transaction, device, seen));
  return {};
}

}  // namespace

Claim claim_of(const wire::Identity& identity) {
  Claim claim;
  if (!identity.serial_is_placeholder) claim.serial = domain::normalise_serial(identity.serial);
  claim.sent_serial = shown(identity.serial);
  claim.maker = shown(identity.manufacturer);
  claim.model = shown(identity.model);
  if (!is_placeholder_uuid(identity.system_uuid)) {
    claim.system_uuid = to_lower(shown(identity.system_uuid));
  }
  return claim;
}

Result<Home> find_home(sql::Transaction& transaction, const Claim& claim, const std::string& school_id,
                         const Clock& clock, Random& random) {
  Home home;
  if (claim.serial.empty()) {
    // Boards without a serial often share their UUID too, so the UUID is a hint for a person, not a proof.
    const auto alike = TRY(storage::find_device_by_uuid(transaction, claim.system_uuid));
    home.device_id = TRY(make_device(transaction, claim, "", school_id, clock, random));
    home.review = domain::ReviewKind::placeholder_serial;
    if (alike) home.other_device_id = alike->device_id;
    home.claimed_serial = claim.sent_serial;
    home.why = "no serial of its own";
    return home;
  }
  auto known = TRY(storage::find_device_by_serial(transaction, claim.serial, claim.maker));
  // The inventory listed it by its serial alone.
  if (!known) known = TRY(storage::find_device_by_serial(transaction, claim.serial, ""));
  if (!known) {
    home.device_id = TRY(make_device(transaction, claim, claim.serial, school_id, clock, random));
    home.why = "new";
    return home;
  }
  if (!TRY(other_hardware(transaction, known->device_id, claim.system_uuid))) {
    home.device_id = known->device_id;
    home.why = "re-imaged";
    TRY(fill_in(transaction, *known, claim, school_id));
    return home;
  }
  // The contestant's own re-image: it has its device and its review already.
  if (auto own = TRY(storage::find_contestant(transaction, claim.serial, claim.system_uuid))) {
    home.device_id = std::move(*own);
    home.why = "re-imaged, contested serial";
    return home;
  }
  home.device_id = TRY(make_device(transaction, claim, "", school_id, clock, random));
  home.review = domain::ReviewKind::contested_serial;
  home.other_device_id = known->device_id;
  home.claimed_serial = claim.serial;
  home.why = "contested serial";
  return home;
}

}  // namespace rollcall::service
