// Rows of `device_models`. Plain functions; the caller's transaction decides what belongs together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/device_model.h"

namespace rollcall::storage {

// Errors: already_exists (a live model of this maker and name).
Result<> insert_model(sql::Transaction& transaction, const domain::DeviceModel& model);
// Writes everything but created_ms and deleted_ms of the live row that has `expected_version`; false: there is none.
// Errors: as insert_model.
Result<bool> update_model(sql::Transaction& transaction, const domain::DeviceModel& model,
                          std::int64_t expected_version);
// False: not there, or deleted already.
Result<bool> delete_model(sql::Transaction& transaction, std::string_view model_id, std::int64_t now_ms);

Result<std::optional<domain::DeviceModel>> find_model(sql::Snapshot& snapshot, std::string_view model_id);
// A live one; maker and name are normalised here.
Result<std::optional<domain::DeviceModel>> find_model_by_name(sql::Snapshot& snapshot, std::string_view maker,
                                                              std::string_view name);

struct ModelFilter {
  std::optional<std::string> user_id{};  // whose devices are counted: those of this user's schools
  std::string search{};  // part of maker or name, in lower case; empty: all
  std::optional<domain::DeviceKind> kind{};
  std::string after_maker{}, after_name{};  // where the page before ended, as in ListedModel
  std::size_t limit{100};
};
struct ListedModel {
  domain::DeviceModel model{};
  std::string maker_key{}, name_key{};
  std::int64_t devices{};  // how many of it the user of the filter reaches
};
// Live ones, by maker and name.
Result<std::vector<ListedModel>> list_models(sql::Snapshot& snapshot, const ModelFilter& filter);

}  // namespace rollcall::storage
