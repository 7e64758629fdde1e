#include "server/storage/zstd_frame.h"

#include <zstd.h>

#include "common/base/check.h"

namespace rollcall::storage {

void FrameWriter::Free::operator()(ZSTD_CCtx_s* context) const { ZSTD_freeCCtx(context); }
void FrameReader::Free::operator()(ZSTD_DCtx_s* context) const { ZSTD_freeDCtx(context); }

FrameWriter::FrameWriter(int level) : context_(ZSTD_createCCtx()), level_(level) { CHECK(context_ != nullptr); }

std::string FrameWriter::compress(std::string_view bytes) {
  std::string frame(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size =
      ZSTD_compressCCtx(context_.get(), frame.data(), frame.size(), bytes.data(), bytes.size(), level_);
  CHECK(!ZSTD_isError(size));  // there is room for the worst case
  frame.resize(size);
  return frame;
}

FrameReader::FrameReader() : context_(ZSTD_createDCtx()) { CHECK(context_ != nullptr); }

Result<std::string> FrameReader::decompress(std::string_view frame, std::size_t limit) {
  const auto size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > limit) {
    return fail(Errc::corrupt, "a compressed block cannot be read");
  }
  std::string bytes(static_cast<std::size_t>(size), '\0');
  const std::size_t got =
      ZSTD_decompressDCtx(context_.get(), bytes.data(), bytes.size(), frame.data(), frame.size());
  if (ZSTD_isError(got) || got != bytes.size()) return fail(Errc::corrupt, "a compressed block cannot be read");
  return bytes;
}

}  // namespace rollcall::storage
