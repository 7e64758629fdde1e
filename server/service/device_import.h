// A list of devices compared with the inventory, and then written into it: devices through Devices, models that the
// catalog does not have through Models, who has them through CustodyLedger, so that every rule and every record of the
// audit log is that of a change by hand. Nothing is deleted, and nothing is taken away from anybody. Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/sql/sql.h"
#include "server/csv/archive.h"
#include "server/service/bulk_writer.h"
#include "server/service/device_judge.h"
#include "server/service/device_rows.h"
#include "server/service/devices.h"
#include "server/service/import_plan.h"
#include "server/service/models.h"
#include "server/service/schools.h"

namespace rollcall::service {

// What a list of devices is written through.
struct InventoryServices {
  Devices& devices;
  Models& models;
  CustodyLedger& custody;
  Agents& agents;
};

// What an import works with; everything outlives it.
struct ImportParts {
  sql::Database& db;
  const Clock& clock;
  const RosterKeys& keys;
  const Schools& schools;
  ImportFindings& findings;
  ImportWatch& watch;
};

class DeviceImport final : public ImportPlan {
 public:
  // More would be made of a column that is no model's.
  static constexpr std::size_t kMaxNewModels = 1'000;

  // Looks at the header. Without a `preset` it is recognized. Errors: invalid_argument (not one table; neither a tag nor
  // a serial number; the message says what was looked for), what the archive says.
  static Result<std::unique_ptr<DeviceImport>> open(csv::Archive& archive, std::optional<domain::DevicePreset> preset,
                                                    domain::Actor actor, const InventoryServices& inventory,
                                                    const ImportParts& parts);

  Result<> make() override;
  Result<> write() override;
  std::vector<domain::FileCounts> counts() const override;

 private:
  DeviceImport(csv::Archive& archive, domain::DevicePreset preset, domain::Actor actor, const InventoryServices& inventory,
               const ImportParts& parts);

  struct Pending {
    DeviceLine line{};
    std::string problem{};               // why it was not written after all
    std::vector<std::string> touched{};  // devices
  };
  struct Model {
    NewModel wanted{};
    std::string id{};
  };

  // device_import.cpp
  Result<> load();
  Result<> each(bool again, const std::function<Result<>(DeviceLine line)>& take);
  Result<> compare(const std::vector<DeviceLine>& batch);
  Result<> count(const DeviceLine& line, const JudgedDevice& judged);
  void settle();

  // device_import_write.cpp
  Result<> write_models(BulkWriter& writer);
  Result<> write_batch(BulkWriter& writer, std::vector<Pending>& batch);
  Result<> put(sql::Transaction& transaction, Pending& pending);
  Result<std::string> carry_out(Write& write, const DeviceLine& line);
  Result<> give(Write& write, const std::string& device_id, const Receiver& to, std::string& problem);

  const domain::DevicePreset preset_;
  const domain::Actor actor_;
  const InventoryServices inventory_;
  const ImportParts parts_;
  ImportTable table_;
  DeviceRows rows_;
  DeviceNames names_;
  DeviceJudge judge_;
  std::int64_t listed_{};
  std::vector<bool> to_write_;  // of the rows that say something, in their order
  std::map<std::pair<std::string, std::string>, Model> models_;  // new ones, by what is compared of them
  domain::FileCounts model_counts_{.file = "models"}, custody_counts_{.file = "custody"};
};

}  // namespace rollcall::service
