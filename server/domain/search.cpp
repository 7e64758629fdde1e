#include "server/domain/search.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/base/fold.h"
#include "common/base/text.h"
#include "server/domain/typos.h"

namespace rollcall::domain {
namespace {

constexpr std::array<std::string_view, kSearchKinds> kKinds{"device", "person", "place", "model"};
constexpr std::array<std::string_view, 5> kRanks{"exact", "same", "words", "begins", "typo"};
constexpr char kIdentifier = '#', kWords = ' ';
constexpr std::size_t kMaxParts = 8, kMaxTerms = 48;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

// How many bytes of punctuation or blank stand here; 0: a letter or digit. Folded text has no other ASCII letters; of
// what lies beyond, U+0080 to U+00BF and U+2000 to U+206F (dashes, quotes, marks that nobody sees) are none.
std::size_t gap_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u; };
  if (byte(0) < 0x80) return is_digit(text[at]) || is_letter(text[at]) ? 0 : 1;
  if (byte(0) == 0xC2) return 2;
  return byte(0) == 0xE2 && (byte(1) == 0x80 || (byte(1) == 0x81 && byte(2) < 0xB0)) ? 3 : 0;
}

// Letters and digits alone, and where in them the parts begin that punctuation keeps apart.
struct Compact {
  std::string text{};
  std::vector<std::size_t> parts{};
};

Compact compact(std::string_view folded) {
  Compact out;
  bool begins = true;
  for (std::size_t i = 0; i < folded.size();) {
    const std::size_t gap = gap_at(folded, i);
    if (gap > 0) {
      begins = true;
      i += gap;
      continue;
    }
    if (std::exchange(begins, false) && out.parts.size() < kMaxParts) out.parts.push_back(out.text.size());
    out.text += folded[i++];
  }
  return out;
}

// Behind letters, where nothing but digits follows: "lap0012" has its number at 3.
std::optional<std::size_t> number_in(std::string_view term) {
  const auto digit = std::ranges::find_if(term, is_digit);
  if (digit == term.begin() || digit == term.end()) return std::nullopt;
  if (!std::all_of(term.begin(), digit, is_letter) || !std::all_of(digit, term.end(), is_digit)) return std::nullopt;
  return static_cast<std::size_t>(digit - term.begin());
}

void add_term(std::vector<SearchTerm>& out, std::string_view text, SearchTerm::Of of) {
  text = clip_utf8(text, kMaxSearchTerm);
  if (!text.empty() && out.size() < kMaxTerms) out.push_back({std::string(text), of});
}

void add_identifier_terms(std::vector<SearchTerm>& out, std::string_view line) {
  const Compact it = compact(line);
  add_term(out, it.text, SearchTerm::Of::identifier);
  for (const std::size_t part : it.parts) {
    const auto from_here = std::string_view(it.text).substr(part);
    if (part > 0) add_term(out, from_here, SearchTerm::Of::part_of_identifier);
    const auto number = from_here.substr(number_in(from_here).value_or(0));
    if (number.size() < from_here.size()) add_term(out, number, SearchTerm::Of::part_of_identifier);
    const auto bare = without_zeros(number);
    if (bare.size() < number.size()) add_term(out, bare, SearchTerm::Of::part_of_identifier);
  }
}

void add_word_terms(std::vector<SearchTerm>& out, std::string_view line) {
  for (const auto word : split(line, ' ')) {
    const Compact it = compact(word);
    for (const std::size_t part : it.parts) add_term(out, std::string_view(it.text).substr(part), SearchTerm::Of::word);
  }
}

// The same number, written with more or fewer zeros in front.
bool same_but_for_zeros(std::string_view word, const SearchTerm& term) {
  const auto bare = without_zeros(word);
  return term.of != SearchTerm::Of::word && !bare.empty() && bare == without_zeros(term.text);
}

std::optional<SearchMatch> match_term(std::string_view word, const SearchTerm& term, bool typos) {
  if (term.text == word) {
    constexpr std::array kRankOf{SearchRank::exact, SearchRank::same, SearchRank::words};
    return SearchMatch{kRankOf[static_cast<std::size_t>(term.of)]};
  }
  if (same_but_for_zeros(word, term)) return SearchMatch{SearchRank::same};
  if (term.text.starts_with(word)) return SearchMatch{SearchRank::begins};
  const int slips = typos ? slips_between(word, term.text) : 0;
  return slips > 0 ? std::optional(SearchMatch{SearchRank::typo, slips}) : std::nullopt;
}

