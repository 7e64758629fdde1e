// DeviceImport's second half: what was compared is judged again, within the transaction that writes it.
#include <algorithm>
#include <utility>

#include "server/service/device_import.h"
#include "server/storage/model_store.h"

namespace rollcall::service {
namespace {

using Outcome = JudgedDevice::Outcome;

constexpr std::size_t kAtOnce = 500;

// Somebody changed the inventory since it was compared: the row is to blame, not the import.
bool is_of_the_row(Errc code) {
  return code == Errc::invalid_argument || code == Errc::already_exists || code == Errc::conflict ||
         code == Errc::not_found;
}

}  // namespace

Result<> DeviceImport::write() {
  const auto lines = std::count(to_write_.begin(), to_write_.end(), true);
  parts_.watch.begin("writing", models_.size() + static_cast<std::size_t>(lines));
  BulkWriter writer(parts_.db, parts_.clock, parts_.watch);
  TRY(write_models(writer));
  judge_.begin_again();
  writer.begin(table_.name());
  std::vector<Pending> batch;
  std::size_t place = 0;
  TRY(each(true, [&](DeviceLine line) -> Result<> {
    if (place == to_write_.size()) return fail(Errc::conflict, "the list changed while it was read; run it again");
    if (!to_write_[place++]) return {};
    batch.push_back({std::move(line), {}, {}});
    if (batch.size() < kAtOnce) return {};
    TRY(write_batch(writer, batch));
    batch.clear();
    return {};
  }));
  return write_batch(writer, batch);
}

Result<> DeviceImport::write_models(BulkWriter& writer) {
  std::vector<Model*> models;
  for (auto& [key, model] : models_) models.push_back(&model);
  writer.begin(model_counts_.file);
  const auto put_model = [&](sql::Transaction& transaction, Model* model) -> Result<> {
    Write write(transaction, actor_, parts_.clock.wall_ms());
    auto made = inventory_.models.create(
        write, {.maker = model->wanted.maker, .name = model->wanted.name, .kind = model->wanted.kind});
    if (!made && made.error().code != Errc::already_exists) return std::unexpected(std::move(made).error());
    const auto kept = TRY(storage::find_model_by_name(transaction, model->wanted.maker, model->wanted.name));
    model->id = kept ? kept->model_id : "";
    return {};
  };
  TRY(writer.write(std::span<Model* const>(models), put_model));
  for (const auto* model : models) names_.learn(model->wanted.maker, model->wanted.name, model->id);
  return {};
}

Result<> DeviceImport::write_batch(BulkWriter& writer, std::vector<Pending>& batch) {
  std::vector<Pending*> rows;
  for (auto& pending : batch) rows.push_back(&pending);
  TRY(writer.write(std::span<Pending* const>(rows), [this](sql::Transaction& transaction, Pending* pending) {
    return put(transaction, *pending);
  }));
  for (const auto& pending : batch) {
    for (const auto& device_id : pending.touched) TRY(inventory_.agents.refresh(device_id));
    if (pending.problem.empty()) continue;
    TRY(table_.note(pending.line.line, ImportTable::kWhole, domain::Severity::error, pending.problem));
  }
  return {};
}

Result<> DeviceImport::put(sql::Transaction& transaction, Pending& pending) {
  Write write(transaction, actor_, parts_.clock.wall_ms());
  auto problem = carry_out(write, pending.line);
  pending.touched = write.touched();
  if (!problem && !is_of_the_row(problem.error().code)) return std::unexpected(std::move(problem).error());
  pending.problem = problem ? std::move(*problem) : problem.error().message;
  return {};
}

// Returns why it was not done; empty: it was.
Result<std::string> DeviceImport::carry_out(Write& write, const DeviceLine& line) {
  auto judged = TRY(judge_.judge(write.transaction(), line));
  if (judged.refusal) return judged.refusal->reason;
  std::string device_id = judged.device_id, problem;
  if (judged.outcome == Outcome::add) {
    device_id = TRY(inventory_.devices.add(write, judged.change)).asset.device.device_id;
  } else if (judged.outcome == Outcome::edit) {
    TRY(inventory_.devices.edit(write, device_id, judged.change, judged.version));
  }
  if (judged.to) TRY(give(write, device_id, *judged.to, problem));
  return problem;
}

Result<> DeviceImport::give(Write& write, const std::string& device_id, const Receiver& to, std::string& problem) {
  const domain::Principal who{.user_id = actor_.id, .role = domain::Role::admin, .scope = {domain::ScopeKind::district, {}}};
  const auto handed = TRY(inventory_.custody.give(
      write, who, {.device = device_id, .to = to, .handing = {.note = "as a list of devices says"}}));
  if (!handed.done()) problem = "cannot be given: " + std::string(name_of(handed.blockers.front().code));
  return {};
}

}  // namespace rollcall::service
