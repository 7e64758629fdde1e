// How well access points serve, told by the laptops that hear them. Only sums an hour are kept: no sample
// is linked to a device, because that would be a laptop's way through the building.
//
// Sums are written behind, every few seconds; a crash loses the sums of those seconds and nothing else.
// Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/sql/sql.h"

namespace rollcall::service {

struct AccessPointRow {
  std::string bssid, ssid;
  std::string school_id;  // of the laptops that were heard through it last
  std::int64_t reports{};
  std::optional<double> mean_signal_dbm, worst_signal_dbm;
  std::int64_t first_seen_ms{}, last_seen_ms{};  // to the hour
};

class AccessPoints {
 public:
  AccessPoints(sql::Database& db, const Clock& clock) : db_(db), clock_(clock), next_due_ms_(clock.wall_ms()) {}

  // One laptop heard one of them once. The texts are borrowed for the call.
  struct Heard {
    std::string_view bssid, ssid, school_id;
    std::optional<std::int64_t> signal_dbm;
    std::int64_t observed_ms{};
  };
  void heard(std::span<const Heard> all);

  // The busiest first, at most `limit`, over what is still kept.
  Result<std::vector<AccessPointRow>> list(std::size_t limit);

  std::int64_t next_due() const;
  void run_due(std::int64_t now_ms);  // writes behind
  Result<> flush();

 private:
  using Key = std::pair<std::string, std::int64_t>;  // BSSID, hour
  using KeyView = std::pair<std::string_view, std::int64_t>;
  struct Before {
    using is_transparent = void;
    bool operator()(const KeyView& a, const KeyView& b) const { return a < b; }
  };
  struct Sum {
    std::string ssid, school_id;
    std::int64_t reports{}, signals{}, signal_sum{}, signal_min{};
  };
  // A hostile agent can name any number of access points; further ones are left out until the next write.
  static constexpr std::size_t kMaxPending = 20'000;

  sql::Database& db_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::map<Key, Sum, Before> pending_;
  std::int64_t next_due_ms_;
};

}  // namespace rollcall::service
