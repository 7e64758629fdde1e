// What is wrong with the rows of an import, handed on in batches so that a hundred thousand of them need no memory.
// Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "server/domain/import.h"

namespace rollcall::service {

class ImportFindings {
 public:
  // `first_no` counts from 1, over everything that was handed on.
  using Keep = std::function<Result<>(std::int64_t first_no, std::span<const domain::ImportFinding> findings)>;
  explicit ImportFindings(Keep keep) : keep_(std::move(keep)) {}

  // Beyond domain::kMaxFindings they are counted only. Errors: what `keep` says.
  Result<> add(domain::ImportFinding finding);
  Result<> flush();
  std::int64_t total() const { return total_; }

 private:
  Keep keep_;
  std::vector<domain::ImportFinding> waiting_;
  std::int64_t total_{}, kept_{};
};

}  // namespace rollcall::service