std::optional<SearchMatch> match_words(const SearchQuery::Words& words, const std::vector<SearchTerm>& terms,
                                       bool typos) {
  // Of several words none is the tag: it is one word.
  SearchMatch whole{words.size() > 1 ? SearchRank::words : SearchRank::exact};
  for (const auto& word : words) {
    std::optional<SearchMatch> best;
    for (const auto& term : terms) {
      const auto found = match_term(word, term, typos);
      if (found && (!best || *found < *best)) best = found;
    }
    if (!best) return std::nullopt;
    whole.rank = std::max(whole.rank, best->rank);
    whole.slips += best->slips;
  }
  return whole;
}

}  // namespace

std::string_view name_of(SearchKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }
std::string_view name_of(SearchRank rank) { return kRanks[static_cast<std::size_t>(rank)]; }
std::optional<SearchKind> parse_search_kind(std::string_view text) {
  const auto found = std::ranges::find(kKinds, text);
  if (found == kKinds.end()) return std::nullopt;
  return static_cast<SearchKind>(found - kKinds.begin());
}

void SearchText::add(char sign, std::string_view text) {
  if (text.empty()) return;
  lines_ += sign;
  lines_ += fold_text(text);
  lines_ += '\n';
}
void SearchText::add_identifier(std::string_view text) { add(kIdentifier, text); }
void SearchText::add_words(std::string_view text) { add(kWords, text); }

std::string search_text(const Device& device) {
  SearchText out;
  out.add_identifier(device.tag);
  out.add_identifier(device.serial);
  out.add_words(device.maker);
  out.add_words(device.model);
  return out.lines();
}

std::string search_text(const Person& person) {
  const bool other_given = !person.preferred_given.empty(), other_family = !person.preferred_family.empty();
  SearchText out;
  // First as they are shown, for the order.
  out.add_words(other_family ? person.preferred_family : person.family_name);
  out.add_words(other_given ? person.preferred_given : person.given_name);
  if (other_family) out.add_words(person.family_name);
  if (other_given) out.add_words(person.given_name);
  out.add_identifier(person.student_number);
  return out.lines();
}

std::string search_text(const Place& place) {
  SearchText out;
  out.add_words(place.name);
  out.add_words(name_of(place.kind));
  return out.lines();
}

std::string search_text(const DeviceModel& model) {
  SearchText out;
  out.add_words(model.maker);
  out.add_words(model.name);
  return out.lines();
}

std::vector<SearchTerm> terms_of(std::string_view search_text) {
  std::vector<SearchTerm> out;
  for (const auto line : split(search_text, '\n')) {
    if (line.empty()) continue;
    if (line[0] == kIdentifier) add_identifier_terms(out, line.substr(1));
    else add_word_terms(out, line.substr(1));
  }
  std::ranges::sort(out);
  const auto repeated = std::ranges::unique(out);
  out.erase(repeated.begin(), repeated.end());
  return out;
}

std::string_view without_zeros(std::string_view term) {
  return term.substr(std::min(term.find_first_not_of('0'), term.size()));
}

Result<SearchQuery> SearchQuery::parse(std::string_view text) {
  if (text.size() > kMaxSearchBytes) return fail(Errc::invalid_argument, "is longer than 128 bytes", "q");
  const std::string folded = fold_text(text);
  SearchQuery out;
  Words typed, apart;
  for (const auto word : split(folded, ' ')) {
    const Compact it = compact(word);
    if (it.text.empty()) continue;
    typed.emplace_back(clip_utf8(it.text, kMaxSearchTerm));
    for (std::size_t i = 0; i < it.parts.size(); ++i) {
      const auto end = i + 1 < it.parts.size() ? it.parts[i + 1] : it.text.size();
      apart.push_back(it.text.substr(it.parts[i], end - it.parts[i]));
    }
  }
  if (typed.size() > kMaxSearchWords) {
    return fail(Errc::invalid_argument, "has more than 8 words; leave some out", "q");
  }
  if (typed.empty()) return out;
  const std::string joined = compact(folded).text;
  out.readings.push_back(typed);
  if (apart.size() > typed.size() && apart.size() <= kMaxSearchWords) out.readings.push_back(std::move(apart));
  if (typed.size() > 1) out.readings.push_back({std::string(clip_utf8(joined, kMaxSearchTerm))});
  return out;
}

std::optional<SearchMatch> match(const SearchQuery& query, std::string_view search_text, bool typos) {
  const auto terms = terms_of(search_text);
  std::optional<SearchMatch> best;
  for (std::size_t i = 0; i < query.readings.size(); ++i) {
    // Only what was typed may have typos; what was made of it is guessed already.
    const auto found = match_words(query.readings[i], terms, typos && i == 0);
    if (found && (!best || *found < *best)) best = found;
  }
  return best;
}

}  // namespace rollcall::domain
