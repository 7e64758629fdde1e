#include "server/service/devices.h"

#include <utility>

#include "common/base/id.h"
#include "server/service/device_change.h"
#include "server/service/versions.h"
#include "server/storage/asset_store.h"
#include "server/storage/device_store.h"
#include "server/storage/model_store.h"
#include "server/storage/review_store.h"

namespace rollcall::service {
namespace {

using domain::Asset;
using domain::Device;
using domain::DeviceChange;

Result<Device> live_device(sql::Snapshot& snapshot, std::string_view device_id) {
  auto device = TRY(storage::find_device(snapshot, device_id));
  if (!device || device->deleted()) return fail(Errc::not_found, "there is no such device");
  return std::move(*device);
}

Result<Asset> live_asset(sql::Snapshot& snapshot, std::string_view device_id) {
  auto asset = TRY(storage::find_asset(snapshot, device_id));
  if (!asset || asset->device.deleted()) return fail(Errc::not_found, "there is no such device");
  return std::move(*asset);
}

// "device 01H… (Lenovo 300e, serial PF1, tag FCS-7)", for somebody who looks for it.
std::string description(const Device& device) {
  std::string words = device.maker;
  const auto add = [&](std::string_view before, const std::string& text) {
    if (!text.empty()) words.append(words.empty() ? "" : before).append(text);
  };
  add(" ", device.model);
  add(", ", device.serial.empty() ? "" : "serial " + device.serial);
  add(", ", device.tag.empty() ? "" : "tag " + device.tag);
  return "device " + device.device_id + (words.empty() ? "" : " (" + words + ")");
}

// Whoever has it must not be left with a device that is no more.
Result<> expect_given_back(const Device& device) {
  const auto lifecycle = device.standing.lifecycle;
  const bool held = lifecycle == domain::Lifecycle::disposed
                        ? device.held_by != domain::HolderKind::nobody
                        : domain::is_over(lifecycle) && domain::uses(device.held_by);
  if (!held) return {};
  return fail(Errc::conflict, "somebody has this device: take it back before it is " + std::string(name_of(lifecycle)),
              "lifecycle");
}

// What nobody told is as the catalog has it.
void fill_from(const domain::DeviceModel& model, const DeviceChange& wanted, Asset& asset) {
  if (!wanted.kind) asset.device.standing.kind = model.kind;
  if (!wanted.kit && asset.papers.kit.empty()) asset.papers.kit = model.kit;
  if (!wanted.cost_cents && !asset.papers.cost_cents) asset.papers.cost_cents = model.cost_cents;
  if (!asset.papers.warranty_end && asset.papers.purchased && model.warranty_months) {
    asset.papers.warranty_end = domain::months_after(*asset.papers.purchased, *model.warranty_months);
  }
}

}  // namespace

Result<std::vector<Device>> Devices::all() {
  return db_.read([](sql::Snapshot& snapshot) { return storage::list_devices(snapshot); });
}

Result<> Devices::each(const std::function<void(Device device)>& take) {
  return db_.read([&](sql::Snapshot& snapshot) { return storage::each_device(snapshot, take); });
}

Result<Device> Devices::get(std::string_view device_id) {
  return db_.read([&](sql::Snapshot& snapshot) { return live_device(snapshot, device_id); });
}

Result<Asset> Devices::asset(std::string_view device_id) {
  return db_.read([&](sql::Snapshot& snapshot) { return live_asset(snapshot, device_id); });
}

Result<Asset> Devices::read(sql::Snapshot& snapshot, std::string_view device_id) {
  return live_asset(snapshot, device_id);
}

Result<Device> Devices::deleted(std::string_view device_id) {
  auto device = TRY(db_.read([&](sql::Snapshot& snapshot) { return storage::find_device(snapshot, device_id); }));
  if (!device || !device->deleted()) return fail(Errc::not_found, "there is no such deleted device");
  return std::move(*device);
}

// Named before the unique indexes would refuse, so that the person learns which device it is.
Result<> Devices::expect_free(sql::Snapshot& snapshot, const Device& device) const {
  if (!device.tag.empty()) {
    const auto other = TRY(storage::find_device_by_tag(snapshot, device.tag));
    if (other && other->device_id != device.device_id) {
      return fail(Errc::already_exists, "tag " + device.tag + " is on " + description(*other), "tag");
    }
  }
  if (!device.serial.empty()) {
    const auto other = TRY(storage::find_device_by_serial(snapshot, device.serial, device.maker));
    if (other && other->device_id != device.device_id) {
      return fail(Errc::already_exists, "serial " + device.serial + " is that of " + description(*other), "serial");
    }
  }
  return {};
}

// What must be true of a record whoever changed it, and what follows from its model.
Result<> Devices::fit(Write& write, Asset& asset, const DeviceChange& change) {
  if (change.school_id && !change.school_id->empty()) TRY(schools_.expect(*change.school_id, "school"));
  if (change.model_id && !change.model_id->empty()) {
    const auto model = TRY(storage::find_model(write.transaction(), *change.model_id));
    if (!model || model->deleted_ms) return fail(Errc::invalid_argument, "the catalog has no such model", "model_id");
    asset.device.maker = model->maker;
    asset.device.model = model->name;
    fill_from(*model, change, asset);
  }
  TRY(expect_given_back(asset.device));
  asset.papers = TRY(domain::normalise(std::move(asset.papers)));
  return expect_free(write.transaction(), asset.device);
}

Result<> Devices::expect_reach(sql::Snapshot& snapshot, const domain::Scope& reach, const DeviceChange& wanted) const {
  Asset asset;
  TRY(apply(wanted, asset, clock_.wall_ms()));
  const auto known = TRY(unlisted(snapshot, wanted, asset.device));
  if (!known) return {};
  return expect_own(reach, *known);
}

Result<Devices::Added> Devices::add(Write& write, const DeviceChange& wanted, bool reuse) {
  Added added;
  Asset& asset = added.asset;
  asset.device.device_id = make_ulid(clock_, random_);
  asset.device.created_ms = write.now_ms();
  TRY(apply(wanted, asset, write.now_ms()));
  if (asset.device.tag.empty() && asset.device.serial.empty()) {
    return fail(Errc::invalid_argument, "a device needs a tag or a serial number to be found again", "tag");
  }
  if (auto known = TRY(unlisted(write.transaction(), wanted, asset.device))) {
    added.met = true;
    asset = TRY(storage::find_asset(write.transaction(), known->device_id)).value();
    TRY(apply(wanted, asset, write.now_ms()));
  }
  asset.papers.listed_ms = write.now_ms();
  TRY(fit(write, asset, wanted));
  if (!reuse && !added.met && !asset.device.serial.empty()) {
    if (const auto gone =
            TRY(storage::find_deleted_by_serial(write.transaction(), asset.device.serial, asset.device.maker))) {
      return fail(Errc::already_exists,
                  "serial " + asset.device.serial + " was that of the deleted " + description(*gone) +
                      ": restore it, or say that the serial is to be used again",
                  "serial");
    }
  }
  if (!asset.device.tag.empty())
    added.tag_was_on = TRY(storage::find_deleted_by_tag(write.transaction(), asset.device.tag));
  const std::int64_t seen = asset.device.version;
  if (added.met) {
    ++asset.device.version;
    if (!TRY(storage::update_asset(write.transaction(), asset, seen))) return changed_meanwhile("this device");
  } else {
    TRY(storage::insert_asset(write.transaction(), asset));
  }
  write.touch(asset.device.device_id);
  TRY(audit_.append(write.transaction(), write.actor(), "device.list", "device:" + asset.device.device_id,
                    added.met ? "its agent was known" : ""));
  return added;
}

Result<Asset> Devices::edit(Write& write, std::string_view device_id, const DeviceChange& change,
                            std::int64_t expected_version) {
  Asset asset = TRY(live_asset(write.transaction(), device_id));
  TRY(expect_version("this device", asset.device.version, expected_version));
  const std::string fields = TRY(apply(change, asset, write.now_ms()));
  if (fields.empty()) return asset;
  TRY(fit(write, asset, change));
  ++asset.device.version;
  if (!TRY(storage::update_asset(write.transaction(), asset, expected_version)))
    return changed_meanwhile("this device");
  TRY(audit_.append(write.transaction(), write.actor(), "device.edit", "device:" + asset.device.device_id, fields));
  write.touch(asset.device.device_id);
  return asset;
}

Result<> Devices::remove(const domain::Actor& actor, std::string_view device_id,
                         std::optional<std::int64_t> expected_version) {
  TRY(db_.write([&](sql::Transaction& transaction) -> Result<> {
    const Device now = TRY(live_device(transaction, device_id));
    if (expected_version) TRY(expect_version("this device", now.version, *expected_version));
    if (now.held_by != domain::HolderKind::nobody) {
      return fail(Errc::conflict, "somebody has this device: take it back before it is deleted");
    }
    const std::int64_t now_ms = clock_.wall_ms();
    TRY(storage::delete_device(transaction, device_id, now_ms));
    TRY(storage::dismiss_reviews_of(transaction, device_id, now_ms));
    return audit_.append(transaction, actor, "device.delete", "device:" + now.device_id);
  }));
  agents_.refuse_device(device_id);
  return agents_.refresh(device_id);
}

Result<Asset> Devices::restore(Write& write, std::string_view device_id) {
  auto gone = TRY(storage::find_device(write.transaction(), device_id));
  if (!gone || !gone->deleted()) return fail(Errc::not_found, "there is no such deleted device");
  TRY(expect_free(write.transaction(), *gone));
  TRY(storage::restore_device(write.transaction(), device_id));
  TRY(audit_.append(write.transaction(), write.actor(), "device.restore", "device:" + gone->device_id));
  write.touch(gone->device_id);
  return live_asset(write.transaction(), device_id);
}

}  // namespace rollcall::service
