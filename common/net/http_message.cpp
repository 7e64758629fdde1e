#include "common/net/http_message.h"

#include <algorithm>

#include "common/base/text.h"

namespace rollcall::net {

std::string_view name_of(Method method) {
  switch (method) {
    case Method::get: return "GET";
    case Method::head: return "HEAD";
    case Method::post: return "POST";
    case Method::put: return "PUT";
    case Method::patch: return "PATCH";
    case Method::delete_: return "DELETE";
    case Method::options: return "OPTIONS";
    case Method::other: return "OTHER";
  }
  return "OTHER";
}

void Headers::set(std::string_view name, std::string_view value) {
  std::erase_if(fields_, [&](const Field& it) { return equal_ignoring_case(name_of(it), name); });
  add(name, value);
}

void Headers::add(std::string_view name, std::string_view value) {
  constexpr std::size_t kUsual = 8;
  if (fields_.empty()) fields_.reserve(kUsual);
  fields_.push_back({text_.size(), name.size(), value.size()});
  text_.append(name).append(value);
}

const Headers::Field* Headers::find(std::string_view name) const {
  const auto found =
      std::ranges::find_if(fields_, [&](const Field& it) { return equal_ignoring_case(name_of(it), name); });
  return found == fields_.end() ? nullptr : &*found;
}

std::string_view Headers::get(std::string_view name) const {
  const Field* found = find(name);
  return found == nullptr ? std::string_view() : value_of(*found);
}

bool Headers::has(std::string_view name) const { return find(name) != nullptr; }

std::optional<std::string_view> RequestHead::query_value(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

}  // namespace rollcall::net
