#include <algorithm>
#include <cctype>
#include <set>
#include <vector>

#include "common/base/text.h"
#include "server/domain/user.h"

namespace rollcall::domain {
namespace {

// What lists of leaked passwords begin with, what a school's own people would think of, and the famous long
// ones. Letters only: digits and signs that stand for letters are read as letters first.
// clang-format off
constexpr std::string_view kTriedFirst[] = {
    "administrator", "admin", "autumn", "baseball", "basketball", "batman", "battery", "changeme",
    "charlie", "cheese", "chromebook", "classroom", "computer", "correcthorsebatterystaple", "default",
    "district", "dragon", "donald", "football", "freedom", "guest", "hello", "hottie", "iloveyou", "jesus",
    "jordan", "laptop", "letmein", "login", "loveme", "maytheforcebewithyou", "master", "michael", "monkey",
    "mustang", "ninja", "password", "passwort", "passphrase", "please", "pokemon", "princess", "qazwsx",
    "rollcall", "root", "school", "secret", "server", "shadow", "solo", "spring", "starwars", "student",
    "summer", "sunshine", "superman", "system", "teacher", "technician", "temporary", "temp",
    "thequickbrownfox", "test", "tobeornottobe", "trustnoone", "trustno", "user", "welcome", "whatever",
    "winter", "zaqwsx", "january", "february", "march", "april", "june", "july", "august", "september",
    "october", "november", "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    "sunday", "this", "that", "is", "the", "my", "and", "for", "you", "love", "forever", "best", "ever",
    "our", "one", "new"};
// clang-format on
constexpr std::string_view kKeyboardRows[] = {"qwertyuiop",
                                              "asdfghjkl",
                                              "zxcvbnm",
                                              "1234567890",
                                              "qwertzuiop",
                                              "yxcvbnm",
                                              "1qaz2wsx3edc4rfv5tgb6yhn7ujm"};

// What must be left when everything guessable is taken out.
constexpr std::size_t kMinUnguessable = 6;
constexpr std::size_t kMinDistinct = 6;

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](unsigned char c) { return (c & 0xc0) != 0x80; }));
}

std::string letters_for_signs(std::string text) {
  constexpr std::string_view kSigns = "0134578@$!|+";
  constexpr std::string_view kLetters = "oieastbasiit";
  for (char& c : text) {
    const auto at = kSigns.find(c);
    if (at != std::string_view::npos) c = kLetters[at];
  }
  return text;
}

std::string letters_and_digits(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || std::isalnum(byte) != 0) out += c;
  }
  return out;
}

void mark_word(std::string_view text, std::string_view word, std::vector<bool>& taken) {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    std::fill_n(taken.begin() + static_cast<std::ptrdiff_t>(at), word.size(), true);
  }
}

bool neighbours_on_a_keyboard(std::string_view piece) {
  const std::string backwards(piece.rbegin(), piece.rend());
  return std::ranges::any_of(kKeyboardRows, [&](std::string_view row) {
    return row.find(piece) != std::string_view::npos || row.find(backwards) != std::string_view::npos;
  });
}

// Three in a row that are alike, count up or down, or lie side by side on a keyboard.
void mark_runs(std::string_view text, std::vector<bool>& taken) {
  for (std::size_t i = 0; i + 3 <= text.size(); ++i) {
    const int first = text[i + 1] - text[i];
    const int second = text[i + 2] - text[i + 1];
    const bool run = first == second && first >= -1 && first <= 1;
    if (run || neighbours_on_a_keyboard(text.substr(i, 3))) {
      std::fill_n(taken.begin() + static_cast<std::ptrdiff_t>(i), 3, true);
    }
  }
}

// A year of anybody's life, or of the school's calendar.
void mark_years(std::string_view text, std::vector<bool>& taken) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  for (std::size_t i = 0; i + 4 <= text.size(); ++i) {
    const std::string_view year = text.substr(i, 4);
    if ((year.starts_with("19") || year.starts_with("20")) && is_digit(year[2]) && is_digit(year[3])) {
      std::fill_n(taken.begin() + static_cast<std::ptrdiff_t>(i), 4, true);
    }
  }
}

std::size_t unguessable(const std::string& text, std::string_view user_name) {
  std::vector<bool> taken(text.size());
  for (const std::string_view word : kTriedFirst) mark_word(text, word, taken);
  for (const std::string_view part : split(user_name, '@')) {
    const std::string word = letters_and_digits(part);
    if (word.size() >= 3) mark_word(text, word, taken);
  }
  mark_runs(text, taken);
  mark_years(text, taken);
  return static_cast<std::size_t>(std::ranges::count(taken, false));
}

// "abcXabcXabcX" is as strong as "abcX".
std::size_t period(std::string_view text) {
  for (std::size_t length = 1; length <= text.size() / 2; ++length) {
    bool repeats = true;
    for (std::size_t i = length; i < text.size() && repeats; ++i) repeats = text[i] == text[i - length];
    if (repeats) return length;
  }
  return text.size();
}

}  // namespace

std::string password_objection(std::string_view password, std::string_view user_name) {
  if (!is_utf8(password)) return "a password is text in UTF-8";
  if (password.size() > kMaxPasswordBytes) return "a password has at most 1,024 bytes";
  if (characters(password) < kMinPasswordCharacters) {
    return "a password has at least 15 characters; a few words that do not belong together are easy to keep";
  }
  const std::string lower = to_lower(password);
  const std::string once = lower.substr(0, period(lower));
  if (std::set<char>(password.begin(), password.end()).size() < kMinDistinct || once.size() < 8) {
    return "this password repeats itself; choose one with more variety";
  }
  const std::string plain = letters_and_digits(once);
  const std::string folded = letters_and_digits(letters_for_signs(once));
  const std::string name = to_lower(user_name);
  if (std::min(unguessable(plain, name), unguessable(folded, letters_for_signs(name))) < kMinUnguessable) {
    return "this password is made of words and rows of keys that are tried first; add words of your own";
  }
  return {};
}

}  // namespace rollcall::domain
