// The rows behind service::Fleet: one small record a device, searched and sorted in memory. Thread-safe, see
// fleet.h; nothing here touches the database.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/base/result.h"
#include "server/domain/agent.h"
#include "server/domain/device.h"
#include "server/domain/device_state.h"
#include "server/service/fleet.h"
#include "server/service/place_index.h"

namespace rollcall::service {

// Texts that many devices share (maker, model, school), each kept once.
class TextPool {
 public:
  TextPool() { intern(""); }  // number 0, which a new row has of each
  std::uint32_t intern(std::string_view text);
  // Forgets what none of `held` is the number of, and tells them their new numbers.
  void keep_only(const std::vector<std::uint32_t*>& held);
  const std::string& at(std::uint32_t number) const { return texts_[number]; }
  std::size_t size() const { return texts_.size(); }
  std::optional<std::uint32_t> find(std::string_view text) const;

 private:
  std::vector<std::string> texts_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

class DeviceTable {
 public:
  // What is read at a time under the shared lock: about 0.2 ms.
  static constexpr std::size_t kChunk = 4'096;

  void put_device(const domain::Device& device);
  // Its agents are returned: their states are to be forgotten. Nothing when it is not there.
  std::vector<std::int64_t> remove_device(std::string_view device_id);
  // Returns the device that it left, when it moved.
  std::optional<std::string> put_agent(const domain::AgentHandle& agent);

  struct Change {
    std::int64_t agent_no{};
    const domain::DeviceState* state{};
  };
  void apply(const std::vector<Change>& changes, const domain::Downtime& downtime, std::int64_t now_ms);
  // After agents moved: the row is told anew from the states of the agents it has now.
  void retell(std::string_view device_id, const std::function<domain::DeviceState(std::int64_t)>& state_of,
              const domain::Downtime& downtime, std::int64_t now_ms);
  // The agents whose silence changes its meaning by now.
  std::vector<std::int64_t> overdue(std::int64_t now_ms) const;

  Overview overview(const std::optional<std::vector<std::string>>& school_ids, std::int64_t now_ms) const;
  Result<DevicePage> list(const DeviceQuery& query, std::int64_t now_ms) const;
  std::optional<DeviceRow> row(std::string_view device_id) const;
  std::vector<domain::AgentHandle> agents_of(std::string_view device_id) const;  // newest first
  // The agent whose report the row tells; 0: none reported.
  std::int64_t current_agent(std::string_view device_id) const;

  FleetChanges take_changes();
  bool has_changes() const;
  std::size_t devices() const;
  std::size_t agents() const;
  std::size_t texts() const;  // makers and models that are kept

 private:
  friend class DeviceSearch;
  static constexpr std::uint32_t kNone = PlaceIndex::kNone;
  // Beyond two a row, before anybody looks for texts that no row holds.
  static constexpr std::size_t kTextsToSpare = 1'024;

  struct Row {
    std::array<char, 26> id{};
    bool live{};
    bool changed{};  // listed in changed_
    domain::Presence presence{domain::Presence::never};
    domain::Verdict verdict{domain::Verdict::unknown};
    std::int8_t on_ac{-1};  // −1 unknown
    domain::Standing standing{};
    domain::HolderKind held_by{domain::HolderKind::nobody};
    std::uint32_t maker{}, model{}, school{};
    float health{-1}, percent{-1};  // −1 unknown
    std::int64_t since_ms{}, last_report_ms{}, created_ms{};
    std::int64_t agent_no{};  // current_agent
    std::string serial, tag;
    std::vector<domain::AgentHandle> agents;  // newest first

    std::string_view device_id() const { return {id.data(), id.size()}; }
  };

  std::uint32_t place_of(std::string_view device_id) const;
  // What a row tells of an agent; worked out before the lock is taken.
  struct Told {
    std::int64_t agent_no{};
    const domain::DeviceState* state{};
    domain::BatterySummary battery;
  };
  void tell(std::uint32_t place, const Told& told, const domain::Downtime& downtime, std::int64_t now_ms);
  void forget_texts();
  void note_departure(const Row& row);  // from its school, if it has one
  void reset_state(Row& row);
  void mark_changed(std::uint32_t place);
  DeviceRow show(const Row& row) const;
  // A device without an agent is not silent: nothing of it can speak.
  static domain::Presence presence_of(const Row& row) {
    return row.agents.empty() ? domain::Presence::no_agent : row.presence;
  }

  mutable std::shared_mutex mutex_;  // guards everything below
  std::vector<Row> rows_;
  std::vector<std::int64_t> changes_ms_;  // by row: when its silence changes its meaning
  std::vector<std::uint32_t> free_;
  PlaceIndex by_id_;
  std::vector<std::uint32_t> by_agent_;  // agent_no → row
  std::size_t agents_{};
  TextPool texts_;            // makers and models: laptops tell them, so what no row holds is forgotten
  std::uint64_t renumbered_{};  // how often
  TextPool schools_;            // as many as there are schools
  std::vector<std::uint32_t> changed_;
  std::vector<std::string> removed_;
  std::vector<FleetChanges::Departure> departures_;
};

AgeBucket age_bucket(std::int64_t last_report_ms, std::int64_t now_ms);  // 0: never

}  // namespace rollcall::service
