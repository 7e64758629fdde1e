// Rows of `custody` and `custody_acts`. Plain functions; the caller's transaction decides what belongs together.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/custody.h"

namespace rollcall::storage {

// Errors: already_exists (this device has an open row).
Result<> open_custody(sql::Transaction& transaction, const domain::Custody& custody);
// Writes the end of the open row; false: it is not open. Errors: conflict (the end is before the beginning).
Result<bool> close_custody(sql::Transaction& transaction, std::string_view custody_id,
                           const domain::Custody::End& taken);

Result<std::optional<domain::Custody>> find_custody(sql::Snapshot& snapshot, std::string_view custody_id);
Result<std::optional<domain::Custody>> find_open_custody(sql::Snapshot& snapshot, std::string_view device_id);
// What one act opened and closed.
Result<std::vector<domain::Custody>> custody_of_act(sql::Snapshot& snapshot, std::string_view act_id,
                                                    std::string_view device_id);
// Of a device, newest first; `before` is the custody_id where the page before ended, with its given_ms.
struct CustodyCursor {
  std::int64_t given_ms{INT64_MAX};
  std::string custody_id{};
};
Result<std::vector<domain::Custody>> custody_of_device(sql::Snapshot& snapshot, std::string_view device_id,
                                                       const CustodyCursor& before, std::size_t limit);
// Open rows, oldest first.
Result<std::vector<domain::Custody>> open_custody_of_person(sql::Snapshot& snapshot, std::int64_t person_no);
// Of a person, newest first.
Result<std::vector<domain::Custody>> custody_of_person(sql::Snapshot& snapshot, std::int64_t person_no,
                                                       const CustodyCursor& before, std::size_t limit);
// Open rows in the order of device_id, behind `after`.
Result<std::vector<domain::Custody>> open_custody_of_place(sql::Snapshot& snapshot, std::string_view place_id,
                                                           std::string_view after, std::size_t limit);
// Of every device that is held: for the live picture, before the doors open.
Result<> each_holder(sql::Snapshot& snapshot,
                     const std::function<void(std::string_view device_id, domain::HolderKind kind)>& take);

struct CustodyAct {
  std::string act_id{}, device_id{};
  std::string actor{};
  std::int64_t at_ms{};
  domain::Lifecycle lifecycle_before{};
  domain::Condition condition_before{};
  std::string undoes{};  // empty: nothing
};
// Errors: already_exists (what it undoes is undone).
Result<> insert_act(sql::Transaction& transaction, const CustodyAct& act);
Result<std::vector<CustodyAct>> find_act(sql::Snapshot& snapshot, std::string_view act_id);  // a row a device
Result<bool> is_undone(sql::Snapshot& snapshot, std::string_view act_id);

// Lifecycle and condition of the live device that has `expected_version`, which becomes one more; false: there is none.
Result<bool> update_standing(sql::Transaction& transaction, const domain::Device& device,
                             std::int64_t expected_version);

}  // namespace rollcall::storage
