#include "server/service/custody_act.h"

#include <algorithm>

#include "common/base/id.h"
#include "server/service/versions.h"
#include "server/storage/custody_store.h"

namespace rollcall::service {

using domain::Custody;

CustodyAct::CustodyAct(Write& write, const Clock& clock, Random& random, Audit& audit)
    : write_(write), clock_(clock), random_(random), audit_(audit), id_(make_ulid(clock, random)) {}

// A device's rows have an order of their own, also within a millisecond and after a clock was put back: each begins later
// than the one before began, and not before that ended.
Result<std::int64_t> CustodyAct::next_instant(std::string_view device_id) const {
  const auto newest = TRY(storage::custody_of_device(write_.transaction(), device_id, {}, 1));
  if (newest.empty()) return write_.now_ms();
  const Custody& last = newest.front();
  return std::max({write_.now_ms(), last.given.at_ms + 1, last.taken ? last.taken->at_ms : 0});
}

Custody::End CustodyAct::end(std::int64_t at_ms, domain::CustodyReason reason, const domain::Device& device,
                             domain::Kit kit, const Handing& handing) const {
  return {.at_ms = at_ms,
          .actor = write_.actor().to_text(),
          .act_id = id_,
          .reason = reason,
          .condition = device.standing.condition,
          .kit = handing.kit.value_or(kit),
          .note = handing.note};
}

Result<> CustodyAct::close(Moved& moved, domain::CustodyReason reason, const Handing& handing) {
  domain::Standing& standing = moved.device.standing;
  standing.condition = handing.condition.value_or(standing.condition);
  const auto at_ms = std::max(write_.now_ms(), moved.custody->given.at_ms);
  const auto taken = end(at_ms, reason, moved.device, moved.custody->given.kit, handing);
  if (!TRY(storage::close_custody(write_.transaction(), moved.custody->custody_id, taken))) {
    return fail(Errc::conflict, "this device changed hands meanwhile");
  }
  moved.custody.reset();
  moved.device.held_by = domain::HolderKind::nobody;
  return {};
}

Result<> CustodyAct::open(Moved& moved, const domain::Holder& to, domain::CustodyReason reason, const Handing& handing,
                          domain::Kit kit) {
  domain::Standing& standing = moved.device.standing;
  standing.condition = handing.condition.value_or(standing.condition);
  const auto at_ms = TRY(next_instant(moved.device.device_id));
  moved.custody = Custody{.custody_id = make_ulid(clock_, random_),
                          .device_id = moved.device.device_id,
                          .holder = to,
                          .agreement = handing.agreement,
                          .given = end(at_ms, reason, moved.device, kit, handing)};
  TRY(storage::open_custody(write_.transaction(), *moved.custody));
  moved.device.held_by = to.kind;
  return {};
}

Result<> CustodyAct::settle(Moved& moved, const domain::Device& before, std::string_view action,
                            std::string_view detail, std::string_view undoes) {
  auto& lifecycle = moved.device.standing.lifecycle;
  if (undoes.empty()) lifecycle = domain::lifecycle_held_by(lifecycle, moved.device.held_by);
  TRY(storage::insert_act(write_.transaction(), {.act_id = id_,
                                                 .device_id = before.device_id,
                                                 .actor = write_.actor().to_text(),
                                                 .at_ms = write_.now_ms(),
                                                 .lifecycle_before = before.standing.lifecycle,
                                                 .condition_before = before.standing.condition,
                                                 .undoes = std::string(undoes)}));
  if (moved.device.standing != before.standing) {
    if (!TRY(storage::update_standing(write_.transaction(), moved.device, before.version))) {
      return changed_meanwhile("this device");
    }
    moved.device.version = before.version + 1;
  }
  write_.touch(before.device_id);
  return audit_.append(write_.transaction(), write_.actor(), action, "device:" + before.device_id, detail);
}

}  // namespace rollcall::service
