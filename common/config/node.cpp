#include "common/config/node.h"

#include <fmt/core.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

#include "common/base/text.h"
#include "common/config/document.h"

namespace rollcall::config::detail {
namespace {

// Thrown through yaml-cpp only, and caught below.
struct Refused {
  Place place;
  std::string text;
};

Place place_of(const YAML::Mark& mark) {
  return {std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1};
}

// Builds the tree from the parser's events rather than from YAML::Node, which resolves aliases (a few lines
// can stand for billions of values) and accepts a key twice.
class Builder final : public YAML::EventHandler {
 public:
  Node root;

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(mark, "", anchor, Node::Kind::null);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Refused{place_of(mark), "aliases (*name) are not supported"};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (value.size() > kMaxTextBytes) {
      throw Refused{place_of(mark), fmt::format("a value is longer than {} bytes", kMaxTextBytes)};
    }
    Node& node = add(mark, tag, anchor, Node::Kind::scalar);
    node.text = value;
    node.quoted = tag == "!";
    if (awaits_key()) take_key(node);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(add(mark, tag, anchor, Node::Kind::list));
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(add(mark, tag, anchor, Node::Kind::map));
  }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  struct Open {
    Node* node;
    bool has_key = false;
  };

  // A key is built in `key_` first; open_.back() is then the map that gets it.
  bool awaits_key() const { return building_key_; }

  Node& add(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind) {
    const Place place = place_of(mark);
    if (anchor != YAML::NullAnchor) throw Refused{place, "anchors (&name) are not supported"};
    if (!tag.empty() && tag != "?" && tag != "!") throw Refused{place, "tags (!name) are not supported"};
    if (++values_ > kMaxValues) throw Refused{place, fmt::format("more than {} values", kMaxValues)};
    Node& node = slot(place, kind);
    node.kind = kind;
    node.place = place;
    return node;
  }

  Node& slot(Place place, Node::Kind kind) {
    building_key_ = false;
    if (open_.empty()) return root;
    Open& parent = open_.back();
    if (parent.node->kind == Node::Kind::list) return parent.node->items.emplace_back();
    if (parent.has_key) {
      parent.has_key = false;
      return parent.node->entries.back().value;
    }
    if (kind != Node::Kind::scalar) throw Refused{place, "a key must be a plain text"};
    building_key_ = true;
    return key_;
  }

  void take_key(const Node& key) {
    building_key_ = false;
    Open& map = open_.back();
    for (const auto& entry : map.node->entries) {
      if (entry.key == key.text)
        throw Refused{key.place, fmt::format("{}: stands twice", printable(key.text))};
    }
    map.node->entries.push_back({key.text, key.place, Node{}});
    map.node->entries.back().value.place = key.place;
    map.has_key = true;
  }

  // Pointers stay valid: a parent's vector does not grow while one of its children is open.
  void open(Node& node) {
    if (open_.size() >= static_cast<std::size_t>(kMaxDepth)) {
      throw Refused{node.place, fmt::format("nested deeper than {} levels", kMaxDepth)};
    }
    open_.push_back({&node});
  }

  Node key_;
  bool building_key_ = false;
  std::vector<Open> open_;
  int values_ = 0;
};

// yaml-cpp recurses on brackets before it tells the handler, so what is absurd is refused before.
std::optional<Place> too_many_brackets(std::string_view text) {
  int line = 1;
  int brackets = 0;
  for (const char c : text) {
    if (c == '\n') ++line, brackets = 0;
    if ((c == '[' || c == '{') && ++brackets > 200) return Place{line, 1};
  }
  return std::nullopt;
}

}  // namespace

std::string located(std::string_view name, Place place, std::string_view text) {
  return fmt::format("{}:{}:{}: {}", name, place.line, place.column, text);
}

Result<Node> parse_yaml(std::string_view name, std::string_view text) {
  const auto refuse = [name](Place place, std::string_view why) {
    return fail(Errc::invalid_argument, located(name, place, why));
  };
  if (text.size() > kMaxBytes) return refuse({}, fmt::format("larger than {} bytes", kMaxBytes));
  if (!is_utf8(text) || text.find('\0') != text.npos) return refuse({}, "not UTF-8 text");
  if (const auto place = too_many_brackets(text)) return refuse(*place, "too many brackets on a line");
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    Builder builder;
    parser.HandleNextDocument(builder);
    Builder second;
    if (parser && parser.HandleNextDocument(second)) {
      return refuse(second.root.place, "only one document a file is supported");
    }
    return std::move(builder.root);
  } catch (const Refused& refused) {
    return refuse(refused.place, refused.text);
  } catch (const YAML::Exception& error) {
    return refuse(place_of(error.mark), printable(error.msg));
  } catch (const std::exception& error) {
    return refuse({}, error.what());
  }
}

}  // namespace rollcall::config::detail
