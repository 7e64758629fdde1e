#include "server/domain/search.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <set>

#include "server/domain/typos.h"

namespace rollcall::domain {
namespace {

std::string device(const std::string& tag, const std::string& serial = {}, const std::string& model = {}) {
  return search_text(Device{.serial = serial, .maker = "LENOVO", .model = model, .tag = tag});
}

std::string person(const std::string& given, const std::string& family, const std::string& number = {},
                   const std::string& preferred = {}) {
  return search_text(
      Person{.student_number = number, .given_name = given, .family_name = family, .preferred_given = preferred});
}

std::string terms(std::string_view text) {
  std::set<std::string> texts;
  for (const auto& term : terms_of(text)) texts.insert(term.text);
  std::string out;
  for (const auto& it : texts) out += (out.empty() ? "" : " ") + it;
  return out;
}

// The name of the rank, or "" for no answer.
std::string rank(const std::string& typed, const std::string& text, bool typos = true) {
  const auto query = SearchQuery::parse(typed);
  REQUIRE(query);
  const auto found = match(*query, text, typos);
  return found ? std::string(name_of(found->rank)) : "";
}

TEST_CASE("terms are letters and digits; an identifier is also found by its parts and without its zeros") {
  CHECK(terms(device("LAP-0012")) == "0012 12 lap0012 lenovo");
  CHECK(terms(device("CB 0007 a")) == "0007a 7a a cb0007a lenovo");
  CHECK(terms(device("CB00450")) == "00450 450 cb00450 lenovo");
  CHECK(terms(device("0000")) == "0000 lenovo");
  CHECK(terms(device("", "5CD1234XYZ", "ThinkPad X13 Gen-2")) == "2 5cd1234xyz gen2 lenovo thinkpad x13");
  CHECK(terms(person("José", "García-López", "0042")) == "0042 42 garcialopez jose lopez");
  CHECK(terms(person("Síle", "O\u2019Brien")) == "brien obrien sile");
  CHECK(terms(person("小明", "王")) == "小明 王");
  CHECK(terms("").empty());
  CHECK(terms(device("--- %%")) == "lenovo");
}

TEST_CASE("a whole tag, serial or student number is exact; zeros and punctuation do not hide it") {
  CHECK(rank("lap-0012", device("LAP-0012")) == "exact");
  CHECK(rank("LAP0012", device("LAP-0012")) == "exact");
  CHECK(rank("lap 0012", device("LAP-0012")) == "exact");
  CHECK(rank("0012", device("0012")) == "exact");
  CHECK(rank("0012", device("12")) == "same");
  CHECK(rank("12", device("0012")) == "same");
  CHECK(rank("12", device("LAP-0012")) == "same");
  CHECK(rank("0012", device("LAP-12")) == "same");
  CHECK(rank("0012", device("00121")) == "begins");
  CHECK(rank("0012", device("1200")).empty());
  CHECK(rank("5cd1234xyz", device("", "5CD1234XYZ")) == "exact");
  CHECK(rank("1001", person("Ana", "Silva", "1001")) == "exact");
  CHECK(rank("000", device("00")).empty());
}

TEST_CASE("names are found in either order, by beginnings, without accents, by the name they go by and the other") {
  const auto ana = person("Ana María", "Silva Muñoz", "1001", "Annie");
  for (const char* typed : {"ana silva", "Silva, Ana", "silva,ana", "ANNIE munoz", "muñoz maria", "ana"}) {
    INFO(typed);
    CHECK(rank(typed, ana, false) == "words");
  }
  CHECK(rank("an sil", ana, false) == "begins");
  CHECK(rank("silva 1001", ana, false) == "words");
  CHECK(rank("ana lopez", ana).empty());
  CHECK(rank("garcia lopez", person("Eva", "García-López")) == "words");
  CHECK(rank("garcia-lopez", person("Eva", "García López")) == "words");
  CHECK(rank("obrien", person("Síle", "O'Brien")) == "words");
}

TEST_CASE("one slip is forgiven in a word of four characters, and only when it is asked for") {
  const auto maria = person("Maria", "Rodriguez");
  for (const char* typed : {"mraia", "maria rodrigez", "mario", "marria", "mria", "rodirguez", "bodriguez", "rodriguezz"}) {
    INFO(typed);
    CHECK(rank(typed, maria) == "typo");
    CHECK(rank(typed, maria, false).empty());
  }
  CHECK(rank("rodrg", maria) == "");        // it breaks off with the slip
  CHECK(rank("rodrgue", maria) == "typo");  // two right characters behind it
  CHECK(rank("mra", maria).empty());
  CHECK(rank("mirao", maria).empty());
  CHECK(rank("5CD1235XYZ", device("", "5CD1234XYZ")) == "typo");
  CHECK(rank("玛丽亚娜", search_text(Person{.given_name = "玛丽亚那"})) == "typo");
}

TEST_CASE("what fits better comes first, and among typos the word that is there whole") {
  const auto query = SearchQuery::parse("marta");
  REQUIRE(query);
  const auto whole = match(*query, person("Maria", "X"), true), begun = match(*query, person("Martrand", "X"), true);
  REQUIRE(whole);
  CHECK(whole->slips == 1);
  REQUIRE_FALSE(begun);
  CHECK(SearchMatch{SearchRank::exact} < SearchMatch{SearchRank::same});
  CHECK(SearchMatch{SearchRank::begins} < SearchMatch{SearchRank::typo, 1});
  CHECK(SearchMatch{SearchRank::typo, 1} < SearchMatch{SearchRank::typo, 2});
}

TEST_CASE("what is typed is bounded; signs that mean something elsewhere mean nothing") {
  CHECK_FALSE(SearchQuery::parse(std::string(129, 'a')));
  CHECK(SearchQuery::parse(std::string(128, 'a')));
  const auto many = SearchQuery::parse("a b c d e f g h i");
  REQUIRE_FALSE(many);
  CHECK(many.error().field == "q");
  for (const char* typed : {"", "   ", "%", "* ? _", "'; --", "\x01\x1f", "\u2014"}) {
    INFO(typed);
    const auto query = SearchQuery::parse(typed);
    REQUIRE(query);
    CHECK(query->readings.empty());
  }
  CHECK(rank("si%va", person("Ana", "Silva"), false).empty());
  CHECK(rank("a*", person("Ana", "Silva"), false) == "begins");
  CHECK(rank("%", device("LAP-0012")).empty());
}

TEST_CASE("text of a thing is bounded, whatever it is called") {
  std::string name;
  for (int i = 0; i < 200; ++i) name += "w" + std::to_string(i) + "-";
  const auto all = terms_of(person(name, std::string(500, 'x')));
  CHECK(all.size() <= 48);
  for (const auto& term : all) CHECK(term.text.size() <= kMaxSearchTerm);
}

TEST_CASE("walking the terms finds every term that is one slip away") {
  const auto word = rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::elementOf(std::string("abcd"))));
  CHECK(rc::check([&] {
    const auto dictionary = *rc::gen::container<std::set<std::string>>(word);
    const auto typed = *word;
    std::size_t looks = 100'000;
    const NextTerm next = [&](std::string_view from) -> Result<std::optional<std::string>> {
      const auto found = dictionary.lower_bound(std::string(from));
      return found == dictionary.end() ? std::nullopt : std::optional(*found);
    };
    const auto neighbors = neighbors_of(typed, next, looks);
    RC_ASSERT(neighbors.has_value());
    for (const auto& term : dictionary) {
      bool met = false;
      for (const auto& it : *neighbors) met = met || (it.whole ? term == it.text : term.starts_with(it.text));
      RC_ASSERT(met || slips_between(typed, term) == 0);
    }
  }));
}

TEST_CASE("walking the terms ends when its looks are used up") {
  std::size_t looks = 10;
  std::size_t asked = 0;
  const NextTerm next = [&](std::string_view from) -> Result<std::optional<std::string>> {
    ++asked;
    return std::optional(std::string(from) + "a");
  };
  REQUIRE(neighbors_of("abcdef", next, looks));
  CHECK(asked == 10);
  CHECK(looks == 0);
}

TEST_CASE("a thing is found by each of its own terms, and folding is the same on both sides") {
  CHECK(rc::check([] {
    const auto letters = rc::gen::container<std::string>(rc::gen::elementOf(std::string("ABz09-. /'_%")));
    const auto text = search_text(Device{.serial = *letters, .maker = *letters, .model = *letters, .tag = *letters});
    for (const auto& term : terms_of(text)) {
      const auto query = SearchQuery::parse(term.text);
      RC_ASSERT(query.has_value());
      const auto found = match(*query, text, false);
      RC_ASSERT(found.has_value());
      RC_ASSERT(found->rank <= SearchRank::words);
    }
  }));
}

}  // namespace
}  // namespace rollcall::domain
