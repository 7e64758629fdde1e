#include "common/wire/schema.h"

#include <optional>

#include "common/wire/fields_report.h"

namespace rollcall::wire {

namespace detail {

// Walks the tables without a value: every optional part is described as if it were there.
class Describer {
 public:
  explicit Describer(std::vector<Field>& out) : out_(out) {}

  template <class T>
  void required(const Label& label, const T&, std::int64_t, std::int64_t) {
    add(label, "integer");
  }
  template <class T>
  void number(const Label& label, const T&, std::int64_t, std::int64_t) {
    add(label, "integer");
  }
  void number(const Label& label, const std::optional<double>&, double, double) { add(label, "number"); }
  template <class T>
  void flag(const Label& label, const T&) {
    add(label, "yes_no");
  }
  template <class Enum>
  void word(const Label& label, const Enum&) {
    add(label, "word");
  }
  void text(const Label& label, const std::string&, std::size_t) { add(label, "text"); }
  void boot(const Label& label, const std::string&) { add(label, "text"); }
  template <class Struct>
  void object(const Label& label, const std::optional<Struct>&) {
    inside(label, "", Struct{});
  }
  template <class Struct>
  void list(const Label& label, const std::vector<Struct>&, std::size_t) {
    inside(label, "[]", Struct{});
  }

 private:
  template <class Struct>
  void inside(const Label& label, std::string_view suffix, const Struct& value) {
    Describer inner(out_);
    inner.section_ = section_ == "report" ? label.name : section_;
    inner.name_ = name_ + std::string(label.name) + std::string(suffix) + ".";
    inner.key_ = key_ + std::string(label.key) + std::string(suffix) + ".";
    describe(inner, value);
  }
  void add(const Label& label, std::string_view kind) {
    out_.push_back({section_, name_ + std::string(label.name), key_ + std::string(label.key), kind, label.unit,
                    label.purpose});
  }

  std::vector<Field>& out_;
  std::string_view section_{"report"};
  std::string name_, key_;
};

}  // namespace detail

const std::vector<Field>& collected_fields() {
  static const std::vector<Field> fields = [] {
    std::vector<Field> out;
    detail::Describer describer(out);
    const Report report;
    describe(describer, report);
    return out;
  }();
  return fields;
}

}  // namespace rollcall::wire
