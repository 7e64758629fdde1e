#include "common/wire/tape.h"

#include <fmt/format.h>

#include <boost/json/basic_parser_impl.hpp>
#include <functional>
#include <utility>

#include "common/wire/limits.h"

namespace rollcall::wire::detail {
namespace {

namespace json = boost::json;
using Kind = Token::Kind;

// What Boost's parser tells of, written down. Its names are Boost's.
class Recorder {
 public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  Recorder(Tape::Tokens& tokens, std::string& unescaped, std::string_view document)
      : tokens_(tokens), unescaped_(unescaped), document_(document) {}

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) { return open(Kind::object); }
  bool on_object_end(std::size_t count, json::error_code&) { return close(count); }
  bool on_array_begin(json::error_code&) { return open(Kind::array); }
  bool on_array_end(std::size_t count, json::error_code&) { return close(count); }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) { return keep(part); }
  bool on_key(json::string_view last, std::size_t, json::error_code&) {
    key_ = whole(last);
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) { return keep(part); }
  bool on_string(json::string_view last, std::size_t, json::error_code&) {
    add(Kind::text).text = whole(last);
    return true;
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t value, json::string_view, json::error_code&) {
    add(Kind::integer).integer = value;
    return true;
  }
  bool on_uint64(std::uint64_t value, json::string_view, json::error_code&) {
    add(Kind::above_int64).real = static_cast<double>(value);
    return true;
  }
  bool on_double(double value, json::string_view, json::error_code&) {
    add(Kind::real).real = value;
    return true;
  }
  bool on_bool(bool value, json::error_code&) {
    add(Kind::boolean).integer = value;
    return true;
  }
  bool on_null(json::error_code&) {
    add(Kind::null);
    return true;
  }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  Token& add(Kind kind) {
    Token& token = tokens_.emplace_back(key_, kind);
    key_ = {};
    return token;
  }
  bool open(Kind kind) {
    const auto outer = innermost_;
    innermost_ = tokens_.size();
    add(kind).count = outer;  // until it is closed
    return true;
  }
  bool close(std::size_t count) {
    Token& token = tokens_[innermost_];
    token.span = static_cast<std::uint32_t>(tokens_.size() - innermost_);
    innermost_ = token.count;
    token.count = count;
    return true;
  }
  // Never more bytes than the document has, so that what was kept never moves.
  bool keep(json::string_view part) {
    if (unescaped_.capacity() < document_.size()) unescaped_.reserve(document_.size());
    unescaped_.append(part.data(), part.size());
    kept_ += part.size();
    return true;
  }
  // A text without escapes comes in one piece that points into the document, any other from a buffer of the
  // parser's.
  std::string_view whole(json::string_view last) {
    const std::less_equal<> before;
    const bool inside = before(document_.data(), last.data()) &&
                        before(last.data() + last.size(), document_.data() + document_.size());
    if (kept_ == 0 && inside) return {last.data(), last.size()};
    keep(last);
    return std::string_view(unescaped_).substr(unescaped_.size() - std::exchange(kept_, 0));
  }

  Tape::Tokens& tokens_;
  std::string& unescaped_;
  std::string_view document_;
  std::size_t kept_{};       // bytes of the present text in unescaped_
  std::size_t innermost_{};  // the open array or object
  std::string_view key_;
};

}  // namespace

Result<> Tape::read(std::string_view document) {
  json::parse_options options;
  options.max_depth = kMaxDepth;
  options.allow_invalid_utf8 = true;
  json::basic_parser<Recorder> parser(options, tokens_, unescaped_, document);
  json::error_code error;
  const std::size_t used = parser.write_some(false, document.data(), document.size(), error);
  if (!error && used < document.size()) error = json::error::extra_data;
  if (error == json::error::too_deep) {
    return fail(Errc::invalid_argument, fmt::format("the body is nested deeper than {}", kMaxDepth));
  }
  if (error) return fail(Errc::invalid_argument, "the body is not JSON: " + error.message());
  return {};
}

}  // namespace rollcall::wire::detail
