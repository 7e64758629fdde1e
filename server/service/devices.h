// The devices' own records: what they are, whose they are, in what state; with an agent or without. What a device last
// said is service::Fleet's, who has it service::CustodyLedger's. Thread-safe; every call reads or writes the database,
// so none belongs on the loop thread.
//
// A device that an agent reports and one that the inventory lists are one record as soon as they have one serial and
// maker: whoever comes second meets what is there. Listing adds the papers to the agent's record (`add`); an agent that
// enrolls takes the listed record as its own (service/identity.h).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/device.h"
#include "server/domain/user.h"
#include "server/service/agents.h"
#include "server/service/audit.h"
#include "server/service/schools.h"
#include "server/service/writes.h"

namespace rollcall::service {

class Devices {
 public:
  Devices(sql::Database& db, const Clock& clock, Random& random, Agents& agents, Audit& audit, const Schools& schools)
      : db_(db), clock_(clock), random_(random), agents_(agents), audit_(audit), schools_(schools) {}

  Result<std::vector<domain::Device>> all();                              // live ones, oldest first
  Result<> each(const std::function<void(domain::Device device)>& take);  // the same, one at a time
  // Errors: not_found (also for a deleted device).
  Result<domain::Device> get(std::string_view device_id);
  Result<domain::Asset> asset(std::string_view device_id);
  // The same within a write of a use case that builds on this one.
  static Result<domain::Asset> read(sql::Snapshot& snapshot, std::string_view device_id);
  // Errors: not_found (also for a device that is not deleted).
  Result<domain::Device> deleted(std::string_view device_id);

  struct Added {
    domain::Asset asset{};
    bool met{};  // an agent had told of it before; it is the record that was there
    // A deleted device that had this tag: its label may still be about.
    std::optional<domain::Device> tag_was_on{};
  };
  // Lists a device. It needs a tag or a serial; with a model of the catalog it takes over its maker, name, kind, kit
  // and cost where `wanted` has none, and its warranty when `purchased` is known. `reuse`: also with the serial of a
  // deleted device. Errors: invalid_argument (with its field), already_exists (field "serial" or "tag": which device
  // has it; a deleted one with this serial is named too, because it is better restored).
  Result<Added> add(Write& write, const domain::DeviceChange& wanted, bool reuse = false);
  // Before add, for who reaches some schools only: what would be met is not another school's. Errors: already_exists
  // (field "serial").
  Result<> expect_reach(sql::Snapshot& snapshot, const domain::Scope& reach, const domain::DeviceChange& wanted) const;

  // Returns the device as it is now. `expected_version` is the ETag that the caller saw. Errors: not_found, conflict
  // (changed meanwhile, field "version"; or retired while somebody has it, field "lifecycle"), and those of add.
  Result<domain::Asset> edit(Write& write, std::string_view device_id, const domain::DeviceChange& change,
                             std::int64_t expected_version);

  // The record stays for the audit; its tag and serial can be used again; its agents are refused at once;
  // open reviews about it are closed. Errors: not_found, conflict (expected_version is given and is not the
  // version, field "version"; or somebody has it).
  Result<> remove(const domain::Actor& actor, std::string_view device_id, std::optional<std::int64_t> expected_version);
  // Undoes a deletion: its agents may report again. Errors: not_found (also: not deleted), already_exists (field
  // "serial" or "tag": which device has it by now).
  Result<domain::Asset> restore(Write& write, std::string_view device_id);

 private:
  Result<> expect_free(sql::Snapshot& snapshot, const domain::Device& device) const;
  Result<> fit(Write& write, domain::Asset& asset, const domain::DeviceChange& change);

  sql::Database& db_;
  const Clock& clock_;
  Random& random_;
  Agents& agents_;
  Audit& audit_;
  const Schools& schools_;
};

}  // namespace rollcall::service
