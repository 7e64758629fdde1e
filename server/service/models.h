// The catalog of device models. Thread-safe; every call reads or writes the database, so none belongs on the loop
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/device_model.h"
#include "server/service/audit.h"
#include "server/service/model_names.h"
#include "server/service/writes.h"

namespace rollcall::service {

// What a person may change. Absent: left alone. A number that is taken away is an empty optional inside.
struct ModelChange {
  std::optional<std::string> maker{}, name{};
  std::optional<domain::DeviceKind> kind{};
  std::optional<std::optional<std::int64_t>> warranty_months{}, life_months{}, cost_cents{};
  std::optional<domain::Kit> kit{};

  bool empty() const { return !maker && !name && !kind && !warranty_months && !life_months && !cost_cents && !kit; }
};

struct ModelQuery {
  std::string search{};  // part of maker or name; case is ignored
  std::optional<domain::DeviceKind> kind{};
  std::string cursor{};  // an earlier page's next_cursor; empty: from the start
  std::size_t limit{100};
};

class Models {
 public:
  static constexpr std::size_t kMaxPage = 500;
  // `names` takes a renamed model's devices along.
  Models(sql::Database& db, const Clock& clock, Random& random, Audit& audit, ModelNames& names)
      : db_(db), clock_(clock), random_(random), audit_(audit), names_(names) {}

  struct Page {
    std::vector<domain::DeviceModel> models{};  // by maker and name
    std::vector<std::int64_t> devices{};        // how many of each `who` reaches
    std::string next_cursor{};                  // empty: no more
  };
  // Errors: invalid_argument (field "cursor").
  Result<Page> list(const domain::Principal& who, const ModelQuery& query);
  // Errors: not_found (also for a deleted one).
  Result<domain::DeviceModel> get(std::string_view model_id);

  // `wanted` without id, version and instants. Errors: invalid_argument (with its field), already_exists (field "name";
  // the message says which model it is).
  Result<domain::DeviceModel> create(Write& write, const domain::DeviceModel& wanted);
  // `expected_version` is the ETag that the caller saw. Errors: those of create; not_found; conflict (changed
  // meanwhile).
  Result<domain::DeviceModel> edit(Write& write, std::string_view model_id, const ModelChange& change,
                                   std::int64_t expected_version);
  // Errors: not_found, conflict (changed meanwhile, or devices are of this model).
  Result<> remove(Write& write, std::string_view model_id, std::optional<std::int64_t> expected_version);

 private:
  sql::Database& db_;
  const Clock& clock_;
  Random& random_;
  Audit& audit_;
  ModelNames& names_;
};

}  // namespace rollcall::service
