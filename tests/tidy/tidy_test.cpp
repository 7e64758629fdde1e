// Each rule first fails on a text that must fail, then holds for the whole tree.
#include <catch2/catch.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/tidy/rules.h"

namespace {

namespace fs = std::filesystem;
using namespace rollcall::tidy;

SourceFile load(const fs::path& root, const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {fs::relative(path, root).generic_string(), {std::istreambuf_iterator<char>(in), {}}};
}

bool is_console_source(const std::string& path) {
  const bool is_script = path.ends_with(".ts") || path.ends_with(".tsx");
  return path.starts_with("server/web/src/") && is_script && !path.ends_with(".gen.ts");
}

bool is_skipped(const std::string& name) {
  return name == "build" || name == "node_modules" || name == "fixtures" || name == "corpus" || name[0] == '.';
}

struct Tree {
  std::vector<SourceFile> headers, sources, cmake_files, console;
  std::vector<std::string> top_names;

  Tree() {
    const fs::path root = ROLLCALL_SOURCE_DIR;
    for (const auto& entry : fs::directory_iterator(root)) top_names.push_back(entry.path().filename().string());
    fs::recursive_directory_iterator at(root), end;
    for (; at != end; ++at) {
      const auto name = at->path().filename().string();
      if (at->is_directory() && is_skipped(name)) {
        at.disable_recursion_pending();
        continue;
      }
      const auto extension = at->path().extension();
      if (extension == ".h") headers.push_back(load(root, at->path()));
      if (extension == ".cpp") sources.push_back(load(root, at->path()));
      if (is_console_source(fs::relative(at->path(), root).generic_string())) console.push_back(load(root, at->path()));
      if (name == "CMakeLists.txt") cmake_files.push_back(load(root, at->path()));
    }
  }

  std::vector<SourceFile> all() const {
    auto out = headers;
    out.insert(out.end(), sources.begin(), sources.end());
    return out;
  }
};

const Tree& tree() {
  static const Tree instance;
  return instance;
}

std::string listed(const Violations& violations) {
  std::string out;
  for (const auto& v : violations) out += "\n  " + v.path + ":" + std::to_string(v.line) + ": " + v.message;
  return out;
}

template <class Rule>
void holds_for_the_tree(Rule rule) {
  Violations found;
  for (const auto& file : tree().all()) {
    if (file.path.starts_with("tests/tidy/")) continue;  // names what it forbids
    std::ranges::move(rule(file), std::back_inserter(found));
  }
  INFO(listed(found));
  CHECK(found.empty());
}

SourceFile at(std::string path, std::string text) { return {std::move(path), std::move(text)}; }

}  // namespace

TEST_CASE("the tree is where it is expected") {
  REQUIRE(tree().headers.size() > 20);
  REQUIRE(tree().sources.size() > 20);
  REQUIRE(tree().cmake_files.size() > 5);
}

TEST_CASE("rooms include only what the floor plan allows") {
  CHECK(include_directions(at("server/domain/x.cpp", "#include \"server/storage/y.h\"\n")).size() == 1);
  CHECK(include_directions(at("server/api/x.cpp", "#include \"server/storage/y.h\"\n")).size() == 1);
  CHECK(include_directions(at("agent/collect/x.cpp", "#include \"agent/outbox/y.h\"\n")).size() == 1);
  CHECK(include_directions(at("server/api/x.cpp", "#include \"server/service/y.h\"\n")).empty());
  holds_for_the_tree(include_directions);
}

TEST_CASE("a library stays in the room that wraps it") {
  CHECK(library_borders(at("server/api/x.cpp", "#include <boost/asio.hpp>\n")).size() == 1);
  CHECK(library_borders(at("common/net/x.cpp", "#include <boost/asio.hpp>\n")).empty());
  holds_for_the_tree(library_borders);
}

