#include "common/config/document.h"

#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "common/base/clock.h"

using namespace rollcall;
using namespace rollcall::config;

namespace {

Document parsed(std::string_view text) {
  auto document = Document::parse("server.yaml", text);
  INFO((document ? "" : document.error().message));
  REQUIRE(document);
  return std::move(*document);
}

std::string refusal(std::string_view text) {
  auto document = Document::parse("server.yaml", text);
  REQUIRE_FALSE(document);
  CHECK(document.error().code == Errc::invalid_argument);
  return document.error().message;
}

std::string problems(const Document& document) {
  auto finished = document.finish();
  REQUIRE_FALSE(finished);
  CHECK(finished.error().code == Errc::invalid_argument);
  return finished.error().message;
}

}  // namespace

TEST_CASE("every type is read and defaults stand in for what is missing") {
  const auto document = parsed(R"(
port: 8444
ratio: 0.25
secure: true
name: "Lincoln Middle"
country: no
interval: 5m
limit: 16MiB
level: warn
networks: [10.0.0.0/8, "fd00::/8"]
tls:
  cert: /etc/cert.pem
schools:
  - id: lms
    name: Lincoln
  - id: whs
)");
  const Section root = document.root();
  CHECK(root.integer("port", 1, {1, 65535}) == 8444);
  CHECK(root.integer("other_port", 99, {1, 65535}) == 99);
  CHECK(root.real("ratio", {}, 0, 1) == 0.25);
  CHECK(root.boolean("secure"));
  CHECK(root.boolean("insecure", false) == false);
  CHECK(root.text("name") == "Lincoln Middle");
  CHECK(root.text("country") == "no");
  CHECK(root.text("absent", "else") == "else");
  CHECK(root.duration_ms("interval", {}, {}) == 300'000);
  CHECK(root.bytes("limit", {}, {}) == 16 << 20);
  CHECK(root.one_of<int>("level", 1, {{"info", 1}, {"warn", 2}}) == 2);
  CHECK(root.one_of<int>("colour", 1, {{"red", 1}, {"blue", 2}}) == 1);
  CHECK(root.texts("networks") == std::vector<std::string>{"10.0.0.0/8", "fd00::/8"});
  CHECK(root.section("tls").text("cert") == "/etc/cert.pem");
  CHECK(root.section("absent_section").integer("x", 7) == 7);
  const auto schools = root.sections("schools");
  REQUIRE(schools.size() == 2);
  CHECK(schools[1].text("id") == "whs");
  CHECK(schools[0].text("name", "") == "Lincoln");
  CHECK(schools[0].place("id") == "server.yaml:14:9");
  CHECK(document.finish());
}

TEST_CASE("an unknown key fails with its line and column") {
  const auto document = parsed("port: 1\ntls:\n  certt: x\nschools:\n  - id: a\n    hue: 3\n");
  const Section root = document.root();
  root.integer("port", 1);
  root.section("tls").text("cert", "");
  for (const auto& school : root.sections("schools")) school.text("id");
  CHECK(problems(document) ==
        "server.yaml:3:3: tls.certt: unknown key\nserver.yaml:6:5: schools[0].hue: unknown key");
}

TEST_CASE("a missing required key and a wrong value are reported together in the order of the file") {
  const auto document = parsed("tls:\n  a: 1\nport: 70000\nwait: 5\nsize: 3MB\nflag: yes\nlist: 3\n");
  const Section root = document.root();
  CHECK(root.integer("port", 8443, {1, 65535}) == 8443);
  root.section("tls").text("cert");
  root.section("tls").integer("a", 1);
  root.duration_ms("wait", 1, {0, kHourMs});
  root.bytes("size", 1, {});
  root.boolean("flag", false);
  root.texts("list");
  CHECK(problems(document) ==
        "server.yaml:2:3: tls.cert: is missing\n"
        "server.yaml:3:7: port: 70000 is out of range, expected 1 to 65535\n"
        "server.yaml:4:7: wait: expected a duration (such as 250ms, 30s, 5m, 8h or 90d)\n"
        "server.yaml:5:7: size: expected a size (such as 512, 64KiB, 16MiB or 2GiB)\n"
        "server.yaml:6:7: flag: expected true or false\n"
        "server.yaml:7:7: list: is a value, expected a list of texts");
}

TEST_CASE("an owner's own problem reads like the others") {
  const auto document = parsed("tls:\n  cert: /nowhere\n");
  const Section tls = document.root().section("tls");
  tls.text("cert");
  tls.problem("cert", "file not found");
  CHECK(problems(document) == "server.yaml:2:9: tls.cert: file not found");
}

TEST_CASE("numbers that do not fit, quoted numbers and fractions are no whole numbers") {
  for (const std::string value :
       {"99999999999999999999", "\"5\"", "1.5", "0x10", "1e3", "--1", "5 5", ".nan"}) {
    const auto document = parsed("n: " + value + "\n");
    INFO(value);
    CHECK(document.root().integer("n", 3) == 3);
    CHECK(problems(document) == "server.yaml:1:4: n: expected a whole number");
  }
  const auto document = parsed("d: 9223372036854775807d\nf: .inf\n");
  document.root().duration_ms("d", 0, {});
  document.root().real("f", 0, -1, 1);
  CHECK(problems(document).find("f: expected a number") != std::string::npos);
}

TEST_CASE("a duration out of range names its limits in the largest unit") {
  const auto document = parsed("every: 2s\n");
  document.root().duration_ms("every", 1, {kMinuteMs, 30 * kDayMs});
  CHECK(problems(document) == "server.yaml:1:8: every: 2s is out of range, expected 1m to 30d");
}

TEST_CASE("an empty file reads as all defaults") {
  for (const std::string text : {"", "# nothing\n", "---\n"}) {
    const auto document = parsed(text);
    CHECK(document.root().integer("port", 5) == 5);
    CHECK(document.finish());
  }
}

TEST_CASE("what YAML allows and a configuration does not need is refused with its place") {
  CHECK(refusal("a: 1\na: 2\n") == "server.yaml:2:1: a: stands twice");
  CHECK(refusal("a: &x 1\nb: *x\n").find("server.yaml:1:4: anchors") == 0);
  CHECK(refusal("a: !!binary aGk=\n").find("tags") != std::string::npos);
  CHECK(refusal("? [1, 2]\n: 3\n").find("a key must be a plain text") != std::string::npos);
  CHECK(refusal("- a\n- b\n").find("expected `key: value` lines") != std::string::npos);
  CHECK(refusal("a: 1\n---\nb: 2\n").find("only one document") != std::string::npos);
  CHECK(refusal("a: [1, 2\nb: 3\n").find("server.yaml:") == 0);
  CHECK(refusal("a: \xff\n").find("not UTF-8") != std::string::npos);
  CHECK(refusal(std::string("a: \0b\n", 6)).find("not UTF-8") != std::string::npos);
  CHECK(refusal("a: " + std::string(kMaxBytes, 'x')).find("larger than") != std::string::npos);
  CHECK(refusal("a: " + std::string(5000, 'x')).find("longer than") != std::string::npos);
}

TEST_CASE("bombs of anchors, brackets, depth and number are refused quickly") {
  CHECK(refusal("a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n").find("anchors") != std::string::npos);
  CHECK(refusal(std::string(100'000, '[')).find("brackets") != std::string::npos);
  CHECK(refusal("a: " + std::string(100, '[') + std::string(100, ']')).find("nested deeper") !=
        std::string::npos);
  std::string deep, wide = "a:\n", dashes;
  for (int i = 0; i < 300; ++i) deep += std::string(static_cast<std::size_t>(i), ' ') + "k:\n";
  CHECK(refusal(deep).find("nested deeper") != std::string::npos);
  for (int i = 0; i < kMaxValues + 1; ++i) wide += " - x\n";
  CHECK(refusal(wide).find("more than") != std::string::npos);
  for (int i = 0; i < 50'000; ++i) dashes += "- ";
  CHECK(refusal(dashes + "x").find("server.yaml:") == 0);
}

TEST_CASE("the keys that were asked for are known by their paths without indices") {
  const auto document = parsed("schools: [{id: a}, {id: b}]\n");
  for (const auto& school : document.root().sections("schools")) school.text("id");
  document.root().section("tls").text("cert", "");
  CHECK(document.known_keys() == std::vector<std::string>{"schools", "schools[].id", "tls", "tls.cert"});
}

TEST_CASE("a file is read by its name and a missing one is not found") {
  SystemFiles files;
  auto missing = Document::load(files, "/nonexistent/server.yaml");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == Errc::not_found);
}

TEST_CASE("a complaint about a character that cannot be seen can be shown") {
  const auto document = Document::parse("a.yaml", "a: \"\\\x7f\"\n");
  REQUIRE_FALSE(document);
  CHECK(document.error().message.find('?') != std::string::npos);
  CHECK(document.error().message.find('\x7f') == std::string::npos);
}

TEST_CASE("garbage never crashes the reader") {
  std::mt19937 random(20260214);
  const std::string alphabet = "ab:-[]{},\n\n  \"'#&*!|>%@`?~.0\t\\x";
  const std::string valid = "port: 1\ntls:\n  cert: \"x\"\nlist: [a, 'b', {c: d}]\ntext: |\n  one\n  two\n";
  for (int round = 0; round < 4'000; ++round) {
    std::string text = round % 2 == 0 ? valid : "";
    const std::size_t changes = 1 + random() % (text.empty() ? 80 : 6);
    for (std::size_t i = 0; i < changes; ++i) {
      const char c =
          round % 7 == 0 ? static_cast<char>(random() % 256) : alphabet[random() % alphabet.size()];
      text.insert(text.begin() + static_cast<std::ptrdiff_t>(random() % (text.size() + 1)), c);
    }
    auto document = Document::parse("server.yaml", text);
    if (!document) {
      REQUIRE(document.error().message.starts_with("server.yaml:"));
      continue;
    }
    document->root().integer("port", 1);
    document->root().section("tls").text("cert", "");
    static_cast<void>(document->finish());
  }
}
