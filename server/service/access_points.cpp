#include "server/service/access_points.h"

#include <algorithm>
#include <iterator>

#include "common/base/log.h"
#include "server/storage/access_point_store.h"

namespace rollcall::service {
namespace {
constexpr std::int64_t kWriteEveryMs = 10 * kSecondMs;
constexpr std::size_t kChunk = 256;  // about 3 ms
}  // namespace

void AccessPoints::heard(std::span<const Heard> all) {
  const std::lock_guard lock(mutex_);
  for (const Heard& it : all) {
    const KeyView key{it.bssid, it.observed_ms / kHourMs};
    auto place = pending_.find(key);
    if (place == pending_.end()) {
      if (pending_.size() >= kMaxPending) continue;
      place = pending_.emplace(key, Sum{}).first;
    }
    Sum& sum = place->second;
    sum.ssid = it.ssid;
    sum.school_id = it.school_id;
    ++sum.reports;
    if (!it.signal_dbm) continue;
    sum.signal_min = sum.signals == 0 ? *it.signal_dbm : std::min(sum.signal_min, *it.signal_dbm);
    ++sum.signals;
    sum.signal_sum += *it.signal_dbm;
  }
}

Result<std::vector<AccessPointRow>> AccessPoints::list(std::size_t limit) {
  const auto totals =
      TRY(db_.read([&](sql::Snapshot& snapshot) { return storage::busiest_access_points(snapshot, limit); }));
  std::vector<AccessPointRow> rows;
  for (const storage::AccessPointTotal& total : totals) {
    AccessPointRow row{total.sum.bssid, total.sum.ssid, total.sum.school_id, total.sum.reports, {}, {}, 0, 0};
    if (total.sum.signals != 0) {
      row.mean_signal_dbm = static_cast<double>(total.sum.signal_sum) / static_cast<double>(total.sum.signals);
      row.worst_signal_dbm = static_cast<double>(total.sum.signal_min);
    }
    row.first_seen_ms = total.sum.hour * kHourMs;
    row.last_seen_ms = total.last_hour * kHourMs;
    rows.push_back(std::move(row));
  }
  return rows;
}

std::int64_t AccessPoints::next_due() const {
  // A wall clock that was put back makes it due at once, not hours later.
  const std::int64_t now_ms = clock_.wall_ms();
  const std::lock_guard lock(mutex_);
  return next_due_ms_ > now_ms + kWriteEveryMs ? now_ms : next_due_ms_;
}

void AccessPoints::run_due(std::int64_t now_ms) {
  if (const auto flushed = flush(); !flushed) {
    log::warn("sums of access points stay unwritten for now: {}", flushed.error().message);
  }
  const std::lock_guard lock(mutex_);
  next_due_ms_ = now_ms + kWriteEveryMs;
}

Result<> AccessPoints::flush() {
  for (;;) {
    std::vector<storage::AccessPointHour> chunk;
    {
      const std::lock_guard lock(mutex_);
      while (chunk.size() < kChunk && !pending_.empty()) {
        auto node = pending_.extract(pending_.begin());
        Sum& sum = node.mapped();
        chunk.push_back({std::move(node.key().first), node.key().second, std::move(sum.ssid), std::move(sum.school_id),
                         sum.reports, sum.signals, sum.signal_sum, sum.signal_min});
      }
    }
    if (chunk.empty()) return {};
    const auto written = db_.write([&](sql::Transaction& transaction) -> Result<> {
      for (const auto& hour : chunk) TRY(storage::add_access_point_hour(transaction, hour));
      return {};
    });
    if (written) continue;
    const std::lock_guard lock(mutex_);
    for (auto& hour : chunk) {
      Sum& sum = pending_[{hour.bssid, hour.hour}];
      if (hour.signals != 0) {
        sum.signal_min = sum.signals == 0 ? hour.signal_min : std::min(sum.signal_min, hour.signal_min);
      }
      sum.ssid = hour.ssid;
      sum.school_id = hour.school_id;
      sum.reports += hour.reports;
      sum.signals += hour.signals;
      sum.signal_sum += hour.signal_sum;
    }
    return written;
  }
}

}  // namespace rollcall::service
