#include "common/wire/encoder.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <boost/json/string_view.hpp>
#include <iterator>

#include "common/base/text.h"
#include "common/wire/fields_report.h"

namespace rollcall::wire::detail {

namespace {

std::string clean(std::string_view text, std::size_t limit) {
  std::string out = printable(text);
  out.resize(clip_utf8(out, limit).size());
  return out;
}

}  // namespace

void Encoder::text(const Label& label, const std::string& value, std::size_t limit) {
  if (value.empty()) return;
  key(label);
  quoted(clean(value, limit));
}

void Encoder::pem(const Label& label, const std::string& value, std::size_t limit) {
  if (value.empty()) return;
  std::string kept = value.substr(0, limit);
  std::erase_if(kept, [](char c) { return c != '\n' && c != '\r' && (c < 0x20 || c > 0x7e); });
  key(label);
  quoted(kept);
}

void Encoder::texts(const Label& label, const std::vector<std::string>& values, std::size_t limit) {
  if (values.empty()) return;
  key(label);
  open('[');
  for (std::size_t i = 0; i < std::min(values.size(), limit); ++i) {
    separate();
    quoted(clean(values[i], kMaxText));
  }
  close(']');
}

void Encoder::numbers(const Label& label, const std::vector<int>& values, std::size_t limit, int min, int max) {
  if (values.empty()) return;
  key(label);
  open('[');
  for (std::size_t i = 0; i < std::min(values.size(), limit); ++i) {
    separate();
    integer(std::clamp(values[i], min, max));
  }
  close(']');
}

void Encoder::open(char bracket) {
  out_ += bracket;
  first_ = true;
  ++depth_;
}

void Encoder::close(char bracket) {
  --depth_;
  if (form_ == Form::readable && !first_) out_.append(1, '\n').append(static_cast<std::size_t>(depth_) * 2, ' ');
  out_ += bracket;
  first_ = false;
}

void Encoder::separate() {
  if (!first_) out_ += ',';
  first_ = false;
  if (form_ == Form::readable) out_.append(1, '\n').append(static_cast<std::size_t>(depth_) * 2, ' ');
}

void Encoder::key(const Label& label) {
  separate();
  out_.append(1, '"').append(form_ == Form::readable ? label.name : label.key);
  out_ += form_ == Form::readable ? "\": " : "\":";
}

void Encoder::integer(std::int64_t value) {
  const fmt::format_int digits(value);
  out_.append(digits.data(), digits.size());
}

void Encoder::real(double value) {
  const double rounded = std::round(value * 10) / 10;
  // Zero may carry a sign, which means nothing to a battery.
  fmt::format_to(std::back_inserter(out_), "{}", rounded == 0 ? 0.0 : rounded);
}

void Encoder::quoted(std::string_view text) {
  out_ += boost::json::serialize(boost::json::string_view(text.data(), text.size()));
}

}  // namespace rollcall::wire::detail
