#include "server/service/models.h"

#include <algorithm>
#include <utility>

#include "common/base/digest.h"
#include "common/base/id.h"
#include "common/base/text.h"
#include "server/service/versions.h"
#include "server/storage/asset_store.h"
#include "server/storage/model_store.h"

namespace rollcall::service {
namespace {

using domain::DeviceModel;

// "MAKER NUL NAME" of the last one.
std::string cursor_of(const storage::ListedModel& last) {
  return to_base64url(last.maker_key + '\0' + last.name_key);
}

Result<> begin_behind(std::string_view cursor, storage::ModelFilter& filter) {
  if (cursor.empty()) return {};
  const auto text = from_base64url(cursor);
  const auto end = text ? text->find('\0') : std::string::npos;
  if (end == std::string::npos || !is_utf8(*text)) {
    return fail(Errc::invalid_argument, "this is not a cursor of the models", "cursor");
  }
  filter.after_maker = text->substr(0, end);
  filter.after_name = text->substr(end + 1);
  return {};
}

Result<DeviceModel> live_model(sql::Snapshot& snapshot, std::string_view model_id) {
  auto model = TRY(storage::find_model(snapshot, model_id));
  if (!model || model->deleted_ms) return fail(Errc::not_found, "there is no such model");
  return std::move(*model);
}

// Named before the unique index would refuse, so that the person learns which one it is.
Result<> expect_new(sql::Snapshot& snapshot, const DeviceModel& wanted) {
  const auto same = TRY(storage::find_model_by_name(snapshot, wanted.maker, wanted.name));
  if (!same || same->model_id == wanted.model_id) return {};
  return fail(Errc::already_exists, "the catalog has " + same->maker + " " + same->name + " already", "name");
}

template <class T>
void take(std::string& fields, std::string_view name, const std::optional<T>& wanted, T& now) {
  if (!wanted || *wanted == now) return;
  now = *wanted;
  fields.append(fields.empty() ? "" : ", ").append(name);
}

// The names of what changes.
std::string apply(const ModelChange& change, DeviceModel& model) {
  std::string fields;
  take(fields, "maker", change.maker, model.maker);
  take(fields, "name", change.name, model.name);
  take(fields, "kind", change.kind, model.kind);
  take(fields, "warranty_months", change.warranty_months, model.warranty_months);
  take(fields, "life_months", change.life_months, model.life_months);
  take(fields, "cost_cents", change.cost_cents, model.cost_cents);
  take(fields, "kit", change.kit, model.kit);
  return fields;
}

}  // namespace

Result<Models::Page> Models::list(const domain::Principal& who, const ModelQuery& query) {
  storage::ModelFilter filter{.search = to_lower(trim(query.search)),
                              .kind = query.kind,
                              .limit = std::clamp<std::size_t>(query.limit, 1, kMaxPage)};
  if (who.scope.kind != domain::ScopeKind::district) filter.user_id = who.user_id;
  TRY(begin_behind(query.cursor, filter));
  auto found = TRY(db_.read([&](sql::Snapshot& snapshot) { return storage::list_models(snapshot, filter); }));
  Page page;
  if (found.size() == filter.limit) page.next_cursor = cursor_of(found.back());
  for (auto& it : found) {
    page.devices.push_back(it.devices);
    page.models.push_back(std::move(it.model));
  }
  return page;
}

Result<DeviceModel> Models::get(std::string_view model_id) {
  return db_.read([&](sql::Snapshot& snapshot) { return live_model(snapshot, model_id); });
}

Result<DeviceModel> Models::create(Write& write, const DeviceModel& wanted) {
  DeviceModel model = TRY(domain::normalise(wanted));
  model.model_id = make_ulid(clock_, random_);
  model.version = 1;
  model.created_ms = write.now_ms();
  TRY(expect_new(write.transaction(), model));
  TRY(storage::insert_model(write.transaction(), model));
  TRY(audit_.append(write.transaction(), write.actor(), "model.create", "model:" + model.model_id));
  return model;
}

Result<DeviceModel> Models::edit(Write& write, std::string_view model_id, const ModelChange& change,
                                 std::int64_t expected_version) {
  DeviceModel model = TRY(live_model(write.transaction(), model_id));
  TRY(expect_version("this model", model.version, expected_version));
  const std::string maker = model.maker, name = model.name;
  const std::string fields = apply(change, model);
  if (fields.empty()) return model;
  model = TRY(domain::normalise(std::move(model)));
  TRY(expect_new(write.transaction(), model));
  ++model.version;
  if (!TRY(storage::update_model(write.transaction(), model, expected_version))) return changed_meanwhile("this model");
  if (model.maker != maker || model.name != name) names_.changed(model.model_id);
  TRY(audit_.append(write.transaction(), write.actor(), "model.edit", "model:" + model.model_id, fields));
  return model;
}

Result<> Models::remove(Write& write, std::string_view model_id, std::optional<std::int64_t> expected_version) {
  const DeviceModel model = TRY(live_model(write.transaction(), model_id));
  if (expected_version) TRY(expect_version("this model", model.version, *expected_version));
  if (const auto devices = TRY(storage::count_devices_of_model(write.transaction(), model_id)); devices > 0) {
    return fail(Errc::conflict, "the model stays while devices are of it (" + std::to_string(devices) + "): give them another one first");
  }
  TRY(storage::delete_model(write.transaction(), model_id, write.now_ms()));
  return audit_.append(write.transaction(), write.actor(), "model.delete", "model:" + model.model_id);
}

}  // namespace rollcall::service
