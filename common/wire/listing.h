// A report as a list of lines for people: every value that it holds, with its full name, unit and purpose.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/wire/report.h"

namespace rollcall::wire {

struct ListedValue {
  std::string_view section;  // as in schema.h
  std::string name;          // "battery.packs[0].full_mwh"
  std::string value;         // as JSON writes it, texts without quotes
  std::string_view unit;
  std::string_view purpose;
};

// What would travel, in the order of the report; absent values are not listed.
std::vector<ListedValue> list_values(const Report& report);

}  // namespace rollcall::wire
