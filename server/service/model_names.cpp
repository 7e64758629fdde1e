#include "server/service/model_names.h"

#include <utility>

#include "common/base/log.h"
#include "server/storage/asset_store.h"
#include "server/storage/device_store.h"
#include "server/storage/model_store.h"

namespace rollcall::service {
namespace {

constexpr std::size_t kDevicesAtOnce = 100;  // about 10 ms

// Another device of the new maker may have this serial: then both stay as they are, for a person to look at.
Result<> rename(Write& write, domain::Asset asset, const domain::DeviceModel& model) {
  auto& device = asset.device;
  if (!device.serial.empty()) {
    const auto other = TRY(storage::find_device_by_serial(write.transaction(), device.serial, model.maker));
    if (other && other->device_id != device.device_id) {
      log::warn("device {} keeps the maker {}: device {} has its serial number and is of the maker that its model has now",
                device.device_id, device.maker, other->device_id);
      return {};
    }
  }
  device.maker = model.maker;
  device.model = model.name;
  const std::int64_t seen = device.version++;
  TRY(storage::update_asset(write.transaction(), asset, seen));
  write.touch(device.device_id);
  return {};
}

}  // namespace

Result<> ModelNames::load() {
  auto unfinished = TRY(db_.read([](sql::Snapshot& snapshot) { return storage::models_with_other_names(snapshot); }));
  const std::scoped_lock lock(mutex_);
  waiting_ = std::move(unfinished);
  return {};
}

void ModelNames::changed(std::string model_id) {
  const std::scoped_lock lock(mutex_);
  waiting_.insert(waiting_.begin(), std::move(model_id));
}

std::int64_t ModelNames::next_due() const {
  const std::scoped_lock lock(mutex_);
  return waiting_.empty() ? INT64_MAX : not_before_ms_;
}

void ModelNames::run_due(std::int64_t now_ms) {
  std::string model_id;
  {
    const std::scoped_lock lock(mutex_);
    if (waiting_.empty()) return;
    model_id = waiting_.back();
  }
  if (auto done = step(model_id); !done) {
    log::warn("renaming the devices of model {}, tried again in a minute: {}", model_id, done.error().message);
    not_before_ms_ = now_ms + kMinuteMs;
    return;
  }
  not_before_ms_ = INT64_MIN;
  if (!done_.empty()) return;
  const std::scoped_lock lock(mutex_);
  waiting_.pop_back();
}

// Leaves `done_` empty when that was the last of them.
Result<> ModelNames::step(const std::string& model_id) {
  const auto devices = TRY(writes_.run({}, [&](Write& write) -> Result<std::vector<std::string>> {
    const auto model = TRY(storage::find_model(write.transaction(), model_id));
    if (!model) return std::vector<std::string>();
    auto ids = TRY(storage::devices_to_rename(write.transaction(), *model, done_, kDevicesAtOnce));
    for (const auto& id : ids) {
      if (auto asset = TRY(storage::find_asset(write.transaction(), id))) TRY(rename(write, std::move(*asset), *model));
    }
    return ids;
  }));
  done_ = devices.size() == kDevicesAtOnce ? devices.back() : "";
  return {};
}

}  // namespace rollcall::service
