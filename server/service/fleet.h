// The live picture of every device, in memory: what the overview, the list and the device page show. A page
// never waits for the database but for the whole text of a device's sections.
//
// Memory: see README.md in this folder for the measured bytes a device.
// Threads: everything may be called from any thread. The writer changes states under a short exclusive lock;
// readers take the shared lock for a few thousand devices at a time, so that a list over 348,000 devices
// never keeps a commit waiting for more than a fraction of a millisecond.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "common/wire/report.h"
#include "server/domain/agent.h"
#include "server/domain/device.h"
#include "server/domain/device_state.h"
#include "server/domain/silence.h"
#include "server/domain/verdict.h"
#include "server/service/agents.h"

namespace rollcall::service {

// Age of the last report, up to and including the name; each leaves out the ones before it.
enum class AgeBucket : std::uint8_t { minutes_15, hour, day, week, month, older, never };
inline constexpr std::size_t kAgeBuckets = 7;
std::string_view name_of(AgeBucket bucket);
std::optional<AgeBucket> parse_age_bucket(std::string_view text);

enum class DeviceSort : std::uint8_t { tag, serial, model, school, presence, verdict, percent, last_report, created };
std::string_view name_of(DeviceSort sort);  // "tag", …, "state" for presence
std::optional<DeviceSort> parse_device_sort(std::string_view text);

struct DeviceRow {
  std::string id, tag, serial, manufacturer, model, school_id;
  domain::Standing standing{};
  domain::HolderKind held_by{domain::HolderKind::nobody};
  domain::Presence presence{domain::Presence::never};
  std::int64_t presence_since_ms{};
  domain::Verdict verdict{domain::Verdict::unknown};
  std::optional<double> health_percent;  // of the worst pack
  std::optional<double> percent;         // charge of all packs together
  std::optional<bool> on_ac;
  std::optional<std::int64_t> last_report_ms;  // received
  std::int64_t created_ms{};
};

// Absent filters let everything through. The school "" means devices without a school.
struct DeviceQuery {
  std::string search{};  // part of tag, serial, model, manufacturer or id; ASCII case is ignored
  std::optional<domain::Presence> presence{};
  std::optional<domain::Verdict> verdict{};
  std::optional<std::vector<std::string>> school_ids{};  // of one of these
  std::optional<AgeBucket> age{};
  std::optional<domain::DeviceKind> kind{};
  std::optional<domain::Lifecycle> lifecycle{};
  std::optional<domain::Condition> condition{};
  std::optional<domain::Flag> flag{};
  std::optional<domain::HolderKind> held_by{};
  DeviceSort sort{DeviceSort::last_report};
  bool descending{true};
  std::size_t limit{100};  // at most kMaxPage
  std::string cursor{};    // an earlier page's next_cursor, of the same sort and order; empty: from the start
  // So many rows are passed over first: what a scrollbar needs that is dragged to any place. Who reads everything
  // uses the cursor, which neither repeats nor misses rows when others move. Never with a cursor.
  std::size_t offset{};
};
inline constexpr std::size_t kMaxPage = 1'000;

// Stable: a device whose key changes while somebody pages may be seen twice or not at all, all others once.
struct DevicePage {
  std::vector<DeviceRow> rows;
  std::string next_cursor;  // empty: that was the last page
  std::size_t total{};      // that match, over all pages
};

struct SchoolCounts {
  std::string school_id;  // empty: devices without a school
  std::size_t total{}, online{}, silent{}, replace{};
};

struct Overview {
  std::size_t total{};
  std::array<std::size_t, domain::kPresences> presences{};  // by Presence
  // Of those with an agent.
  std::array<std::size_t, domain::kVerdicts> verdicts{};    // by Verdict
  std::array<std::size_t, kAgeBuckets> ages{};              // by AgeBucket
  std::vector<SchoolCounts> schools;                        // those that have devices, by id
};

struct PackView {
  wire::BatteryPack pack;
  domain::Verdict verdict{domain::Verdict::unknown};
  std::optional<double> health_percent;
  std::vector<std::string> reasons;
  std::vector<domain::DayCapacity> days;
};

struct AgentView {
  domain::AgentHandle agent;
  std::optional<std::int64_t> last_report_ms;
  std::string agent_version;  // empty when it never said
  std::uint64_t thinned{}, waiting{};
  bool restored_image{};
};

// The newest facts, merged: a section that failed or was left out keeps its last good value. SSID and access
// point are never part of it.
struct LatestReport {
  std::string agent_id;
  std::int64_t received_ms{}, observed_ms{};  // of the newest report
  wire::Report report;
  // When each section was last sampled, by domain::Section; 0: never.
  std::array<std::int64_t, domain::kSections> section_observed_ms{};
};

struct DeviceView {
  DeviceRow row;
  std::string presence_reason;                // a sentence
  std::optional<std::int64_t> next_expected_ms;
  std::vector<std::string> reasons;           // of the worst pack's verdict
  std::vector<PackView> packs;
  std::optional<LatestReport> latest;         // absent: never reported
  std::optional<std::int64_t> clock_skew_ms;  // only when it is worth showing (domain::kSkewFlaggedMs)
  std::vector<AgentView> agents;              // newest first
};

// Which devices changed since the last call. `too_many`: more than a few hundred; read everything again.
struct FleetChanges {
  std::vector<std::string> ids;
  bool too_many{};
  // Of them, those that are not in this school any more: moved, or deleted.
  struct Departure {
    std::string id, school_id;
  };
  std::vector<Departure> departures{};
};
inline constexpr std::size_t kMaxChangedIds = 500;

struct FleetStats {
  std::size_t devices{}, agents{}, unwritten_agents{}, texts{};
  std::uint64_t state_writes{}, state_write_failures{};
  std::int64_t replayed_reports{}, load_ms{};
};

class AgentStates;
class DeviceTable;
class Identities;
struct StateUpdate;

class Fleet final : public RecordsListener {
 public:
  Fleet(sql::Database& db, const Clock& clock);
  ~Fleet() override;

