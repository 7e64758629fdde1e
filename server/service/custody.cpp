#include "server/service/custody.h"

#include <iterator>
#include <utility>

#include "server/domain/plain_text.h"
#include "server/service/custody_act.h"
#include "server/service/custody_scan.h"
#include "server/storage/asset_store.h"
#include "server/storage/custody_store.h"
#include "server/storage/device_store.h"

namespace rollcall::service {
namespace {

using domain::BlockerCode;
using domain::Blockers;
using domain::CustodyReason;
using domain::Device;

Result<Handing> normalise(Handing handing) {
  handing.note = TRY(domain::plain_text(handing.note, domain::kMaxCustodyNote, "note"));
  handing.agreement = TRY(domain::plain_text(handing.agreement, domain::kMaxAgreement, "agreement"));
  return handing;
}

void join(Blockers& all, Blockers more) {
  std::ranges::move(more, std::back_inserter(all));
}

Handed refused(Blockers blockers) {
  return {{}, {}, std::move(blockers)};
}

Result<Handed> done(sql::Snapshot& snapshot, const domain::Principal& who, const CustodyAct& act,
                    std::vector<Moved> moved) {
  Handed out{act.id(), {}, {}};
  for (Moved& it : moved) {
    out.devices.push_back(TRY(held_device(snapshot, who, std::move(it.device), std::move(it.custody))));
  }
  return out;
}

// What was scanned, and who has it.
struct Scene {
  std::optional<Device> device{};
  std::optional<domain::Custody> custody{};
  Blockers blockers{};
  std::string shown{};

