#include "server/service/import_findings.h"

#include <utility>

namespace rollcall::service {
namespace {
constexpr std::size_t kBatch = 500;
}

Result<> ImportFindings::add(domain::ImportFinding finding) {
  if (++total_ > domain::kMaxFindings) return {};
  waiting_.push_back(std::move(finding));
  return waiting_.size() < kBatch ? Result<>() : flush();
}

Result<> ImportFindings::flush() {
  if (waiting_.empty()) return {};
  TRY(keep_(kept_ + 1, waiting_));
  kept_ += static_cast<std::int64_t>(waiting_.size());
  waiting_.clear();
  return {};
}

}  // namespace rollcall::service
