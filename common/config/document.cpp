#include "common/config/document.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/config/node.h"

namespace rollcall::config {

using detail::Node;
using detail::Place;

namespace {

void note(detail::State& state, Place place, std::string_view path, std::string_view message) {
  state.problems.push_back({place, fmt::format("{}: {}", path, message)});
}

// "schools[2].id" and "schools[0].id" are one key.
std::string without_indices(std::string_view path) {
  std::string out;
  bool inside = false;
  for (const char c : path) {
    if (c == ']') inside = false;
    if (!inside) out.push_back(c);
    if (c == '[') inside = true;
  }
  return out;
}

std::string_view what_is(const Node& node) {
  switch (node.kind) {
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a section";
    case Node::Kind::scalar:
      return node.quoted ? "a quoted text" : "a value";
    case Node::Kind::null:
      break;
  }
  return "nothing";
}

void find_unknown(const Node& node, const std::string& path, const std::set<std::string>& known,
                  std::vector<detail::Problem>& out) {
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    find_unknown(node.items[i], fmt::format("{}[{}]", path, i), known, out);
  }
  for (const auto& entry : node.entries) {
    const std::string key = path.empty() ? entry.key : path + "." + entry.key;
    if (known.contains(without_indices(key))) {
      find_unknown(entry.value, key, known, out);
    } else {
      out.push_back({entry.place, printable(key) + ": unknown key"});
    }
  }
}

}  // namespace

std::string Section::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

const Node* Section::find(std::string_view key, bool required) const {
  const std::string path = path_of(key);
  state_->known.insert(without_indices(path));
  if (node_ != nullptr) {
    for (const auto& entry : node_->entries) {
      if (entry.key == key && entry.value.kind != Node::Kind::null) return &entry.value;
    }
  }
  if (required) note(*state_, node_ != nullptr ? node_->place : Place{}, path, "is missing");
  return nullptr;
}

const Node* Section::scalar(std::string_view key, bool required, std::string_view expected) const {
  const Node* node = find(key, required);
  if (node == nullptr || node->kind == Node::Kind::scalar) return node;
  note(*state_, node->place, path_of(key), fmt::format("is {}, expected {}", what_is(*node), expected));
  return nullptr;
}

bool Section::has(std::string_view key) const {
  return find(key, false) != nullptr;
}

bool Section::boolean(std::string_view key, std::optional<bool> otherwise) const {
  const Node* node = scalar(key, !otherwise, "true or false");
  if (node == nullptr) return otherwise.value_or(false);
  if (!node->quoted && node->text == "true") return true;
  if (node->quoted || node->text != "false") {
    note(*state_, node->place, path_of(key), "expected true or false");
  }
  return false;
}

std::int64_t Section::integer(std::string_view key, std::optional<std::int64_t> otherwise,
                              Range range) const {
  return scaled(key, otherwise, range, {{"", 1}}, "a whole number");
}

std::int64_t Section::duration_ms(std::string_view key, std::optional<std::int64_t> otherwise,
                                  Range range) const {
  return scaled(key, otherwise, range,
                {{"ms", 1}, {"s", kSecondMs}, {"m", kMinuteMs}, {"h", kHourMs}, {"d", kDayMs}},
                "a duration (such as 250ms, 30s, 5m, 8h or 90d)");
}

std::int64_t Section::bytes(std::string_view key, std::optional<std::int64_t> otherwise, Range range) const {
  return scaled(key, otherwise, range, {{"", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}},
                "a size (such as 512, 64KiB, 16MiB or 2GiB)");
}

std::int64_t Section::scaled(std::string_view key, std::optional<std::int64_t> otherwise, Range range,
                             std::initializer_list<std::pair<std::string_view, std::int64_t>> units,
                             std::string_view expected) const {
  const Node* node = scalar(key, !otherwise, expected);
  if (node == nullptr) return otherwise.value_or(0);
  const std::string_view text = node->text;
  const std::size_t digits = std::min(text.find_first_not_of("-0123456789"), text.size());
  const std::string_view unit = text.substr(digits);
  const auto number = parse_number<std::int64_t>(text.substr(0, digits));
  std::optional<std::int64_t> value;
  for (const auto& [name, factor] : units) {
    std::int64_t product = 0;
    if (!number || node->quoted || unit != name) continue;
    if (!__builtin_mul_overflow(*number, factor, &product)) value = product;
  }
  if (!value && number == 0 && unit.empty() && !node->quoted) value = 0;
  if (!value) {
    note(*state_, node->place, path_of(key), fmt::format("expected {}", expected));
  } else if (*value < range.min || *value > range.max) {
    const auto shown = [&](std::int64_t limit) {
      // The largest unit that the limit is a whole number of.
      auto best = *units.begin();
      for (const auto& candidate : units) {
        if (limit != 0 && limit % candidate.second == 0 && candidate.second >= best.second) best = candidate;
      }
      return fmt::format("{}{}", limit / best.second, best.first);
    };
    note(*state_, node->place, path_of(key),
         fmt::format("{} is out of range, expected {} to {}", text, shown(range.min), shown(range.max)));
  } else {
    return *value;
  }
  return otherwise.value_or(0);
}

