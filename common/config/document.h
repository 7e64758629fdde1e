// Configuration files: YAML, read strictly. Unknown keys, duplicate keys, wrong types, anchors and aliases
// fail, and every problem names its place: "server.yaml:12:5: tls.cert: file not found".
//
// Reading never stops at the first problem: a value that is wrong or missing yields its default (or an empty
// one) and is noted, and finish() returns all of them at once, in the order of the file.
//
//   auto document = TRY(config::Document::load(files, path));
//   config::Section root = document.root();
//   out.port = root.integer("port", 8443, {1, 65535});
//   out.certificate = root.section("tls").text("cert");   // required: no default given
//   TRY(document.finish());
#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/files.h"
#include "common/base/result.h"

namespace rollcall::config {

inline constexpr std::size_t kMaxBytes = 1 << 20;
inline constexpr int kMaxDepth = 16;
inline constexpr int kMaxValues = 20'000;
inline constexpr std::size_t kMaxTextBytes = 4'096;

struct Range {
  std::int64_t min = std::numeric_limits<std::int64_t>::min();
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

namespace detail {
struct Node;
struct State;
}  // namespace detail

// A map in the document. Cheap to copy; refers to its document. A section that is missing in the file reads
// as an empty one. Every key that is asked for counts as known, also when it is absent.
class Section {
 public:
  bool has(std::string_view key) const;

  // With a default: a missing key (or `key:` without a value) yields it. Without: missing is a problem.
  bool boolean(std::string_view key, std::optional<bool> otherwise = {}) const;  // true or false
  std::int64_t integer(std::string_view key, std::optional<std::int64_t> otherwise, Range range = {}) const;
  double real(std::string_view key, std::optional<double> otherwise, double min, double max) const;
  std::string text(std::string_view key, std::optional<std::string> otherwise = {}) const;
  // "250ms", "30s", "5m", "8h", "90d"; the unit is required, except for 0.
  std::int64_t duration_ms(std::string_view key, std::optional<std::int64_t> otherwise, Range range) const;
  // "512", "64KiB", "16MiB", "2GiB".
  std::int64_t bytes(std::string_view key, std::optional<std::int64_t> otherwise, Range range) const;
  // A list of texts; missing means `otherwise`.
  std::vector<std::string> texts(std::string_view key, std::vector<std::string> otherwise = {}) const;

  // One of a few words.
  template <class Choice>
  Choice one_of(std::string_view key, std::optional<Choice> otherwise,
                std::initializer_list<std::pair<std::string_view, Choice>> choices) const {
    std::vector<std::string_view> words;
    for (const auto& choice : choices) words.push_back(choice.first);
    const auto index = word(key, otherwise.has_value(), words);
    if (!index) return otherwise ? *otherwise : choices.begin()->second;
    return (choices.begin() + static_cast<std::ptrdiff_t>(*index))->second;
  }

  Section section(std::string_view key) const;
  std::vector<Section> sections(std::string_view key) const;  // a list of maps; missing means none

  // Notes a problem that only the owner of the value can see ("file not found") at the place of the key.
  void problem(std::string_view key, std::string message) const;
  // "server.yaml:12:5", for messages of one's own.
  std::string place(std::string_view key) const;

 private:
  friend class Document;
  Section(detail::State* state, const detail::Node* node, std::string path)
      : state_(state), node_(node), path_(std::move(path)) {}
  const detail::Node* find(std::string_view key, bool required) const;
  const detail::Node* scalar(std::string_view key, bool required, std::string_view expected) const;
  std::optional<std::size_t> word(std::string_view key, bool optional,
                                  const std::vector<std::string_view>& words) const;
  std::int64_t scaled(std::string_view key, std::optional<std::int64_t> otherwise, Range range,
                      std::initializer_list<std::pair<std::string_view, std::int64_t>> units,
                      std::string_view expected) const;
  std::string path_of(std::string_view key) const;

  detail::State* state_;
  const detail::Node* node_;  // null: missing
  std::string path_;
};

// One file. Not thread-safe; must outlive its sections.
class Document {
 public:
  // `name` is what messages call the text. Errors: invalid_argument (not YAML, or more than the limits).
  static Result<Document> parse(std::string name, std::string_view text);
  // Messages use the last part of `path`. Errors: also those of Files::read, too_large over kMaxBytes.
  static Result<Document> load(const Files& files, const std::string& path);

  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  Section root() const;
  // invalid_argument with every problem, one a line: what was noted, and every key nobody asked for.
  Result<> finish() const;
  // The paths that were asked for ("tls.cert", "schools[].id"), sorted: a test holds them and the documented
  // default file together.
  std::vector<std::string> known_keys() const;

 private:
  explicit Document(std::unique_ptr<detail::State> state);
  std::unique_ptr<detail::State> state_;
};

}  // namespace rollcall::config
