#include "common/wire/listing.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "common/base/text.h"
#include "common/wire/fields_report.h"
#include "common/wire/words.h"

namespace rollcall::wire {

namespace detail {

class Lister {
 public:
  explicit Lister(std::vector<ListedValue>& out) : out_(out) {}

  template <class T>
  void required(const Label& label, const T& value, std::int64_t, std::int64_t) {
    add(label, fmt::to_string(value));
  }
  template <class T>
  void number(const Label& label, const T& value, std::int64_t, std::int64_t) {
    add(label, fmt::to_string(value));
  }
  template <class T>
  void number(const Label& label, const std::optional<T>& value, std::int64_t, std::int64_t) {
    if (value) add(label, fmt::to_string(*value));
  }
  void number(const Label& label, const std::optional<double>& value, double, double) {
    if (value) add(label, fmt::to_string(std::round(*value * 10) / 10));
  }
  void flag(const Label& label, bool value) { add(label, value ? "true" : "false"); }
  void flag(const Label& label, const std::optional<bool>& value) {
    if (value) flag(label, *value);
  }
  template <class Enum>
  void word(const Label& label, const Enum& value) {
    add(label, std::string(word_of(value)));
  }
  void text(const Label& label, const std::string& value, std::size_t limit) {
    if (!value.empty()) add(label, std::string(clip_utf8(printable(value), limit)));
  }
  void boot(const Label& label, const std::string& value) { text(label, value, kMaxText); }
  template <class Struct>
  void object(const Label& label, const std::optional<Struct>& value) {
    if (value) inside(label, "", *value);
  }
  template <class Struct>
  void list(const Label& label, const std::vector<Struct>& values, std::size_t limit) {
    for (std::size_t i = 0; i < std::min(values.size(), limit); ++i) inside(label, fmt::format("[{}]", i), values[i]);
  }

 private:
  template <class Struct>
  void inside(const Label& label, const std::string& suffix, const Struct& value) {
    Lister inner(out_);
    inner.section_ = section_ == "report" ? label.name : section_;
    inner.name_ = name_ + std::string(label.name) + suffix + ".";
    describe(inner, value);
  }
  void add(const Label& label, std::string value) {
    out_.push_back({section_, name_ + std::string(label.name), std::move(value), label.unit, label.purpose});
  }

  std::vector<ListedValue>& out_;
  std::string_view section_{"report"};
  std::string name_;
};

}  // namespace detail

std::vector<ListedValue> list_values(const Report& report) {
  std::vector<ListedValue> out;
  detail::Lister lister(out);
  describe(lister, report);
  return out;
}

}  // namespace rollcall::wire
