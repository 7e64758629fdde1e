#include "common/wire/decoder.h"

#include <fmt/format.h>

#include <cmath>

#include "common/base/text.h"
#include "common/wire/fields_report.h"

namespace rollcall::wire::detail {

namespace {

bool is_plain_ascii(std::string_view text) {
  for (const char c : text) {
    if (c < 0x20 || c > 0x7e) return false;
  }
  return true;
}

// So that a refusal can be matched to the report that it is about, also when the report is half broken.
std::uint64_t readable_sequence(const boost::json::value& value) {
  const auto* object = value.if_object();
  const auto* sequence = object == nullptr ? nullptr : object->if_contains("q");
  const auto* number = sequence == nullptr ? nullptr : sequence->if_int64();
  return number == nullptr || *number < 0 ? 0 : static_cast<std::uint64_t>(*number);
}

}  // namespace

std::string Path::text() const {
  std::string out = outer == nullptr ? std::string() : outer->text();
  if (!out.empty() && !name.empty()) out += '.';
  out += name;
  if (index >= 0) out += fmt::format("[{}]", index);
  return out;
}

void Decoder::refuse_at(const Path& path, std::string reason) {
  if (state_.error) return;
  std::string field = path.text();
  state_.error = Error{Errc::invalid_argument, fmt::format("{} {}", field, reason), std::move(field)};
}

std::optional<std::int64_t> Decoder::integer(const boost::json::value& value, const Label& label,
                                             std::int64_t min, std::int64_t max) {
  const auto* number = value.if_int64();
  if (number == nullptr && value.kind() != boost::json::kind::uint64) {
    refuse(label, "must be a whole number");
    return std::nullopt;
  }
  if (number == nullptr || *number < min || *number > max) {
    refuse(label, fmt::format("must be between {} and {}", min, max));
    return std::nullopt;
  }
  return *number;
}

void Decoder::number(const Label& label, std::optional<double>& out, double min, double max) {
  const auto* value = find(label);
  if (value == nullptr) return;
  if (!value->is_number()) return refuse(label, "must be a number");
  const double number = value->to_number<double>();
  if (!std::isfinite(number) || number < min || number > max) {
    return refuse(label, fmt::format("must be between {} and {}", min, max));
  }
  out = number;
}

void Decoder::flag(const Label& label, bool& out) {
  std::optional<bool> read;
  flag(label, read);
  if (read) out = *read;
}

void Decoder::flag(const Label& label, std::optional<bool>& out) {
  const auto* value = find(label);
  if (value == nullptr) return;
  if (!value->is_bool()) return refuse(label, "must be true or false");
  out = value->get_bool();
}

void Decoder::check_text(const boost::json::value& value, const Label& label, std::size_t limit,
                         std::string& out, std::ptrdiff_t index) {
  const auto* string = value.if_string();
  if (string == nullptr) return refuse(label, "must be a text", index);
  const std::string_view text(string->data(), string->size());
  if (text.size() > limit) return refuse(label, fmt::format("is longer than {} bytes", limit), index);
  if (!is_plain_ascii(text) && printable(text) != text) {
    return refuse(label, is_utf8(text) ? "holds a control character" : "is not UTF-8", index);
  }
  out = text;
}

void Decoder::text(const Label& label, std::string& out, std::size_t limit) {
  if (const auto* value = find(label)) check_text(*value, label, limit, out);
}

void Decoder::pem(const Label& label, std::string& out, std::size_t limit) {
  const auto* value = find(label);
  if (value == nullptr) return;
  const auto* string = value->if_string();
  if (string == nullptr) return refuse(label, "must be a text");
  if (string->size() > limit) return refuse(label, fmt::format("is longer than {} bytes", limit));
  for (const char c : *string) {
    if (c != '\n' && c != '\r' && (c < 0x20 || c > 0x7e)) return refuse(label, "is not PEM");
  }
  out.assign(string->data(), string->size());
}

const boost::json::array* Decoder::array(const Label& label, std::size_t limit) {
  const auto* value = find(label);
  if (value == nullptr) return nullptr;
  const auto* values = value->if_array();
  if (values == nullptr) {
    refuse(label, "must be a list");
    return nullptr;
  }
  if (values->size() > limit) {
    refuse(label, fmt::format("holds more than {} entries", limit));
    return nullptr;
  }
  return values;
}

void Decoder::texts(const Label& label, std::vector<std::string>& out, std::size_t limit) {
  const auto* values = array(label, limit);
  for (std::size_t i = 0; values != nullptr && i < values->size() && !state_.error; ++i) {
    check_text((*values)[i], label, kMaxText, out.emplace_back(), static_cast<std::ptrdiff_t>(i));
  }
}

void Decoder::numbers(const Label& label, std::vector<int>& out, std::size_t limit, int min, int max) {
  const auto* values = array(label, limit);
  for (std::size_t i = 0; values != nullptr && i < values->size() && !state_.error; ++i) {
    if (const auto read = integer((*values)[i], label, min, max)) out.push_back(static_cast<int>(*read));
  }
}

void Decoder::boot(const Label& label, std::string& out) {
  text(label, out, kMaxText);
  if (out.empty()) out = state_.boot;
  if (out.empty()) refuse(label, "is missing");
  if (state_.boot.empty()) state_.boot = out;
}

void Decoder::reports(const Label& label, std::vector<Report>& out) {
  const auto* values = array(label, kMaxReportsPerCheckIn);
  if (values == nullptr) return;
  out.reserve(values->size());
  for (std::size_t i = 0; i < values->size(); ++i) {
    nested((*values)[i], {path_, label.name, static_cast<std::ptrdiff_t>(i)}, out.emplace_back());
    if (!state_.error) continue;
    out.pop_back();
    state_.rejected.push_back({readable_sequence((*values)[i]), std::move(state_.error->message)});
    state_.error.reset();
  }
}

}  // namespace rollcall::wire::detail
