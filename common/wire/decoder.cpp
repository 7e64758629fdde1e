#include "common/wire/decoder.h"

#include <fmt/format.h>

#include <cmath>

#include "common/base/text.h"
#include "common/wire/fields_report.h"

namespace rollcall::wire::detail {

namespace {

using Kind = Token::Kind;

bool is_plain_ascii(std::string_view text) {
  for (const char c : text) {
    if (c < 0x20 || c > 0x7e) return false;
  }
  return true;
}

// So that a refusal can be matched to the report that it is about, also when the report is half broken.
std::uint64_t readable_sequence(const Token& value) {
  if (value.kind != Kind::object) return 0;
  for (const Token* at = value.begin(); at != value.end(); at = at->end()) {
    if (at->key != "q") continue;
    return at->kind == Kind::integer && at->integer >= 0 ? static_cast<std::uint64_t>(at->integer) : 0;
  }
  return 0;
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

std::optional<std::int64_t> Decoder::integer(const Token& value, const Label& label, std::int64_t min,
                                             std::int64_t max) {
  if (value.kind != Kind::integer && value.kind != Kind::above_int64) {
    refuse(label, "must be a whole number");
    return std::nullopt;
  }
  if (value.kind == Kind::above_int64 || value.integer < min || value.integer > max) {
    refuse(label, fmt::format("must be between {} and {}", min, max));
    return std::nullopt;
  }
  return value.integer;
}

void Decoder::number(const Label& label, std::optional<double>& out, double min, double max) {
  const auto* value = find(label);
  if (value == nullptr) return;
  const bool is_real = value->kind == Kind::real || value->kind == Kind::above_int64;
  if (!is_real && value->kind != Kind::integer) return refuse(label, "must be a number");
  const double number = is_real ? value->real : static_cast<double>(value->integer);
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
  if (value->kind != Kind::boolean) return refuse(label, "must be true or false");
  out = value->integer != 0;
}

void Decoder::check_text(const Token& value, const Label& label, std::size_t limit, std::string& out,
                         std::ptrdiff_t index) {
  if (value.kind != Kind::text) return refuse(label, "must be a text", index);
  const std::string_view text = value.text;
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
  if (value->kind != Kind::text) return refuse(label, "must be a text");
  if (value->text.size() > limit) return refuse(label, fmt::format("is longer than {} bytes", limit));
  for (const char c : value->text) {
    if (c != '\n' && c != '\r' && (c < 0x20 || c > 0x7e)) return refuse(label, "is not PEM");
  }
  out = value->text;
}

const Token* Decoder::array(const Label& label, std::size_t limit) {
  const auto* values = find(label);
  if (values == nullptr) return nullptr;
  if (values->kind != Kind::array) {
    refuse(label, "must be a list");
    return nullptr;
  }
  if (values->count > limit) {
    refuse(label, fmt::format("holds more than {} entries", limit));
    return nullptr;
  }
  return values;
}

void Decoder::texts(const Label& label, std::vector<std::string>& out, std::size_t limit) {
  const auto* values = array(label, limit);
  if (values == nullptr) return;
  std::ptrdiff_t i = 0;
  for (const Token* value = values->begin(); value != values->end() && !state_.error; value = value->end()) {
    check_text(*value, label, kMaxText, out.emplace_back(), i++);
  }
}

void Decoder::numbers(const Label& label, std::vector<int>& out, std::size_t limit, int min, int max) {
  const auto* values = array(label, limit);
  if (values == nullptr) return;
  for (const Token* value = values->begin(); value != values->end() && !state_.error; value = value->end()) {
    if (const auto read = integer(*value, label, min, max)) out.push_back(static_cast<int>(*read));
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
  out.reserve(values->count);
  std::ptrdiff_t i = 0;
  for (const Token* value = values->begin(); value != values->end(); value = value->end()) {
    nested(*value, {path_, label.name, i++}, out.emplace_back());
    if (!state_.error) continue;
    out.pop_back();
    state_.rejected.push_back({readable_sequence(*value), std::move(state_.error->message)});
    state_.error.reset();
  }
}

}  // namespace rollcall::wire::detail
