// The columns kind, lifecycle, condition, lost_ms, stolen_ms and on_hold_ms of `devices`. Used by the stores only.
#pragma once

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/asset.h"

namespace rollcall::storage {

// Six columns from `first` on, in that order.
inline Result<domain::Standing> read_standing(sql::Rows& row, int first) {
  const auto kind = domain::parse_device_kind(row.text(first));
  const auto lifecycle = domain::parse_lifecycle(row.text(first + 1));
  const auto condition = domain::parse_condition(row.text(first + 2));
  if (!kind || !lifecycle || !condition) return fail(Errc::corrupt, "a device of unknown standing is stored");
  domain::Standing out{*kind, *lifecycle, *condition, {}};
  out.flags.set(domain::Flag::lost, !row.is_null(first + 3));
  out.flags.set(domain::Flag::stolen, !row.is_null(first + 4));
  out.flags.set(domain::Flag::on_hold, !row.is_null(first + 5));
  return out;
}

}  // namespace rollcall::storage