  Moved moved() const { return {*device, custody}; }
};

Result<Scene> scene_of(sql::Snapshot& snapshot, const domain::Principal& who, const std::string& scanned) {
  auto found = TRY(scan_device(snapshot, who.scope, scanned));
  Scene scene{std::move(found.device), {}, std::move(found.blockers), {}};
  if (!scene.device) return scene;
  scene.shown = shown(*scene.device);
  scene.custody = TRY(storage::find_open_custody(snapshot, scene.device->device_id));
  return scene;
}

// "Ana Silva", "the cart Cart 7"; whoever lends devices may know who has one.
Result<std::string> holder_words(sql::Snapshot& snapshot, const domain::Holder& holder) {
  const auto name = TRY(name_of_holder(snapshot, holder));
  if (holder.kind == domain::HolderKind::person) return name.empty() ? "somebody who is not in the roster" : name;
  return "the " + std::string(domain::name_of(holder.kind)) + " " + name;
}

Result<> add_holder(sql::Snapshot& snapshot, Scene& scene, BlockerCode code, const std::string& before,
                    const std::string& remedy) {
  const auto holder = TRY(holder_words(snapshot, scene.custody->holder));
  scene.blockers.push_back({code, scene.shown + before + holder, remedy, scene.shown, holder});
  return {};
}

// For giving: nobody may have it.
Result<> expect_free(sql::Snapshot& snapshot, Scene& scene, const domain::Holder& to) {
  if (!scene.device || !scene.custody) return {};
  if (scene.custody->holder == to) {
    return add_holder(snapshot, scene, BlockerCode::same_holder, " is with ", "nothing is to be done");
  }
  return add_holder(snapshot, scene, BlockerCode::already_held, " is held by ",
                    "take it back first, or move it from there");
}

// For taking and moving: somebody must have it, and be the one that the caller saw.
Result<> expect_held(sql::Snapshot& snapshot, Scene& scene, const std::string& from) {
  if (!scene.device) return {};
  if (!scene.custody) {
    scene.blockers.push_back({BlockerCode::not_held,
                              "nobody has " + scene.shown,
                              "nothing is to be taken back; it can be given",
                              scene.shown,
                              {}});
    return {};
  }
  if (from.empty() || from == scene.custody->custody_id) return {};
  return add_holder(snapshot, scene, BlockerCode::held_by_other, " changed hands meanwhile: it is held by ",
                    "look at it again before moving it");
}

Result<domain::Kit> kit_of(sql::Snapshot& snapshot, const Device& device) {
  const auto asset = TRY(storage::find_asset(snapshot, device.device_id));
  return asset ? asset->papers.kit : domain::Kit{};
}

// Nothing to go to is no receiver and no blocker.
Result<FoundReceiver> place_of(sql::Snapshot& snapshot, const domain::Principal& who, const std::string& place) {
  if (place.empty()) return FoundReceiver{};
  return find_receiver(snapshot, who.scope, {{}, place});
}

}  // namespace

Result<Handed> CustodyLedger::give(Write& write, const domain::Principal& who, const Giving& order) {
  const auto handing = TRY(normalise(order.handing));
  auto& transaction = write.transaction();
  Scene scene = TRY(scene_of(transaction, who, order.device));
  auto to = TRY(find_receiver(transaction, who.scope, order.to));
  TRY(expect_free(transaction, scene, to.holder));
  if (scene.device) join(scene.blockers, domain::blockers_of(*scene.device, scene.shown, to.holder.kind));
  join(scene.blockers, std::move(to.blockers));
  if (!scene.blockers.empty()) return refused(std::move(scene.blockers));
  CustodyAct act(write, clock_, random_, audit_);
  Moved moved = scene.moved();
  TRY(act.open(moved, to.holder, CustodyReason::given, handing, TRY(kit_of(transaction, *scene.device))));
  TRY(act.settle(moved, *scene.device, "custody.give", to.id));
  return done(transaction, who, act, {std::move(moved)});
}

Result<Handed> CustodyLedger::take_back(Write& write, const domain::Principal& who, const Taking& order) {
  const auto handing = TRY(normalise(order.handing));
  auto& transaction = write.transaction();
  Scene scene = TRY(scene_of(transaction, who, order.device));
  auto to = TRY(place_of(transaction, who, order.place));
  TRY(expect_held(transaction, scene, order.from));
  join(scene.blockers, std::move(to.blockers));
  if (!scene.blockers.empty()) return refused(std::move(scene.blockers));
  CustodyAct act(write, clock_, random_, audit_);
  Moved moved = scene.moved();
  TRY(act.close(moved, CustodyReason::returned, handing));
  if (!to.id.empty()) {
    const auto kit = handing.kit.value_or(scene.custody->given.kit);
    TRY(act.open(moved, to.holder, CustodyReason::returned, handing, kit));
  }
  TRY(act.settle(moved, *scene.device, "custody.take_back", to.id));
  return done(transaction, who, act, {std::move(moved)});
}

Result<Handed> CustodyLedger::move(Write& write, const domain::Principal& who, const Moving& order) {
  const auto handing = TRY(normalise(order.handing));
  if (order.from.empty()) {
    return fail(Errc::invalid_argument, "from must be the custody that was seen: a move starts from a holder", "from");
  }
  auto& transaction = write.transaction();
  Scene scene = TRY(scene_of(transaction, who, order.device));
  auto to = TRY(find_receiver(transaction, who.scope, order.to));
  TRY(expect_held(transaction, scene, order.from));
  if (scene.device) join(scene.blockers, domain::blockers_of(*scene.device, scene.shown, to.holder.kind));
  join(scene.blockers, std::move(to.blockers));
  if (scene.blockers.empty() && scene.custody->holder == to.holder) TRY(expect_free(transaction, scene, to.holder));
  if (!scene.blockers.empty()) return refused(std::move(scene.blockers));
  CustodyAct act(write, clock_, random_, audit_);
  Moved moved = scene.moved();
  Handing in = handing;
  in.kit.reset();  // what goes along is told of the way out; all that went before comes back
  TRY(act.close(moved, CustodyReason::moved, in));
  TRY(act.open(moved, to.holder, CustodyReason::moved, handing, scene.custody->given.kit));
  TRY(act.settle(moved, *scene.device, "custody.move", to.id));
  return done(transaction, who, act, {std::move(moved)});
}

Result<Handed> CustodyLedger::swap(Write& write, const domain::Principal& who, const Swapping& order) {
  const auto in_handing = TRY(normalise(order.in.handing)), out_handing = TRY(normalise(order.handing));
  auto& transaction = write.transaction();
  Scene in = TRY(scene_of(transaction, who, order.in.device)), out = TRY(scene_of(transaction, who, order.device));
  if (in.device && out.device && in.device->device_id == out.device->device_id) {
    return fail(Errc::invalid_argument, "this is the device that comes in: scan the one that goes out", "device");
  }
  auto to = TRY(place_of(transaction, who, order.in.place));
  TRY(expect_held(transaction, in, order.in.from));
  const auto holder = in.custody ? in.custody->holder : domain::Holder{};
  TRY(expect_free(transaction, out, holder));
  if (out.device) join(out.blockers, domain::blockers_of(*out.device, out.shown, holder.kind));
  Blockers blockers = std::move(in.blockers);
  join(blockers, std::move(out.blockers));
  join(blockers, std::move(to.blockers));
  if (blockers.empty()) join(blockers, TRY(blockers_of_holder(transaction, holder)));
  if (!blockers.empty()) return refused(std::move(blockers));
  CustodyAct act(write, clock_, random_, audit_);
  Moved back = in.moved(), given = out.moved();
  TRY(act.close(back, CustodyReason::swapped, in_handing));
  if (!to.id.empty()) {
    const auto kit = in_handing.kit.value_or(in.custody->given.kit);
    TRY(act.open(back, to.holder, CustodyReason::swapped, in_handing, kit));
  }
  TRY(act.open(given, holder, CustodyReason::swapped, out_handing, TRY(kit_of(transaction, *out.device))));
  TRY(act.settle(back, *in.device, "custody.swap", "in, for device:" + out.device->device_id));
  TRY(act.settle(given, *out.device, "custody.swap", "out, for device:" + in.device->device_id));
  return done(transaction, who, act, {std::move(back), std::move(given)});
}

Result<Handed> CustodyLedger::check(const domain::Principal& who, const std::string& device, const Receiver& to) {
  return db_.read([&](sql::Snapshot& snapshot) -> Result<Handed> {
    Scene scene = TRY(scene_of(snapshot, who, device));
    FoundReceiver receiver;
    if (!to.person.empty() || !to.place.empty()) receiver = TRY(find_receiver(snapshot, who.scope, to));
    TRY(expect_free(snapshot, scene, receiver.holder));
    const auto kind = receiver.id.empty() ? domain::HolderKind::person : receiver.holder.kind;
    if (scene.device) join(scene.blockers, domain::blockers_of(*scene.device, scene.shown, kind));
    join(scene.blockers, std::move(receiver.blockers));
    Handed out = refused(std::move(scene.blockers));
    if (scene.device) {
      out.devices.push_back(TRY(held_device(snapshot, who, std::move(*scene.device), std::move(scene.custody))));
    }
    return out;
  });
}

}  // namespace rollcall::service
