#include "server/csv/utf8_source.h"

#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "common/base/check.h"

namespace rollcall::csv {
namespace {

constexpr std::size_t kSniffBytes = 512;
constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF", kLittleMark = "\xFF\xFE", kBigMark = "\xFE\xFF";

struct CloseConverter {
  void operator()(UConverter* it) const { ucnv_close(it); }
};
using ConverterPtr = std::unique_ptr<UConverter, CloseConverter>;

ConverterPtr converter(const char* name) {
  UErrorCode error = U_ZERO_ERROR;
  ConverterPtr out(ucnv_open(name, &error));
  CHECK(out != nullptr && U_SUCCESS(error));  // the names are ICU's own
  return out;
}

// How a text begins: "UTF-16LE", "UTF-16BE" or null for anything else; how long its mark is.
struct Beginning {
  const char* utf16{};
  std::size_t mark{};
};

Beginning beginning_of(std::string_view text) {
  if (text.starts_with(kUtf8Mark)) return {nullptr, kUtf8Mark.size()};
  if (text.starts_with(kLittleMark)) return {"UTF-16LE", kLittleMark.size()};
  if (text.starts_with(kBigMark)) return {"UTF-16BE", kBigMark.size()};
  // A table's header is ASCII, so every second byte of UTF-16 is a NUL.
  std::array<std::size_t, 2> zeros{};
  for (std::size_t i = 0; i < text.size(); ++i) zeros[i % 2] += text[i] == '\0' ? 1 : 0;
  if (text.size() >= 4 && zeros[1] * 5 > text.size() * 2 && zeros[0] == 0) return {"UTF-16LE", 0};
  if (text.size() >= 4 && zeros[0] * 5 > text.size() * 2 && zeros[1] == 0) return {"UTF-16BE", 0};
  return {};
}

class Utf8Source final : public ByteSource {
 public:
  explicit Utf8Source(std::unique_ptr<ByteSource> bytes) : bytes_(std::move(bytes)) {}

  Result<std::string_view> next() override {
    if (!begun_) return begin();
    const auto piece = TRY(bytes_->next());
    return utf16_ ? convert(piece) : piece;
  }

 private:
  Result<std::string_view> begin() {
    begun_ = true;
    while (head_.size() < kSniffBytes) {
      const auto piece = TRY(bytes_->next());
      if (piece.empty()) break;
      head_ += piece;
    }
    const auto beginning = beginning_of(std::string_view(head_).substr(0, kSniffBytes));
    const auto rest = std::string_view(head_).substr(beginning.mark);
    if (!beginning.utf16) return rest.empty() ? bytes_->next() : Result<std::string_view>(rest);
    utf16_ = converter(beginning.utf16);
    utf8_ = converter("UTF-8");
    return convert(rest);
  }

  // Goes on until some text comes out, because an empty piece means the end.
  Result<std::string_view> convert(std::string_view piece) {
    out_.clear();
    for (;;) {
      const bool last = piece.empty();
      const char* from = last ? "" : piece.data();  // ICU takes no null, not even for nothing
      const char* const end = from + piece.size();
      UErrorCode error = U_BUFFER_OVERFLOW_ERROR;
      while (error == U_BUFFER_OVERFLOW_ERROR) {
        error = U_ZERO_ERROR;
        std::array<char, 16 * 1024> buffer;
        char* to = buffer.data();
        ucnv_convertEx(utf8_.get(), utf16_.get(), &to, buffer.data() + buffer.size(), &from, end, pivot_.data(),
                       &pivot_source_, &pivot_target_, pivot_.data() + pivot_.size(), false, last, &error);
        out_.append(buffer.data(), to);
      }
      if (U_FAILURE(error)) return fail(Errc::invalid_argument, "the text is not what its first bytes announce");
      if (!out_.empty() || last) return std::string_view(out_);
      piece = TRY(bytes_->next());
    }
  }

  std::unique_ptr<ByteSource> bytes_;
  bool begun_{};
  std::string head_, out_;
  ConverterPtr utf16_, utf8_;
  std::array<UChar, 4096> pivot_{};
  UChar* pivot_source_{pivot_.data()};
  UChar* pivot_target_{pivot_.data()};
};

}  // namespace

std::unique_ptr<ByteSource> as_utf8(std::unique_ptr<ByteSource> bytes) {
  return std::make_unique<Utf8Source>(std::move(bytes));
}

std::string from_windows_1252(std::string_view text) {
  thread_local const ConverterPtr windows = converter("windows-1252");
  UErrorCode error = U_ZERO_ERROR;
  std::u16string wide(text.size(), u'\0');  // one unit a byte
  const auto units = ucnv_toUChars(windows.get(), wide.data(), static_cast<int32_t>(wide.size()), text.data(),
                                   static_cast<int32_t>(text.size()), &error);
  std::string out(static_cast<std::size_t>(units) * 3, '\0');
  int32_t bytes = 0;
  error = U_ZERO_ERROR;
  u_strToUTF8(out.data(), static_cast<int32_t>(out.size()), &bytes, wide.data(), units, &error);
  out.resize(U_SUCCESS(error) ? static_cast<std::size_t>(bytes) : 0);
  return out;
}

}  // namespace rollcall::csv
