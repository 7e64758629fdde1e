// The visitor that writes JSON. It never writes what the decoder refuses: text is made printable and cut at
// its limit, a number outside its range is clamped, or left out where it may be absent, lists are cut.
// Private to common/wire; see fields.h.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/wire/codec.h"
#include "common/wire/fields.h"
#include "common/wire/words.h"

namespace rollcall::wire::detail {

class Encoder {
 public:
  explicit Encoder(std::string& out, Form form) : out_(out), form_(form) { open('{'); }
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  void close() { close('}'); }

  template <std::integral T>
  void required(const Label& label, const T& value, std::int64_t min, std::int64_t max) {
    key(label);
    integer(clamped(value, min, max));
  }
  template <std::integral T>
  void number(const Label& label, const T& value, std::int64_t min, std::int64_t max) {
    if (clamped(value, min, max) != 0) required(label, value, min, max);
  }
  template <std::integral T>
  void number(const Label& label, const std::optional<T>& value, std::int64_t min, std::int64_t max) {
    if (value && clamped(*value, min, max) == *value) required(label, *value, min, max);
  }
  void number(const Label& label, const std::optional<double>& value, double min, double max) {
    if (!value || !std::isfinite(*value) || *value < min || *value > max) return;
    key(label);
    real(*value);
  }
  void flag(const Label& label, bool value) {
    if (value) flag(label, std::optional(value));
  }
  void flag(const Label& label, const std::optional<bool>& value) {
    if (!value) return;
    key(label);
    out_ += *value ? "true" : "false";
  }
  template <class Enum>
  void word(const Label& label, const Enum& value) {
    const auto at = static_cast<std::size_t>(value);
    if ((at == 0 && form_ == Form::compact) || at >= Words<Enum>::text.size()) return;
    key(label);
    quoted(Words<Enum>::text[at]);
  }
  void text(const Label& label, const std::string& value, std::size_t limit);
  void pem(const Label& label, const std::string& value, std::size_t limit);
  void texts(const Label& label, const std::vector<std::string>& values, std::size_t limit);
  void numbers(const Label& label, const std::vector<int>& values, std::size_t limit, int min, int max);

  template <class Struct>
  void object(const Label& label, const Struct& value) {
    key(label);
    nested(value);
  }
  template <class Struct>
  void object(const Label& label, const std::optional<Struct>& value) {
    if (value) object(label, *value);
  }
  template <class Struct>
  void list(const Label& label, const std::vector<Struct>& values, std::size_t limit) {
    if (values.empty()) return;
    key(label);
    open('[');
    for (std::size_t i = 0; i < std::min(values.size(), limit); ++i) {
      separate();
      nested(values[i]);
    }
    close(']');
  }
  void boot(const Label& label, const std::string& value) {
    if (value != boot_) text(label, value, kMaxText);
    if (boot_.empty()) boot_ = value;
  }
  void reports(const Label& label, const std::vector<Report>& values) {
    list(label, values, kMaxReportsPerCheckIn);
  }

 private:
  explicit Encoder(const Encoder* outer)
      : out_(outer->out_), form_(outer->form_), depth_(outer->depth_), boot_(outer->boot_) {
    open('{');
  }

  template <std::integral T>
  static std::int64_t clamped(T value, std::int64_t min, std::int64_t max) {
    if (std::cmp_less(value, min)) return min;
    return std::cmp_greater(value, max) ? max : static_cast<std::int64_t>(value);
  }

  template <class Struct>
  void nested(const Struct& value) {
    Encoder inner(this);
    describe(inner, value);
    inner.close();
  }
  void open(char bracket);
  void close(char bracket);
  void separate();  // before every key and every element
  void key(const Label& label);
  void integer(std::int64_t value);
  void real(double value);
  void quoted(std::string_view text);

  std::string& out_;
  Form form_;
  int depth_{};
  bool first_{true};
  std::string_view boot_{};
};

template <class Message>
std::string encode_message(const Message& message, Form form = Form::compact) {
  std::string out;
  Encoder encoder(out, form);
  describe(encoder, message);
  encoder.close();
  return out;
}

}  // namespace rollcall::wire::detail
