#include "common/base/text.h"

#include <catch2/catch.hpp>
#include <cstdint>

using namespace rollcall;

TEST_CASE("text is trimmed, split and lowered as ASCII") {
  CHECK(trim(" \t a b \r\n") == "a b");
  CHECK(trim("   ").empty());
  CHECK(split("a,,b", ',') == std::vector<std::string_view>{"a", "", "b"});
  CHECK(split("", ',').size() == 1);
  CHECK(to_lower("ÀBC") == "Àbc");
  CHECK(equal_ignoring_case("Content-Length", "content-length"));
  CHECK(!equal_ignoring_case("a", "ab"));
}

TEST_CASE("UTF-8 that is overlong, a surrogate, cut short or out of range is refused") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("Zoë 笔记本 🔋"));
  CHECK(!is_utf8("\xC0\x80"));
  CHECK(!is_utf8("\xE0\x80\xAF"));
  CHECK(!is_utf8("\xED\xA0\x80"));
  CHECK(!is_utf8("\xF4\x90\x80\x80"));
  CHECK(!is_utf8("\xE2\x82"));
  CHECK(!is_utf8("\x80"));
}

TEST_CASE("control characters and broken bytes cannot reach a terminal") {
  CHECK(printable("ok\x1b[31m\n\xC2\x9B\xFFé") == "ok?[31m???é");
}

TEST_CASE("characters that nobody sees cannot disguise a text") {
  for (const std::string unseen :
       {"\u00AD", "\u061C", "\u200B", "\u200D", "\u200E", "\u200F", "\u2028", "\u202A", "\u202E", "\u2060",
        "\u2066", "\u2069", "\u3164", "\uFE0F", "\uFEFF", "\U000E0041"}) {
    CHECK(printable("a" + unseen + "b") == "a?b");
  }
  for (const std::string seen : {"é", "\u00A0", "\u00AE", "\u2010", "\u2027", "\u2030", "‘x’", "笔记本", "עברית",
                                 "🔋", "\uFFFD", "\U0010FFFD"}) {
    CHECK(printable(seen) == seen);
  }
}

TEST_CASE("clipping never cuts a character in two") {
  CHECK(clip_utf8("aé", 2) == "a");
  CHECK(clip_utf8("aé", 3) == "aé");
  CHECK(clip_utf8("🔋", 3).empty());
}

TEST_CASE("a number is the whole text or nothing") {
  CHECK(parse_number<int>("-12") == -12);
  CHECK(!parse_number<int>("12 "));
  CHECK(!parse_number<int>("+1"));
  CHECK(!parse_number<int>(""));
  CHECK(!parse_number<std::int64_t>("9223372036854775808"));
  CHECK(!parse_number<unsigned>("-1"));
  CHECK(parse_number<double>("2.5") == 2.5);
}