double Section::real(std::string_view key, std::optional<double> otherwise, double min, double max) const {
  const Node* node = scalar(key, !otherwise, "a number");
  if (node == nullptr) return otherwise.value_or(0);
  const auto value = node->quoted ? std::nullopt : parse_number<double>(node->text);
  if (!value || !std::isfinite(*value)) {
    note(*state_, node->place, path_of(key), "expected a number");
  } else if (*value < min || *value > max) {
    note(*state_, node->place, path_of(key),
         fmt::format("{} is out of range, expected {} to {}", node->text, min, max));
  } else {
    return *value;
  }
  return otherwise.value_or(0);
}

std::string Section::text(std::string_view key, std::optional<std::string> otherwise) const {
  const Node* node = scalar(key, !otherwise, "a text");
  if (node == nullptr) return std::move(otherwise).value_or("");
  if (!otherwise && node->text.empty()) note(*state_, node->place, path_of(key), "must not be empty");
  return node->text;
}

std::vector<std::string> Section::texts(std::string_view key, std::vector<std::string> otherwise) const {
  const Node* node = find(key, false);
  if (node == nullptr) return otherwise;
  if (node->kind != Node::Kind::list) {
    note(*state_, node->place, path_of(key), fmt::format("is {}, expected a list of texts", what_is(*node)));
    return otherwise;
  }
  std::vector<std::string> out;
  for (std::size_t i = 0; i < node->items.size(); ++i) {
    const Node& item = node->items[i];
    if (item.kind != Node::Kind::scalar || item.text.empty()) {
      note(*state_, item.place, fmt::format("{}[{}]", path_of(key), i), "expected a text");
    }
    out.push_back(item.text);
  }
  return out;
}

std::optional<std::size_t> Section::word(std::string_view key, bool optional,
                                         const std::vector<std::string_view>& words) const {
  std::string expected = "one of";
  for (const auto choice : words)
    expected += fmt::format("{} {}", choice == words.front() ? "" : ",", choice);
  const Node* node = scalar(key, !optional, expected);
  if (node == nullptr) return std::nullopt;
  const auto found = std::find(words.begin(), words.end(), node->text);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  note(*state_, node->place, path_of(key), fmt::format("expected {}", expected));
  return std::nullopt;
}

Section Section::section(std::string_view key) const {
  const Node* node = find(key, false);
  if (node != nullptr && node->kind != Node::Kind::map) {
    note(*state_, node->place, path_of(key), fmt::format("is {}, expected a section", what_is(*node)));
    node = nullptr;
  }
  return Section(state_, node, path_of(key));
}

std::vector<Section> Section::sections(std::string_view key) const {
  std::vector<Section> out;
  const Node* node = find(key, false);
  if (node == nullptr) return out;
  if (node->kind != Node::Kind::list) {
    note(*state_, node->place, path_of(key),
         fmt::format("is {}, expected a list of sections", what_is(*node)));
    return out;
  }
  for (std::size_t i = 0; i < node->items.size(); ++i) {
    const Node& item = node->items[i];
    const std::string path = fmt::format("{}[{}]", path_of(key), i);
    if (item.kind == Node::Kind::map) {
      out.push_back(Section(state_, &item, path));
    } else {
      note(*state_, item.place, path, fmt::format("is {}, expected a section", what_is(item)));
    }
  }
  return out;
}

void Section::problem(std::string_view key, std::string message) const {
  const Node* node = find(key, false);
  const Place place = node != nullptr ? node->place : node_ != nullptr ? node_->place : Place{};
  note(*state_, place, path_of(key), message);
}

std::string Section::place(std::string_view key) const {
  const Node* node = find(key, false);
  const Place place = node != nullptr ? node->place : node_ != nullptr ? node_->place : Place{};
  return fmt::format("{}:{}:{}", state_->name, place.line, place.column);
}

Document::Document(std::unique_ptr<detail::State> state) : state_(std::move(state)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Result<Document> Document::parse(std::string name, std::string_view text) {
  auto state = std::make_unique<detail::State>();
  state->root = TRY(detail::parse_yaml(name, text));
  state->name = std::move(name);
  if (state->root.kind != Node::Kind::map && state->root.kind != Node::Kind::null) {
    return fail(Errc::invalid_argument,
                detail::located(state->name, state->root.place, "expected `key: value` lines"));
  }
  return Document(std::move(state));
}

Result<Document> Document::load(const Files& files, const std::string& path) {
  const std::string text = TRY(files.read(path, kMaxBytes));
  return parse(path.substr(path.rfind('/') + 1), text);
}

Section Document::root() const {
  return Section(state_.get(), &state_->root, "");
}

Result<> Document::finish() const {
  auto problems = state_->problems;
  find_unknown(state_->root, "", state_->known, problems);
  if (problems.empty()) return {};
  std::stable_sort(problems.begin(), problems.end(), [](const auto& a, const auto& b) {
    return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
  });
  std::string message;
  for (const auto& problem : problems) {
    if (!message.empty()) message += '\n';
    message += detail::located(state_->name, problem.place, problem.text);
  }
  return fail(Errc::invalid_argument, std::move(message));
}

std::vector<std::string> Document::known_keys() const {
  return {state_->known.begin(), state_->known.end()};
}

}  // namespace rollcall::config
