#include "server/api/json.h"

#include <algorithm>

#include "common/base/text.h"

namespace rollcall::api {
namespace {

constexpr std::size_t kMaxDepth = 16;

Error wrong_field(std::string_view name, std::string message) {
  return {Errc::invalid_argument, std::string(name) + " " + std::move(message), std::string(name)};
}

bool is_plain_text(std::string_view text) { return printable(text) == text; }

}  // namespace

net::Response json_response(const json::value& body, int status) {
  net::Response response;
  response.status = status;
  response.headers.set("Content-Type", "application/json");
  response.body = json::serialize(body);
  return response;
}

net::Response no_content() {
  net::Response response;
  response.status = 204;
  return response;
}

net::Response paged(json::array items, std::string_view next_cursor) {
  json::object out{{"items", std::move(items)}};
  put_text(out, "next_cursor", next_cursor);
  return json_response(out);
}

Result<Body> Body::parse(const net::Request& request) {
  json::parse_options options;
  options.max_depth = kMaxDepth;
  boost::system::error_code error;
  auto value = json::parse(request.body, error, {}, options);
  if (error) return fail(Errc::invalid_argument, "the body is not JSON: " + error.message());
  if (!value.is_object()) return fail(Errc::invalid_argument, "the body must be a JSON object");
  return Body(std::move(value.as_object()));
}

const json::value* Body::find(std::string_view name) {
  asked_for_.emplace_back(name);
  return object_.if_contains(name);
}

bool Body::has(std::string_view name) const { return object_.contains(name); }

void Body::refuse(std::string_view name, std::string message) {
  if (!wrong_) wrong_ = wrong_field(name, std::move(message));
}

std::string Body::text(std::string_view name, std::size_t max_bytes) {
  auto value = optional_text(name, max_bytes);
  if (!value && !wrong_) refuse(name, "is missing");
  return value.value_or(std::string{});
}

std::optional<std::string> Body::optional_text(std::string_view name, std::size_t max_bytes) {
  auto text = optional_secret(name, max_bytes);
  if (text && !is_plain_text(*text)) return refuse(name, "holds a character that cannot be seen"), std::nullopt;
  return text;
}

std::string Body::secret(std::string_view name, std::size_t max_bytes) {
  auto value = optional_secret(name, max_bytes);
  if (!value && !wrong_) refuse(name, "is missing");
  return value.value_or(std::string{});
}

std::optional<std::string> Body::optional_secret(std::string_view name, std::size_t max_bytes) {
  const auto* value = find(name);
  if (!value) return std::nullopt;
  if (!value->is_string()) return refuse(name, "must be a text"), std::nullopt;
  const std::string_view text = value->get_string();
  if (text.size() > max_bytes) {
    return refuse(name, "is longer than " + std::to_string(max_bytes) + " bytes"), std::nullopt;
  }
  if (!is_utf8(text)) return refuse(name, "is not UTF-8"), std::nullopt;
  return std::string(text);
}

std::int64_t Body::integer_or(std::string_view name, std::int64_t fallback, std::int64_t min,
                              std::int64_t max) {
  const auto* value = find(name);
  if (!value) return fallback;
  if (!value->is_int64() || value->get_int64() < min || value->get_int64() > max) {
    refuse(name, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    return fallback;
  }
  return value->get_int64();
}

std::optional<std::optional<std::int64_t>> Body::clearable_integer(std::string_view name, std::int64_t min,
                                                                   std::int64_t max) {
  const auto* value = find(name);
  if (!value) return std::nullopt;
  if (value->is_null()) return std::optional<std::int64_t>();
  return integer_or(name, min, min, max);
}

std::optional<bool> Body::optional_flag(std::string_view name) {
  const auto* value = find(name);
  if (!value) return std::nullopt;
  if (!value->is_bool()) return refuse(name, "must be true or false"), std::nullopt;
  return value->get_bool();
}

std::vector<std::string> Body::texts(std::string_view name, std::size_t max_count, std::size_t max_bytes) {
  std::vector<std::string> result;
  const auto* value = find(name);
  if (!value) return result;
  if (!value->is_array() || value->get_array().size() > max_count) {
    refuse(name, "must be a list of at most " + std::to_string(max_count) + " texts");
    return result;
  }
  for (const auto& item : value->get_array()) {
    const auto* text = item.if_string();
    if (!text || text->size() > max_bytes || !is_plain_text(*text)) {
      refuse(name, "must hold texts of at most " + std::to_string(max_bytes) + " bytes");
      return result;
    }
    result.emplace_back(text->begin(), text->end());
  }
  return result;
}

std::optional<Body> Body::optional_object(std::string_view name) {
  const auto* value = find(name);
  if (!value) return std::nullopt;
  if (!value->is_object()) return refuse(name, "must be an object"), std::nullopt;
  return Body(value->get_object());
}

std::optional<std::vector<Body>> Body::optional_objects(std::string_view name, std::size_t max_count) {
  const auto* value = find(name);
  if (!value) return std::nullopt;
  const auto refused = [&] {
    refuse(name, "must be a list of at most " + std::to_string(max_count) + " objects");
    return std::optional<std::vector<Body>>();
  };
  if (!value->is_array() || value->get_array().size() > max_count) return refused();
  std::vector<Body> out;
  for (const auto& item : value->get_array()) {
    if (!item.is_object()) return refused();
    out.push_back(Body(item.get_object()));
  }
  return out;
}

Result<> Body::done() {
  for (const auto& member : object_) {
    if (std::ranges::find(asked_for_, std::string_view(member.key())) != asked_for_.end()) continue;
    refuse(printable(clip_utf8(member.key(), 32)), "is not a field of this request");
  }
  if (wrong_) return std::unexpected(*wrong_);
  return {};
}

std::optional<std::string_view> Query::find(std::string_view name) {
  asked_for_.push_back(name);
  return request_.query_value(name);
}

void Query::refuse(std::string_view name, std::string_view message) {
  if (!wrong_) wrong_ = wrong_field(name, std::string(message));
}

std::string Query::text(std::string_view name, std::size_t max_bytes) {
  const auto value = find(name);
  if (!value) return {};
  if (value->size() > max_bytes || !is_plain_text(*value)) {
    refuse(name, "must be a text of at most " + std::to_string(max_bytes) + " bytes");
    return {};
  }
  return std::string(*value);
}

std::optional<std::int64_t> Query::integer(std::string_view name, std::int64_t min, std::int64_t max) {
  const auto value = find(name);
  if (!value) return std::nullopt;
  const auto number = parse_number<std::int64_t>(*value);
  if (!number || *number < min || *number > max) {
    refuse(name, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    return std::nullopt;
  }
  return number;
}

Query::Page Query::page(std::size_t most, std::size_t usual) {
  return {text("cursor", 512),
          static_cast<std::size_t>(integer("limit", 1, static_cast<std::int64_t>(most)).value_or(static_cast<std::int64_t>(usual)))};
}

Result<> Query::done() {
  for (const auto& [name, value] : request_.query) {
    if (std::ranges::find(asked_for_, name) == asked_for_.end()) {
      refuse(printable(clip_utf8(name, 32)), "is not a parameter of this request");
    }
  }
  if (wrong_) return std::unexpected(*wrong_);
  return {};
}

}  // namespace rollcall::api
