// The visitor that reads a document's tape. The first broken rule stops it and names the field's path; keys that no table
// knows are counted. Private to common/wire; see fields.h.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/wire/codec.h"
#include "common/wire/fields.h"
#include "common/wire/tape.h"
#include "common/wire/words.h"

namespace rollcall::wire::detail {

// Where the decoder is: a chain on the stack, made into text only when something is wrong.
struct Path {
  const Path* outer{};
  std::string_view name{};
  std::ptrdiff_t index{-1};

  std::string text() const;
};

struct DecodeState {
  std::optional<Error> error{};
  std::size_t unknown_fields{};
  std::string_view boot{};                  // the check-in's, for reports that leave theirs out
  std::vector<RejectedReport> rejected{};
};

class Decoder {
 public:
  // `object` is one, and stays on its tape.
  Decoder(DecodeState& state, const Token& object, const Path* path)
      : state_(state), object_(object), path_(path), next_(object.begin()) {}
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  // After the last field: what is left in the object is unknown.
  void finish() {
    if (!state_.error) state_.unknown_fields += object_.count - known_;
  }

  template <std::integral T>
  void required(const Label& label, T& out, std::int64_t min, std::int64_t max) {
    const auto known_before = known_;
    number(label, out, min, max);
    if (known_ == known_before) refuse(label, "is missing");
  }
  template <std::integral T>
  void number(const Label& label, T& out, std::int64_t min, std::int64_t max) {
    if (const auto* value = find(label)) {
      if (const auto read = integer(*value, label, min, max)) out = static_cast<T>(*read);
    }
  }
  template <std::integral T>
  void number(const Label& label, std::optional<T>& out, std::int64_t min, std::int64_t max) {
    if (const auto* value = find(label)) {
      if (const auto read = integer(*value, label, min, max)) out = static_cast<T>(*read);
    }
  }
  void number(const Label& label, std::optional<double>& out, double min, double max);
  void flag(const Label& label, bool& out);
  void flag(const Label& label, std::optional<bool>& out);
  template <class Enum>
  void word(const Label& label, Enum& out) {
    const auto* value = find(label);
    if (value == nullptr) return;
    if (value->kind != Token::Kind::text) return refuse(label, "must be a text");
    const auto read = parse_word<Enum>(value->text);
    if (!read) return refuse(label, "is not one of its words");
    out = *read;
  }
  void text(const Label& label, std::string& out, std::size_t limit);
  void pem(const Label& label, std::string& out, std::size_t limit);
  void texts(const Label& label, std::vector<std::string>& out, std::size_t limit);
  void numbers(const Label& label, std::vector<int>& out, std::size_t limit, int min, int max);

  template <class Struct>
  void object(const Label& label, Struct& out) {
    if (const auto* value = find(label)) nested(*value, {path_, label.name}, out);
  }
  template <class Struct>
  void object(const Label& label, std::optional<Struct>& out) {
    if (const auto* value = find(label)) nested(*value, {path_, label.name}, out.emplace());
  }
  template <class Struct>
  void list(const Label& label, std::vector<Struct>& out, std::size_t limit) {
    const auto* values = array(label, limit);
    if (values == nullptr) return;
    out.reserve(values->count);
    std::ptrdiff_t i = 0;
    for (const Token* value = values->begin(); value != values->end() && !state_.error; value = value->end()) {
      nested(*value, {path_, label.name, i++}, out.emplace_back());
    }
  }
  void boot(const Label& label, std::string& out);
  void reports(const Label& label, std::vector<Report>& out);

 private:
  const Token* find(const Label& label) {
    if (state_.error) return nullptr;
    // Our own encoder writes the keys in the order in which they are asked for.
    const Token* at = next_;
    if (at == object_.end() || at->key != label.key) {
      at = object_.begin();
      while (at != object_.end() && at->key != label.key) at = at->end();
      if (at == object_.end()) return nullptr;
    }
    ++known_;
    next_ = at->end();
    return at;
  }
  const Token* array(const Label& label, std::size_t limit);
  std::optional<std::int64_t> integer(const Token& value, const Label& label, std::int64_t min, std::int64_t max);
  void check_text(const Token& value, const Label& label, std::size_t limit, std::string& out,
                  std::ptrdiff_t index = -1);

  template <class Struct>
  void nested(const Token& value, const Path& path, Struct& out) {
    if (value.kind != Token::Kind::object) return refuse_at(path, "must be an object");
    Decoder inner(state_, value, &path);
    describe(inner, out);
    inner.finish();
  }
  void refuse(const Label& label, std::string reason, std::ptrdiff_t index = -1) {
    refuse_at({path_, label.name, index}, std::move(reason));
  }
  void refuse_at(const Path& path, std::string reason);

  DecodeState& state_;
  const Token& object_;
  const Path* path_;
  const Token* next_;
  std::size_t known_{};
};

}  // namespace rollcall::wire::detail