TEST_CASE("files and functions stay small") {
  CHECK(sizes(at("a.cpp", std::string(401, '\n'))).size() == 1);
  CHECK(sizes(at("a.cpp", std::string(400, '\n'))).empty());
  const auto function = [](int lines) { return "void f() {" + std::string(lines - 1, '\n') + "}\n"; };
  CHECK(sizes(at("a.cpp", function(61))).size() == 1);
  CHECK(sizes(at("a.cpp", function(60))).empty());
  CHECK(sizes(at("a.cpp", "namespace a {\nstruct B {\n" + function(61) + "};\n}\n")).size() == 1);
  CHECK(sizes(at("a.cpp", "namespace a {" + std::string(100, '\n') + "}\n")).empty());
  holds_for_the_tree(sizes);
}

TEST_CASE("words that go around a seam are refused") {
  CHECK(banned_words(at("server/x.cpp", "auto t = std::chrono::system_clock::now();\n")).size() == 1);
  CHECK(banned_words(at("server/x.cpp", "getenv(\"A\");\n")).size() == 1);
  CHECK(banned_words(at("agent/x.cpp", "std::this_thread::sleep_for(1s);\n")).size() == 1);
  CHECK(banned_words(at("server/service/x.cpp", "std::thread t;\n")).size() == 1);
  CHECK(banned_words(at("server/x.cpp", "// getenv is not used\nauto s = \"getenv\";\n")).empty());
  holds_for_the_tree(banned_words);
}

TEST_CASE("co_await statements hold no brace and no capturing lambda") {
  CHECK(coroutine_traps(at("a.cpp", "void f() { co_await g(A{1}); }")).size() == 1);
  CHECK(coroutine_traps(at("a.cpp", "void f() { auto x = co_await g([&] { return 1; }); }")).size() == 1);
  CHECK(coroutine_traps(at("a.cpp", "void f() { co_await g(a); h(A{1}); }")).empty());
  CHECK(coroutine_traps(at("a.cpp", "void f() { if (co_await g(a)) { h(); } }")).empty());
  holds_for_the_tree(coroutine_traps);
}

TEST_CASE("every source is built") {
  CHECK(unbuilt_sources({at("a/b.cpp", "")}, {at("a/CMakeLists.txt", "add(x\n  c.cpp)")}).size() == 1);
  CHECK(unbuilt_sources({at("a/b.cpp", "")}, {at("a/CMakeLists.txt", "add(x\n  ab.cpp)")}).size() == 1);
  CHECK(unbuilt_sources({at("a/b.cpp", "")}, {at("a/CMakeLists.txt", "add(x\n  b.cpp)")}).empty());
  const auto found = unbuilt_sources(tree().sources, tree().cmake_files);
  INFO(listed(found));
  CHECK(found.empty());
}

TEST_CASE("every sentence of the console's catalogue is said by a page") {
  const auto unused = [](const char* page) {
    const auto catalogue = at("en.json", "{\n  \"a.b\": \"B\",\n  \"a.c_next\": {\n    \"other\": \"C\"\n  }\n}\n");
    return unused_messages(catalogue, {at("page.tsx", page)}).size();
  };
  CHECK(unused("") == 2);
  CHECK(unused("t(\"a.b\")") == 1);
  CHECK(unused("t(\"a.b_next\")") == 2);
  CHECK(unused("t(`a.${name}_next`)") == 1);
  CHECK(unused("t(`b.${name}`)") == 2);
  CHECK(unused("named(\"a\", name)") == 0);
  REQUIRE(tree().console.size() > 20);
  const fs::path root = ROLLCALL_SOURCE_DIR;
  const auto found = unused_messages(load(root, root / "server/web/src/locale/en.json"), tree().console);
  INFO(listed(found));
  CHECK(found.empty());
}

TEST_CASE("the visible top level is fixed") {
  CHECK(top_level({"docs"}).size() == 1);
  const auto found = top_level(tree().top_names);
  INFO(listed(found));
  CHECK(found.empty());
}

TEST_CASE("comments and literals are not code") {
  CHECK(code_only("a // b\nc") == "a     \nc");
  CHECK(code_only("\"x\\\"y\" z") == "       z");
  CHECK(code_only("1'000 'a' b") == "1'000     b");
  CHECK(code_only("R\"(a\")\" b") == "        b");
}
