#include "server/service/device_import.h"

#include <algorithm>
#include <utility>

#include "server/storage/asset_store.h"

namespace rollcall::service {
namespace {

using domain::DevicePreset;
using domain::Severity;
using Outcome = JudgedDevice::Outcome;

constexpr std::size_t kAtOnce = 500;
constexpr std::string_view kName = "devices.csv";

Result<DevicePreset> recognized(csv::Archive& archive, const std::string& entry) {
  csv::Reader reader(TRY(archive.read(entry)));
  if (!TRY(with(reader.next(), kName))) {
    return fail(Errc::invalid_argument, "the list is empty; even its header is missing");
  }
  if (const auto preset = preset_of(reader.row())) return *preset;
  return fail(Errc::invalid_argument,
              "the header has neither a tag nor a serial number: it was looked for tag and serial, for Snipe-IT's Asset "
              "Tag and Serial, and for Google's annotatedAssetId and serialNumber");
}

}  // namespace

Result<std::unique_ptr<DeviceImport>> DeviceImport::open(csv::Archive& archive, std::optional<DevicePreset> preset,
                                                         domain::Actor actor, const InventoryServices& inventory,
                                                         const ImportParts& parts) {
  if (archive.entries().size() != 1) return fail(Errc::invalid_argument, "a list of devices is one .csv file");
  if (!preset) preset = TRY(recognized(archive, archive.entries().front().name));
  std::unique_ptr<DeviceImport> out(new DeviceImport(archive, *preset, std::move(actor), inventory, parts));
  TRY(out->table_.open([&](const csv::Row& header) -> Result<> {
    const auto columns = csv::Columns::match(header, fields_of(*preset));
    if (columns.has(device_field::tag) || columns.has(device_field::serial)) return {};
    return fail(Errc::invalid_argument, "the header has neither " + std::string(fields_of(*preset)[device_field::tag].name) +
                                            " nor " + std::string(fields_of(*preset)[device_field::serial].name) +
                                            "; is it a list of another system?");
  }));
  return out;
}

DeviceImport::DeviceImport(csv::Archive& archive, DevicePreset preset, domain::Actor actor, const InventoryServices& inventory,
                           const ImportParts& parts)
    : preset_(preset),
      actor_(std::move(actor)),
      inventory_(inventory),
      parts_(parts),
      table_(archive, archive.entries().front().name, std::string(kName), fields_of(preset), parts.findings, parts.watch),
      rows_(table_, preset),
      names_(parts.schools.all(), parts.keys),
      judge_(names_) {
  for (auto* counts : {&table_.counts(), &model_counts_, &custody_counts_}) counts->mode = name_of(preset);
}

Result<> DeviceImport::load() {
  return parts_.db.read([&](sql::Snapshot& snapshot) -> Result<> {
    listed_ = TRY(storage::count_listed(snapshot));
    return names_.load(snapshot);
  });
}

Result<> DeviceImport::each(bool again, const std::function<Result<>(DeviceLine line)>& take) {
  const auto judge = [this](const csv::Columns& columns, const csv::Row& row) { return rows_.refusal_of(columns, row); };
  return table_.each(again, judge, [&](const ImportRow& row) -> Result<> {
    auto line = TRY(rows_.decode(row));
    return line ? take(std::move(*line)) : Result<>();
  });
}

Result<> DeviceImport::make() {
  parts_.watch.begin("reading", table_.size());
  TRY(load());
  TRY(rows_.look());
  std::vector<DeviceLine> batch;
  TRY(each(false, [&](DeviceLine line) -> Result<> {
    batch.push_back(std::move(line));
    if (batch.size() < kAtOnce) return {};
    TRY(compare(batch));
    batch.clear();
    return {};
  }));
  TRY(compare(batch));
  settle();
  return {};
}

Result<> DeviceImport::compare(const std::vector<DeviceLine>& batch) {
  std::vector<JudgedDevice> judged;
  TRY(parts_.db.read([&](sql::Snapshot& snapshot) -> Result<> {
    for (const auto& line : batch) judged.push_back(TRY(judge_.judge(snapshot, line)));
    return {};
  }));
  for (std::size_t i = 0; i < batch.size(); ++i) TRY(count(batch[i], judged[i]));
  return {};
}

Result<> DeviceImport::count(const DeviceLine& line, const JudgedDevice& judged) {
  for (const auto& it : judged.warnings) TRY(table_.note(line.line, it.field, Severity::warning, it.reason));
  if (judged.refusal) TRY(table_.note(line.line, judged.refusal->field, Severity::error, judged.refusal->reason));
  auto& counts = table_.counts();
  if (judged.outcome == Outcome::add) ++counts.added;
  if (judged.outcome == Outcome::edit) ++counts.changed;
  if (judged.to) ++custody_counts_.added;
  const bool writes = judged.outcome == Outcome::add || judged.outcome == Outcome::edit || judged.to;
  to_write_.push_back(writes);
  if (!writes || !judged.new_model) return {};
  const auto& model = *judged.new_model;
  models_.try_emplace({domain::normalise_maker(model.maker), domain::model_key(model.name)}, Model{model, {}});
  if (models_.size() <= kMaxNewModels) return {};
  return fail(Errc::invalid_argument, "the list would add more than " + std::to_string(kMaxNewModels) +
                                          " models to the catalog; is its column of models right?");
}

// A row that nobody can read may stand for any device.
void DeviceImport::settle() {
  auto& counts = table_.counts();
  counts.kept = listed_;
  counts.gone = table_.unreadable() == 0 ? std::max<std::int64_t>(0, listed_ - judge_.met()) : 0;
  model_counts_.added = static_cast<std::int64_t>(models_.size());
}

std::vector<domain::FileCounts> DeviceImport::counts() const {
  std::vector<domain::FileCounts> out{table_.counts()};
  for (const auto* more : {&model_counts_, &custody_counts_}) {
    if (more->added > 0) out.push_back(*more);
  }
  return out;
}

}  // namespace rollcall::service
