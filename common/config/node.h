// The tree of one YAML file with the place of every value. Private to this folder.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.h"

namespace rollcall::config::detail {

struct Place {
  int line = 1;  // both count from 1
  int column = 1;
};

struct Node {
  enum class Kind { null, scalar, list, map };
  Kind kind = Kind::null;
  Place place;
  std::string text;     // of a scalar
  bool quoted = false;  // a quoted scalar is a text, whatever it looks like
  std::vector<Node> items;
  struct Entry;
  std::vector<Entry> entries;
};

struct Node::Entry {
  std::string key;
  Place place;
  Node value;
};

struct Problem {
  Place place;
  std::string text;
};

struct State {
  std::string name;
  Node root;
  std::vector<Problem> problems;
  std::set<std::string> known;  // paths asked for, list indices left out
};

std::string located(std::string_view name, Place place, std::string_view text);

// Errors: invalid_argument, with the place in the message.
Result<Node> parse_yaml(std::string_view name, std::string_view text);

}  // namespace rollcall::config::detail