  // Start: give it every device and agent through device_changed and agent_changed, then load() once, before
  // the doors open. Reads the stored states and replays the report log's tail.
  Result<> load();

  void device_changed(const domain::Device& device) override;
  void agent_changed(const domain::AgentHandle& agent) override;

  // Of one school alone, when it is given ("": devices without a school). One pass over the rows.
  Overview overview(const std::optional<std::vector<std::string>>& school_ids = {}) const;
  // Errors: invalid_argument (field "cursor" or "offset").
  Result<DevicePage> list(const DeviceQuery& query) const;
  std::optional<DeviceRow> row(std::string_view device_id) const;
  // Errors: not_found; what the database says.
  Result<DeviceView> view(std::string_view device_id) const;
  // Errors: not_found (also when it never reported).
  Result<LatestReport> latest(std::string_view device_id) const;
  // When the newest report that told of its network was sampled, if that was the school's; from memory. Where in the
  // school nobody knows: access points are kept without devices (service/access_points.h).
  std::optional<std::int64_t> seen_at_school_ms(std::string_view device_id) const;

  // Called from run_due, at most every 250 ms, on its thread; must be quick. For as long as this object lives.
  using Listener = std::function<void(const FleetChanges&)>;
  void subscribe(Listener listener);

  // Tells listeners, turns who is overdue, writes states behind in chunks of at most 20 ms.
  std::int64_t next_due() const;
  void run_due(std::int64_t now_ms);
  // Writes every state that is not written yet; at the end of an orderly stop.
  Result<> flush();

  FleetStats stats() const;

  // Before the first run_due: who takes over what laptops tell of themselves. Called from run_due and flush, within
  // seconds of the report. Outlives this object.
  void teach(Identities& identities);

  // ---- for Ingest and History
  AgentStates& states() { return *states_; }
  const AgentStates& states() const { return *states_; }
  // The agents of a device, newest first.
  std::vector<domain::AgentHandle> agents_of(std::string_view device_id) const;
  // What a commit has made durable, up to this entry of the log; on the writer thread.
  void publish(std::vector<StateUpdate>& updates, std::int64_t last_log_id);
  // After a commit whose outcome is unknown; on the writer thread.
  Result<> catch_up();

 private:
  // Listeners are told at most this often, and overdue laptops looked for.
  static constexpr std::int64_t kTickMs = 250;
  void turn_overdue(std::int64_t now_ms);
  void tell_listeners();

  const Clock& clock_;
  std::unique_ptr<AgentStates> states_;
  std::unique_ptr<DeviceTable> table_;
  std::int64_t load_ms_{};

  mutable std::mutex mutex_;  // guards what follows
  std::vector<Listener> listeners_;
  std::int64_t next_due_ms_{};
  std::uint64_t write_failures_{};
};

}  // namespace rollcall::service
