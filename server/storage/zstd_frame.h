// One text as one zstd frame and back. Not thread-safe: each object keeps its working memory for the next call.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/result.h"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace rollcall::storage {

class FrameWriter {
 public:
  explicit FrameWriter(int level);
  std::string compress(std::string_view bytes);

 private:
  struct Free {
    void operator()(ZSTD_CCtx_s* context) const;
  };
  std::unique_ptr<ZSTD_CCtx_s, Free> context_;
  int level_;
};

class FrameReader {
 public:
  FrameReader();
  // Errors: corrupt (also: it would become more than `limit` bytes, whatever it says of itself).
  Result<std::string> decompress(std::string_view frame, std::size_t limit);

 private:
  struct Free {
    void operator()(ZSTD_DCtx_s* context) const;
  };
  std::unique_ptr<ZSTD_DCtx_s, Free> context_;
};

}  // namespace rollcall::storage
