#include "server/service/identities.h"

#include "common/base/id.h"
#include "common/base/log.h"
#include "server/domain/device.h"
#include "server/domain/review.h"
#include "server/service/identity.h"
#include "server/storage/agent_store.h"
#include "server/storage/device_store.h"
#include "server/storage/review_store.h"

namespace rollcall::service {
namespace {

using domain::Device;

// The agent falls back to the chassis' or the board's serial when the product's cannot be read.
bool may_replace(const wire::Identity& identity) { return identity.serial_source == "product"; }

Device as_told(Device device, const Claim& claim, bool replaces) {
  if (!claim.serial.empty() && (device.serial.empty() || replaces)) device.serial = claim.serial;
  if (!device.model_id.empty()) return device;  // the catalog's words are those that people chose
  if (!claim.maker.empty()) device.maker = claim.maker;
  if (!claim.model.empty()) device.model = claim.model;
  return device;
}

bool same_record(const Device& a, const Device& b) {
  return a.serial == b.serial && a.maker == b.maker && a.model == b.model;
}

std::string difference(const Device& before, const Device& after) {
  std::string out;
  const auto add = [&](std::string_view name, const std::string& old, const std::string& now) {
    if (old == now) return;
    out.append(out.empty() ? "" : ", ").append(name).append(" ").append(old.empty() ? "none" : old);
    out.append(" to ").append(now);
  };
  add("serial", before.serial, after.serial);
  add("maker", before.maker, after.maker);
  add("model", before.model, after.model);
  return out;
}

}  // namespace

struct Identities::Lesson {
  bool ignored{};  // nothing is taken over from this agent
  domain::Agent agent;
  Device before, after;
  Claim claim;
  bool contested{};
  std::string contested_serial;
  std::string holder_id;  // the device that has it; empty when none has
  bool new_uuid{};

  bool teaches() const { return !ignored && (contested || new_uuid || !same_record(before, after)); }
};

Result<Identities::Lesson> Identities::lesson(sql::Snapshot& snapshot, std::int64_t agent_no,
                                              const wire::Identity& identity) const {
  Lesson out;
  const auto row = TRY(storage::find_agent(snapshot, agent_no));
  out.ignored = !row || row->device_deleted || row->agent.revoked_ms || row->agent.superseded_ms;
  if (out.ignored) return out;
  out.agent = row->agent;
  out.before = TRY(storage::find_device(snapshot, row->agent.device_id)).value();
  out.claim = claim_of(identity);
  const Claim& claim = out.claim;
  const bool other_serial = !claim.serial.empty() && claim.serial != out.before.serial;
  const bool other_uuid = !claim.system_uuid.empty() && claim.system_uuid != out.agent.system_uuid;
  out.after = as_told(out.before, claim, may_replace(identity));
  const bool moved = other_serial && !out.before.serial.empty() && other_uuid && !out.agent.system_uuid.empty();
  const std::string serial = moved ? claim.serial : out.after.serial;
  const auto holder = TRY(storage::find_device_by_serial(snapshot, serial, out.after.maker));
  const bool taken = holder && holder->device_id != out.before.device_id;
  if (taken) out.holder_id = holder->device_id;
  if (moved || taken) {
    out.after = out.before;
    out.contested_serial = serial;
    out.contested = !TRY(storage::was_contested(snapshot, agent_no, serial));
  } else {
    out.new_uuid = other_uuid;
  }
  return out;
}

Result<> Identities::contest(sql::Transaction& transaction, const Lesson& lesson) {
  const std::int64_t now_ms = clock_.wall_ms();
  if (const auto open = TRY(storage::find_open_review(transaction, lesson.agent.agent_no))) {
    if (open->kind == domain::ReviewKind::contested_serial) return {};
    TRY(storage::resolve_review(transaction, open->review_id, domain::ReviewAction::dismiss, now_ms));
  }
  const domain::Review review{.review_id = make_ulid(clock_, random_),
                              .kind = domain::ReviewKind::contested_serial,
                              .agent_no = lesson.agent.agent_no,
                              .other_device_id = lesson.holder_id,
                              .claimed_serial = lesson.contested_serial,
                              .created_ms = now_ms};
  TRY(storage::insert_review(transaction, review));
  return audit_.append(transaction, {domain::Actor::Kind::system, ""}, "review.open", "review:" + review.review_id,
                       "contested serial, agent:" + lesson.agent.agent_id);
}

// What it waited for is there: the laptop is a device of its own.
Result<> Identities::close_placeholder_review(sql::Transaction& transaction, const Lesson& lesson) {
  const auto open = TRY(storage::find_open_review(transaction, lesson.agent.agent_no));
  if (!open || open->kind != domain::ReviewKind::placeholder_serial) return {};
  TRY(storage::resolve_review(transaction, open->review_id, domain::ReviewAction::separate, clock_.wall_ms()));
  return audit_.append(transaction, {domain::Actor::Kind::system, ""}, "review.resolve", "review:" + open->review_id,
                       "separate, device:" + lesson.before.device_id);
}

Result<> Identities::learn(sql::Transaction& transaction, Lesson& lesson) {
  if (lesson.contested) return contest(transaction, lesson);
  if (lesson.new_uuid) {
    TRY(storage::update_system_uuid(transaction, lesson.agent.agent_no, lesson.claim.system_uuid));
  }
  if (same_record(lesson.before, lesson.after)) return {};
  lesson.after.version = lesson.before.version + 1;
  TRY(storage::update_device(transaction, lesson.after, lesson.before.version));
  if (lesson.before.serial.empty() && !lesson.after.serial.empty()) TRY(close_placeholder_review(transaction, lesson));
  return audit_.append(transaction, {domain::Actor::Kind::agent, lesson.agent.agent_id}, "device.learn",
                       "device:" + lesson.after.device_id, difference(lesson.before, lesson.after));
}

Result<> Identities::told(std::int64_t agent_no, const wire::Identity& identity) {
  Lesson found = TRY(db_.read([&](sql::Snapshot& snapshot) { return lesson(snapshot, agent_no, identity); }));
  if (!found.teaches()) return {};
  if (lessons_.count(found.agent.agent_id) != 0) {
    if (const auto times = unheeded_.count(clock_.monotonic_ms()); times > 0) {
      log::warn("agent {} tells another identity more than {} times a day; it is not heeded (with others, {} times)",
                found.agent.agent_id, kLessonsADay, times);
    }
    return {};
  }
  TRY(db_.write([&](sql::Transaction& transaction) -> Result<> {
    found = TRY(lesson(transaction, agent_no, identity));
    return found.teaches() ? learn(transaction, found) : Result<>();
  }));
  if (found.contested) {
    log::warn("agent {} reports serial {}, which is not its device's; see the reviews", found.agent.agent_id,
              found.contested_serial);
    return {};
  }
  return agents_.refresh(found.before.device_id);
}

}  // namespace rollcall::service
