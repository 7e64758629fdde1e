#include "server/service/import_watch.h"

#include <utility>

namespace rollcall::service {

void ImportWatch::begin(std::string phase, std::uint64_t total) {
  const std::lock_guard lock(mutex_);
  progress_ = {std::move(phase), "", 0, 0, total};
}

void ImportWatch::advance(std::string_view file, std::int64_t rows, std::uint64_t done) {
  const std::lock_guard lock(mutex_);
  progress_.file = file;
  progress_.rows = rows;
  progress_.done += done;
}

ImportProgress ImportWatch::progress() const {
  const std::lock_guard lock(mutex_);
  return progress_;
}

Result<> ImportWatch::go_on() const {
  if (canceled_) return fail(Errc::conflict, "canceled; what was written stays, and the next import completes it");
  return {};
}

}  // namespace rollcall::service
