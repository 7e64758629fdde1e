// Lists whose order is that of their ids: the cursor is the last id shown. For .cpp files of this room.
#pragma once

#include <string>
#include <string_view>

#include "common/base/id.h"
#include "common/base/result.h"

namespace rollcall::service {

// Errors: invalid_argument (field "cursor"), when it is neither empty nor an id.
inline Result<> expect_id_cursor(std::string_view cursor, std::string_view list) {
  if (cursor.empty() || is_ulid(cursor)) return {};
  return fail(Errc::invalid_argument, "this is not a cursor of the " + std::string(list), "cursor");
}

}  // namespace rollcall::service
