#include "server/storage/access_point_store.h"

#include "server/storage/columns.h"

namespace rollcall::storage {

Result<> add_access_point_hour(sql::Transaction& transaction, const AccessPointHour& hour) {
  TRY(transaction.execute(
      "INSERT INTO access_point_hours (bssid, hour, ssid, school_id, reports, signals, signal_sum, signal_min) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (bssid, hour) DO UPDATE SET "
      "ssid = excluded.ssid, school_id = excluded.school_id, "
      "reports = access_point_hours.reports + excluded.reports, "
      "signal_min = CASE WHEN excluded.signals = 0 THEN access_point_hours.signal_min "
      "WHEN access_point_hours.signals = 0 OR excluded.signal_min < access_point_hours.signal_min "
      "THEN excluded.signal_min ELSE access_point_hours.signal_min END, "
      "signals = access_point_hours.signals + excluded.signals, "
      "signal_sum = access_point_hours.signal_sum + excluded.signal_sum",
      hour.bssid, hour.hour, hour.ssid, hour.school_id, hour.reports, hour.signals, hour.signal_sum,
      hour.signals == 0 ? 0 : hour.signal_min));
  return {};
}

Result<std::vector<AccessPointTotal>> busiest_access_points(sql::Snapshot& snapshot, std::size_t limit) {
  return all_rows<AccessPointTotal>(
      snapshot.query("SELECT t.bssid, t.first_hour, l.ssid, l.school_id, t.reports, t.signals, t.signal_sum, "
                     "t.signal_min, t.last_hour FROM (SELECT bssid, min(hour) AS first_hour, max(hour) AS last_hour, "
                     "sum(reports) AS reports, sum(signals) AS signals, sum(signal_sum) AS signal_sum, "
                     "min(signal_min) AS signal_min FROM access_point_hours GROUP BY bssid) AS t "
                     "JOIN access_point_hours AS l ON l.bssid = t.bssid AND l.hour = t.last_hour "
                     "ORDER BY t.reports DESC, t.bssid LIMIT $1",
                     limit),
      [](const sql::Rows& rows) -> Result<AccessPointTotal> {
        return AccessPointTotal{{rows.string(0), rows.integer(1), rows.string(2), rows.string(3), rows.integer(4),
                                 rows.integer(5), rows.integer(6), rows.integer(7)},
                                rows.integer(8)};
      });
}

Result<std::int64_t> delete_access_point_hours(sql::Transaction& transaction, std::int64_t hour, std::size_t limit) {
  return transaction.execute(
      "DELETE FROM access_point_hours WHERE (bssid, hour) IN "
      "(SELECT bssid, hour FROM access_point_hours WHERE hour < $1 LIMIT $2)",
      hour, limit);
}

}  // namespace rollcall::storage
