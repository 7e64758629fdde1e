// What both printers ask before they print.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "common/base/result.h"
#include "server/labels/label.h"

namespace rollcall::labels {

// Everything about a list but whether it fits; errors as label.h says.
Result<> check(std::span<const Label> labels);

std::string place_of(std::size_t index);  // "[3]"

}  // namespace rollcall::labels
