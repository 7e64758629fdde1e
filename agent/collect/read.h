// What every collector does with a file: read it if it is there, and make its text fit to be sent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/collect/machine.h"
#include "common/base/text.h"

namespace rollcall::collect {

// The trimmed text of one attribute; nothing when it cannot be read, for drivers leave out at will.
std::optional<std::string> read_attribute(const Machine& machine, const std::string& path);

// Trimmed, printable and at most wire::kMaxText bytes.
std::string field_text(std::string_view text);

// The words of a line: what lies between blanks and tabs.
std::vector<std::string_view> words_of(std::string_view line);

// A whole number, white space around it allowed, if it lies in [min, max].
std::optional<std::int64_t> number_in(std::string_view text, std::int64_t min, std::int64_t max);

}  // namespace rollcall::collect
