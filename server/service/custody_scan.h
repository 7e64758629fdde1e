// From what was scanned to what it is: devices and receivers within somebody's reach. For CustodyLedger and those who
// build on it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/custody.h"
#include "server/domain/permission.h"
#include "server/service/custody.h"

namespace rollcall::service {

// Absent: there is none; `blockers` say why.
struct ScannedDevice {
  std::optional<domain::Device> device{};
  domain::Blockers blockers{};
};
// By id, tag or serial, in that order. A device out of reach is not there.
Result<ScannedDevice> scan_device(sql::Snapshot& snapshot, const domain::Scope& scope, std::string_view text);

struct FoundReceiver {
  domain::Holder holder{};  // nobody: there is none; `blockers` say why
  std::string name{};
  std::string id{};  // of the person or place, for people and the audit log: "person:ULID"
  domain::Blockers blockers{};
};
// Errors: invalid_argument (field "person": neither or both are told).
Result<FoundReceiver> find_receiver(sql::Snapshot& snapshot, const domain::Scope& scope, const Receiver& wanted);

// Of who has something already and is to get another: withdrawn since?
Result<domain::Blockers> blockers_of_holder(sql::Snapshot& snapshot, const domain::Holder& holder);

// The person's display name or the place's; of somebody who is gone for good, empty.
Result<std::string> name_of_holder(sql::Snapshot& snapshot, const domain::Holder& holder);

// As `who` may see them: a person's name and id only with the permission to view people.
Result<CustodyView> view_of(sql::Snapshot& snapshot, const domain::Principal& who, domain::Custody custody);
Result<HeldDevice> held_device(sql::Snapshot& snapshot, const domain::Principal& who, domain::Device device,
                               std::optional<domain::Custody> custody);

// "FCS-7", or the serial, or the id: what people call it.
std::string shown(const domain::Device& device);

}  // namespace rollcall::service
