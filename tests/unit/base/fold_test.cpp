#include "common/base/fold.h"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <string>

#include "common/base/text.h"

using namespace rollcall;

TEST_CASE("folding makes one of names that people take for the same") {
  CHECK(fold_text("Jos\xC3\xA9  ") == fold_text("JOSE"));
  CHECK(fold_text("Stra\xC3\x9F" "e") == "strasse");
  CHECK(fold_text("\xC3\x85ngstr\xC3\xB6m") == "angstrom");
  CHECK(fold_text(" van\t der  Berg ") == "van der berg");
  CHECK(fold_text("\xE6\x9D\x8E") == "\xE6\x9D\x8E");
  CHECK(fold_text("") == "");
}

TEST_CASE("folding what is folded changes nothing") {
  CHECK(rc::check([] {
    const auto text = *rc::gen::arbitrary<std::string>();
    if (!is_utf8(text)) return;
    RC_ASSERT(fold_text(fold_text(text)) == fold_text(text));
    RC_ASSERT(is_utf8(fold_text(text)));
  }));
}
