// The devices' own records: serial, maker, model, tag, school. What a device last said is service::Fleet's.
// Thread-safe; every call reads or writes the database, so none belongs on the loop thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/device.h"
#include "server/domain/person.h"
#include "server/service/agents.h"
#include "server/service/audit.h"

namespace rollcall::service {

class Devices {
 public:
  // `school_ids`: the schools that the configuration lists; a device can be given no other.
  Devices(sql::Database& db, const Clock& clock, Agents& agents, Audit& audit,
          std::vector<std::string> school_ids)
      : db_(db), clock_(clock), agents_(agents), audit_(audit), school_ids_(std::move(school_ids)) {}

  Result<std::vector<domain::Device>> all();  // live ones, oldest first
  // Errors: not_found (also for a deleted device).
  Result<domain::Device> get(std::string_view device_id);

  // Returns the device as it is now. `expected_version` is the ETag that the caller saw.
  // Errors: not_found, conflict (changed meanwhile; message says so), already_exists (field "tag"; the
  // message names the device that has it), invalid_argument (field "tag" or "school").
  Result<domain::Device> edit(const domain::Actor& actor, std::string_view device_id,
                              const domain::DeviceChange& change, std::int64_t expected_version);

  // The record stays for the audit; its tag and serial can be used again; its agents are refused at once;
  // open reviews about it are closed. Errors: not_found, conflict (expected_version is given and is not the
  // version).
  Result<> remove(const domain::Actor& actor, std::string_view device_id,
                  std::optional<std::int64_t> expected_version);

 private:
  sql::Database& db_;
  const Clock& clock_;
  Agents& agents_;
  Audit& audit_;
  std::vector<std::string> school_ids_;
};

}  // namespace rollcall::service
