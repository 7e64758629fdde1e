#include "server/domain/typos.h"

#include <algorithm>
#include <utility>

namespace rollcall::domain {
namespace {

constexpr std::size_t kMinRightBehind = 2;  // characters

// Of well-formed UTF-8.
std::size_t bytes_of_first(std::string_view text) {
  if (text.empty()) return 0;
  std::size_t bytes = 1;
  while (bytes < text.size() && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) ++bytes;
  return bytes;
}

std::string_view first_of(std::string_view text) { return text.substr(0, bytes_of_first(text)); }
std::string_view behind_first(std::string_view text) { return text.substr(bytes_of_first(text)); }

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// What follows the slip, in the word and in the term.
int slips_behind(std::string_view word, std::string_view term) {
  if (word == term) return 1;
  return term.starts_with(word) && characters(word) >= kMinRightBehind ? 2 : 0;
}

class Walk {
 public:
  Walk(std::string_view word, const NextTerm& next, std::size_t& looks) : word_(word), next_(next), looks_(looks) {}

  Result<std::vector<Neighbor>> run() {
    for (std::size_t at = 0; at < word_.size(); at += bytes_of_first(word_.substr(at))) {
      const std::string before(word_.substr(0, at));
      const auto rest = word_.substr(at), behind = behind_first(rest);
      TRY(look_for(before, behind));
      if (!behind.empty()) {
        TRY(look_for(before + std::string(first_of(behind)) + std::string(first_of(rest)), behind_first(behind)));
      }
      if (!TRY(look_at_characters(before, rest))) break;
    }
    return std::move(found_);
  }

 private:
  // False: no term goes on as the word does.
  Result<bool> look_at_characters(const std::string& before, std::string_view rest) {
    bool goes_on = false;
    std::string from = before;
    for (;;) {
      const auto term = TRY(look(from));
      if (!term || !term->starts_with(before)) return goes_on;
      const auto character = first_of(std::string_view(*term).substr(before.size()));
      if (character.empty()) {
        from = before + '\x01';
        continue;
      }
      const std::string with = before + std::string(character);
      TRY(look_for(with, rest));
      if (character == first_of(rest)) goes_on = true;
      else TRY(look_for(with, behind_first(rest)));
      from = with + std::string(kBehindAll);
    }
  }

  // `right` is what the word has behind the slip.
  Result<> look_for(const std::string& until_slip, std::string_view right) {
    const std::string text = until_slip + std::string(right);
    if (text == word_ || text.empty()) return {};
    const auto term = TRY(look(text));
    const bool may_go_on = characters(right) >= kMinRightBehind;
    if (!term || !(may_go_on ? term->starts_with(text) : *term == text)) return {};
    const bool known = std::ranges::any_of(found_, [&](const auto& it) { return it.text == text; });
    if (!known) found_.push_back({text, !may_go_on});
    return {};
  }

  Result<std::optional<std::string>> look(std::string_view from) {
    if (looks_ == 0) return std::optional<std::string>();
    --looks_;
    return next_(from);
  }

  const std::string_view word_;
  const NextTerm& next_;
  std::size_t& looks_;
  std::vector<Neighbor> found_;
};

}  // namespace

int slips_between(std::string_view word, std::string_view term) {
  if (characters(word) < kMinForgiven || term.starts_with(word)) return 0;
  std::string_view w = word, t = term;
  while (!w.empty() && !t.empty() && first_of(w) == first_of(t)) w = behind_first(w), t = behind_first(t);
  // The slip is where they part: wherever else it could be said to be, what follows is the same.
  int best = 0;
  const auto take = [&](int slips) { best = best == 0 || slips == 0 ? std::max(best, slips) : std::min(best, slips); };
  take(slips_behind(behind_first(w), t));
  if (!t.empty()) {
    take(slips_behind(w, behind_first(t)));
    take(slips_behind(behind_first(w), behind_first(t)));
    const auto w2 = behind_first(w), t2 = behind_first(t);
    if (!w2.empty() && first_of(w) == first_of(t2) && first_of(w2) == first_of(t)) {
      take(slips_behind(behind_first(w2), behind_first(t2)));
    }
  }
  return best;
}

Result<std::vector<Neighbor>> neighbors_of(std::string_view word, const NextTerm& next, std::size_t& looks) {
  if (characters(word) < kMinForgiven) return std::vector<Neighbor>();
  return Walk(word, next, looks).run();
}

}  // namespace rollcall::domain
