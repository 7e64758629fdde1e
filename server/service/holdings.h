// Looking at custody: who had a device, what a person or a place has, who has left and still holds something. Who may
// not see people sees what kind of holder it was and no name. Thread-safe; every call reads the database, so none
// belongs on the loop thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/custody.h"
#include "server/domain/user.h"
#include "server/service/audit.h"
#include "server/service/custody.h"

namespace rollcall::service {

// Why a person's device should come back.
enum class LeaverReason : std::uint8_t { withdrawn, missing, transferred };
std::string_view name_of(LeaverReason reason);

struct Leaver {
  domain::Person person{};
  LeaverReason reason{};
  HeldDevice held{};
};

class Holdings {
 public:
  static constexpr std::size_t kMaxPage = 500;
  Holdings(sql::Database& db, Audit& audit) : db_(db), audit_(audit) {}

  struct History {
    std::vector<CustodyView> rows{};  // newest first
    std::string next_cursor{};        // empty: no more
  };
  // The caller has seen to it that `who` reaches the device. Errors: invalid_argument (field "cursor").
  Result<History> of_device(const domain::Principal& who, std::string_view device_id, std::string_view cursor,
                            std::size_t limit);
  // The open row of each of these devices; those that nobody has are left out.
  Result<std::vector<CustodyView>> current(const domain::Principal& who, const std::vector<std::string>& device_ids);

  struct Held {
    std::vector<HeldDevice> devices{};
    std::string next_cursor{};
  };
  // What a person has now and had before (rows that are closed), newest first. That it was looked at is recorded.
  // Errors: not_found (also: out of reach), invalid_argument (field "cursor").
  Result<Held> of_person(const domain::Principal& who, std::string_view person_id, bool also_past,
                         std::string_view cursor, std::size_t limit);
  // What a place has now. Errors: the same.
  Result<Held> of_place(const domain::Principal& who, std::string_view place_id, std::string_view cursor,
                        std::size_t limit);

  struct Leavers {
    std::vector<Leaver> leavers{};  // by name
    std::string next_cursor{};
  };
  // Withdrawn, gone or transferred, and a device of a school within reach is still with them. Errors: invalid_argument
  // (field "cursor").
  Result<Leavers> leavers(const domain::Principal& who, const std::optional<std::string>& school_id,
                          std::string_view cursor, std::size_t limit);

 private:
  sql::Database& db_;
  Audit& audit_;
};

}  // namespace rollcall::service
