#include "server/service/device_change.h"

#include <utility>

#include "server/domain/plain_text.h"
#include "server/storage/asset_store.h"
#include "server/storage/device_store.h"
#include "server/storage/model_store.h"

namespace rollcall::service {
namespace {

using domain::Asset;
using domain::DeviceChange;
using domain::Flag;

class Changing {
 public:
  template <class T>
  void take(std::string_view name, const std::optional<T>& wanted, T& now) {
    if (!wanted || *wanted == now) return;
    now = *wanted;
    note(name);
  }
  void list(domain::Papers& papers, std::int64_t now_ms) {
    if (papers.listed_ms) return;
    papers.listed_ms = now_ms;
    note("listed");
  }
  void flag(const std::optional<bool>& wanted, Flag flag, Asset& asset, std::int64_t now_ms) {
    auto& since = domain::since(asset.papers, flag);
    if (!wanted || *wanted == since.has_value()) return;
    since = *wanted ? std::optional(now_ms) : std::nullopt;
    asset.device.standing.flags.set(flag, *wanted);
    note(domain::name_of(flag));
  }
  std::string fields() && { return std::move(fields_); }

 private:
  void note(std::string_view name) { fields_.append(fields_.empty() ? "" : ", ").append(name); }
  std::string fields_;
};

Result<std::optional<std::string>> tag_of(const std::optional<std::string>& text) {
  if (!text || text->empty()) return text;
  auto tag = domain::normalise_tag(*text);
  if (tag) return tag;
  return fail(Errc::invalid_argument, "a tag is 1 to 64 bytes of text without invisible characters", "tag");
}

Result<std::optional<std::string>> serial_of(const std::optional<std::string>& text) {
  if (!text || text->empty()) return text;
  auto serial = domain::normalise_serial(*text);
  if (!serial.empty()) return std::optional(std::move(serial));
  return fail(Errc::invalid_argument, "this is a filler, not a serial number, or longer than 64 bytes", "serial");
}

Result<std::optional<std::string>> words_of(const std::optional<std::string>& text, std::string_view field) {
  if (!text) return text;
  return std::optional(TRY(domain::plain_text(*text, domain::kMaxModelText, field)));
}

}  // namespace

Result<> expect_own(const domain::Scope& reach, const domain::Device& device) {
  if (device.school_id.empty() || reach.covers_school(device.school_id)) return {};
  return fail(Errc::already_exists,
              "a device of another school has this serial number: the district moves it to yours, or finds the mistake",
              "serial");
}

Result<std::string> apply(const DeviceChange& change, Asset& asset, std::int64_t now_ms) {
  auto& [device, papers] = asset;
  Changing it;
  it.take("tag", TRY(tag_of(change.tag)), device.tag);
  it.take("school", change.school_id, device.school_id);
  it.take("serial", TRY(serial_of(change.serial)), device.serial);
  it.take("maker", TRY(words_of(change.maker, "maker")), device.maker);
  it.take("model", TRY(words_of(change.model, "model")), device.model);
  it.take("model_id", change.model_id, device.model_id);
  it.take("kind", change.kind, device.standing.kind);
  it.take("lifecycle", change.lifecycle, device.standing.lifecycle);
  it.take("condition", change.condition, device.standing.condition);
  it.flag(change.lost, Flag::lost, asset, now_ms);
  it.flag(change.stolen, Flag::stolen, asset, now_ms);
  it.flag(change.on_hold, Flag::on_hold, asset, now_ms);
  it.take("ownership", change.ownership, papers.ownership);
  it.take("kit", change.kit, papers.kit);
  it.take("funding_source", change.funding_source, papers.funding_source);
  it.take("purchase_order", change.purchase_order, papers.purchase_order);
  it.take("insurance", change.insurance, papers.insurance);
  it.take("hold_reason", change.hold_reason, papers.hold_reason);
  it.take("note", change.note, papers.note);
  it.take("cost_cents", change.cost_cents, papers.cost_cents);
  it.take("purchased", change.purchased, papers.purchased);
  it.take("warranty_end", change.warranty_end, papers.warranty_end);
  it.take("lease_end", change.lease_end, papers.lease_end);
  if (change.listed) it.list(papers, now_ms);
  return std::move(it).fields();
}

Result<std::optional<domain::Device>> unlisted(sql::Snapshot& snapshot, const DeviceChange& wanted,
                                               const domain::Device& device) {
  if (device.serial.empty()) return std::optional<domain::Device>();
  std::string maker = device.maker;
  if (wanted.model_id && !wanted.model_id->empty()) {
    if (const auto model = TRY(storage::find_model(snapshot, *wanted.model_id))) maker = model->maker;
  }
  std::optional<domain::Device> known;
  if (maker.empty()) {
    auto all = TRY(storage::find_devices_of_serial(snapshot, device.serial));
    if (all.size() == 1) known = std::move(all.front());
  } else {
    known = TRY(storage::find_device_by_serial(snapshot, device.serial, maker));
  }
  if (!known) return known;
  const auto asset = TRY(storage::find_asset(snapshot, known->device_id));
  return asset && !asset->papers.listed_ms ? known : std::nullopt;
}

}  // namespace rollcall::service
