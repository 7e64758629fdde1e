// How people find things: one box for a tag, a serial number, a name, a student number, a room, a model. What of a thing is
// searched, which terms an index keeps of it, what somebody who types means, and how well a thing answers to it. Pure.
// The index (storage/search_store.h) only says where to look; match() decides.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "server/domain/device.h"
#include "server/domain/device_model.h"
#include "server/domain/person.h"
#include "server/domain/place.h"

namespace rollcall::domain {

// Stored by number: new ones come last.
enum class SearchKind : std::uint8_t { device, person, place, model };
inline constexpr int kSearchKinds = 4;
std::string_view name_of(SearchKind kind);
std::optional<SearchKind> parse_search_kind(std::string_view text);

// What of a thing is searched, folded (base/fold.h), one field a line. Its first line is what those that answer equally
// well are sorted by.
class SearchText {
 public:
  // A tag, a number: blanks and punctuation in it may be left out by who types it, and zeros in front.
  void add_identifier(std::string_view text);
  // A name, a model: each of its words is found.
  void add_words(std::string_view text);
  const std::string& lines() const { return lines_; }

 private:
  void add(char sign, std::string_view text);
  std::string lines_;
};

std::string search_text(const Device& device);
std::string search_text(const Person& person);
std::string search_text(const Place& place);
std::string search_text(const DeviceModel& model);

// A word as it is compared: letters and digits alone. "LAP-0012" is found as "lap0012", as "0012" and as "12".
struct SearchTerm {
  enum class Of : std::uint8_t { identifier, part_of_identifier, word };
  std::string text{};
  Of of{};
  std::strong_ordering operator<=>(const SearchTerm&) const = default;
};
inline constexpr std::size_t kMaxSearchTerm = 64;  // bytes; longer ones are cut
std::vector<SearchTerm> terms_of(std::string_view search_text);  // ascending, each once

// What somebody typed. It can be read in several ways: "cart 12" as two words or as the tag CART12, "garcia-lopez" as
// one name or as two.
struct SearchQuery {
  using Words = std::vector<std::string>;
  std::vector<Words> readings{};  // none: nothing but blanks and punctuation was typed

  // Errors: invalid_argument (longer than kMaxSearchBytes, more than kMaxSearchWords words).
  static Result<SearchQuery> parse(std::string_view text);
};
inline constexpr std::size_t kMaxSearchBytes = 128, kMaxSearchWords = 8;

// From best to worst. exact: it is the tag, serial or student number; same: but for zeros in front, or a part of it;
// words: each word is one of its words; begins: each begins one; typo: with one wrong, missing, additional or swapped
// character in a word.
enum class SearchRank : std::uint8_t { exact, same, words, begins, typo };
std::string_view name_of(SearchRank rank);

struct SearchMatch {
  SearchRank rank{};
  int slips{};  // 1 a typo in a word that is there whole, 2 in one that only begins so
  std::strong_ordering operator<=>(const SearchMatch&) const = default;
};
// Nothing: it does not answer. `typos`: whether some are forgiven.
std::optional<SearchMatch> match(const SearchQuery& query, std::string_view search_text, bool typos);

// A number without zeros in front; "" for nothing but zeros.
std::string_view without_zeros(std::string_view term);

}  // namespace rollcall::domain
