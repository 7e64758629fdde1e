#include "server/service/devices.h"

#include <algorithm>

#include "server/storage/device_store.h"
#include "server/storage/review_store.h"

namespace rollcall::service {
namespace {

using domain::Device;

Result<Device> live_device(sql::Snapshot& snapshot, std::string_view device_id) {
  auto device = TRY(storage::find_device(snapshot, device_id));
  if (!device || device->deleted())
    return fail(Errc::not_found, "there is no device " + std::string(device_id));
  return std::move(*device);
}

Result<> expect_version(const Device& device, std::int64_t expected) {
  if (device.version == expected) return {};
  return fail(Errc::conflict, "somebody changed this device meanwhile; look at it again before changing it");
}

// Named before the unique index would refuse, so that the person learns which device has the tag.
Result<> expect_free_tag(sql::Snapshot& snapshot, const std::string& tag, const std::string& device_id) {
  const auto holder = TRY(storage::find_device_by_tag(snapshot, tag));
  if (!holder || holder->device_id == device_id) return {};
  return fail(Errc::already_exists,
              "tag " + tag + " is on device " + holder->device_id + " (" + holder->maker + " " +
                  holder->model + (holder->serial.empty() ? "" : ", serial " + holder->serial) + ")",
              "tag");
}

}  // namespace

Result<std::vector<Device>> Devices::all() {
  return db_.read([](sql::Snapshot& snapshot) { return storage::list_devices(snapshot); });
}

Result<Device> Devices::get(std::string_view device_id) {
  return db_.read([&](sql::Snapshot& snapshot) { return live_device(snapshot, device_id); });
}

Result<Device> Devices::edit(const domain::Actor& actor, std::string_view device_id,
                             const domain::DeviceChange& change, std::int64_t expected_version) {
  std::string tag;
  if (change.tag && !change.tag->empty()) {
    const auto normalised = domain::normalise_tag(*change.tag);
    if (!normalised) {
      return fail(Errc::invalid_argument, "a tag is 1 to 64 bytes of text without invisible characters", "tag");
    }
    tag = *normalised;
  }
  if (change.school_id && !change.school_id->empty() &&
      std::ranges::find(school_ids_, *change.school_id) == school_ids_.end()) {
    return fail(Errc::invalid_argument, "there is no school " + *change.school_id + " in the configuration",
                "school");
  }
  Device device = TRY(db_.write([&](sql::Transaction& transaction) -> Result<Device> {
    Device now = TRY(live_device(transaction, device_id));
    TRY(expect_version(now, expected_version));
    std::string fields;
    if (change.tag && tag != now.tag) {
      if (!tag.empty()) TRY(expect_free_tag(transaction, tag, now.device_id));
      now.tag = tag;
      fields = "tag";
    }
    if (change.school_id && *change.school_id != now.school_id) {
      now.school_id = *change.school_id;
      fields += fields.empty() ? "school" : ", school";
    }
    if (fields.empty()) return now;
    ++now.version;
    if (!TRY(storage::update_device(transaction, now, expected_version))) {
      return fail(Errc::conflict, "somebody changed this device meanwhile");
    }
    TRY(audit_.append(transaction, actor, "device.edit", "device:" + now.device_id, fields));
    return now;
  }));
  TRY(agents_.refresh(device.device_id));
  return device;
}

Result<> Devices::remove(const domain::Actor& actor, std::string_view device_id,
                         std::optional<std::int64_t> expected_version) {
  TRY(db_.write([&](sql::Transaction& transaction) -> Result<> {
    const Device now = TRY(live_device(transaction, device_id));
    if (expected_version) TRY(expect_version(now, *expected_version));
    const std::int64_t now_ms = clock_.wall_ms();
    TRY(storage::delete_device(transaction, device_id, now_ms));
    TRY(storage::dismiss_reviews_of(transaction, device_id, now_ms));
    return audit_.append(transaction, actor, "device.delete", "device:" + now.device_id);
  }));
  agents_.refuse_device(device_id);
  return agents_.refresh(device_id);
}

}  // namespace rollcall::service
