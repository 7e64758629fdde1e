#include "common/base/fold.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>

#include <algorithm>

#include "common/base/check.h"
#include "common/base/text.h"

namespace rollcall {
namespace {

std::string one_blank(std::string_view text) {
  std::string out;
  for (const char c : trim(text)) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!blank) out += c;
    else if (!out.ends_with(' ')) out += ' ';
  }
  return out;
}

std::u16string wide(std::string_view text) {
  std::u16string out(text.size(), u'\0');
  int32_t units = 0;
  UErrorCode error = U_ZERO_ERROR;
  u_strFromUTF8WithSub(out.data(), static_cast<int32_t>(out.size()), &units, text.data(),
                       static_cast<int32_t>(text.size()), 0xFFFD, nullptr, &error);
  out.resize(U_SUCCESS(error) ? static_cast<std::size_t>(units) : 0);
  return out;
}

std::string narrow(const std::u16string& text) {
  std::string out(text.size() * 3, '\0');
  int32_t bytes = 0;
  UErrorCode error = U_ZERO_ERROR;
  u_strToUTF8(out.data(), static_cast<int32_t>(out.size()), &bytes, text.data(), static_cast<int32_t>(text.size()), &error);
  out.resize(U_SUCCESS(error) ? static_cast<std::size_t>(bytes) : 0);
  return out;
}

std::u16string without_marks(const std::u16string& text) {
  std::u16string out;
  for (int32_t i = 0; i < static_cast<int32_t>(text.size());) {
    const int32_t begin = i;
    UChar32 c = 0;
    U16_NEXT(text.data(), i, static_cast<int32_t>(text.size()), c);
    if (u_charType(c) != U_NON_SPACING_MARK) out.append(text, static_cast<std::size_t>(begin), static_cast<std::size_t>(i - begin));
  }
  return out;
}

}  // namespace

std::string fold_text(std::string_view text) {
  if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    return one_blank(to_lower(text));
  }
  UErrorCode error = U_ZERO_ERROR;
  const UNormalizer2* normalizer = unorm2_getNFKDInstance(&error);
  CHECK(U_SUCCESS(error));  // ICU carries its own data
  const auto given = wide(text);
  std::u16string apart(given.size() * 18 + 1, u'\0');  // the longest decomposition has 18 units
  const auto units = unorm2_normalize(normalizer, given.data(), static_cast<int32_t>(given.size()), apart.data(),
                                      static_cast<int32_t>(apart.size()), &error);
  apart.resize(U_SUCCESS(error) ? static_cast<std::size_t>(units) : 0);
  const auto bare = without_marks(apart);
  std::u16string folded(bare.size() * 3 + 1, u'\0');  // full case folding grows to three times at most
  error = U_ZERO_ERROR;
  const auto folded_units = u_strFoldCase(folded.data(), static_cast<int32_t>(folded.size()), bare.data(),
                                          static_cast<int32_t>(bare.size()), U_FOLD_CASE_DEFAULT, &error);
  folded.resize(U_SUCCESS(error) ? static_cast<std::size_t>(folded_units) : 0);
  return one_blank(narrow(folded));
}

}  // namespace rollcall
