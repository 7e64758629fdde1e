// Which devices a caller reaches. A device out of reach is answered like one that is not there.
#pragma once

#include <string_view>

#include "common/base/result.h"
#include "server/api/caller.h"
#include "server/service/fleet.h"

namespace rollcall::api {

inline Result<service::DeviceRow> reachable_device(const service::Fleet& fleet, const Caller& caller,
                                                   std::string_view device_id) {
  auto row = fleet.row(device_id);
  if (!row || !caller.person->scope.covers_school(row->school_id)) return fail(Errc::not_found, "no such device");
  return std::move(*row);
}

}  // namespace rollcall::api
