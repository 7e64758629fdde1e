// The state of every agent, in memory in its stored form (about 250 bytes), written behind to the database.
// Behind the log: what a crash takes from here is in the log's tail, and load() folds it in again.
//
// Thread-safe. publish() is called by the one writer thread; a state is changed by nobody else.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "common/wire/report.h"
#include "server/domain/device_state.h"
#include "server/storage/agent_state_store.h"

namespace rollcall::service {

// A state that was changed by entries which are durable in the log now.
struct StateUpdate {
  std::int64_t agent_no{};
  domain::DeviceState state;
  storage::Sections news;  // steady parts of the newest report that differ from those before
};

class AgentStates {
 public:
  static constexpr std::int64_t kWriteEveryMs = 3 * kSecondMs;
  static constexpr std::int64_t kAliveEveryMs = 30 * kSecondMs;
  // One transaction of writing behind. Reports that come meanwhile wait for it and for its fsync: at 5,800 a second,
  // 256 took their p99 past 5 ms.
  static constexpr std::size_t kChunk = 64;

  AgentStates(sql::Database& db, const Clock& clock) : db_(db), clock_(clock) {}

  // Reads what is stored and folds in the log's tail. `each` sees every state that there is, once.
  // Errors: corrupt, and what the database says.
  Result<> load(const std::function<void(std::int64_t agent_no, const domain::DeviceState&)>& each);
  // After a commit whose outcome is unknown: takes in what did get into the log. On the writer thread.
  Result<std::vector<StateUpdate>> catch_up();

  domain::DeviceState get(std::int64_t agent_no) const;  // a fresh one when there is none
  // The steady parts of the newest report, those that are not written yet included.
  Result<storage::Sections> sections(std::int64_t agent_no) const;
  std::int64_t last_log_id() const;
  domain::Downtime downtime() const { return downtime_; }  // of the server, before load()

  // `last_log_id` is the last one that the updates hold.
  void publish(std::vector<StateUpdate>& updates, std::int64_t last_log_id);
  void forget(std::int64_t agent_no);  // its device was deleted

  // Told, before it is written, of an identity that differs from the one before it. News that a crash takes come
  // again with the log's tail, so each is told at least once. Set before the first write_behind().
  using Told = std::function<void(std::int64_t agent_no, const wire::Identity& identity)>;
  void tell(Told told) { told_ = std::move(told); }

  // Writes what is unwritten, in chunks, ascending by agent. On error the rest stays unwritten.
  Result<> write_behind();
  bool due(std::int64_t now_ms) const;
  std::size_t unwritten() const;
  std::uint64_t writes() const;
  std::int64_t replayed() const { return replayed_; }

 private:
  struct Chunk {
    std::vector<std::pair<std::int64_t, std::string>> states;  // empty bytes: delete
    std::vector<std::pair<std::int64_t, storage::Sections>> sections;
  };
  Chunk take_chunk(const std::vector<std::int64_t>& agents, std::size_t from) const;
  void tell_identities(const Chunk& chunk) const;
  void written(const Chunk& chunk);
  void mark_unwritten(std::int64_t agent_no);
  Result<std::vector<StateUpdate>> replay(std::int64_t after_log_id);

  sql::Database& db_;
  const Clock& clock_;
  Told told_;
  domain::Downtime downtime_;
  std::int64_t replayed_{};

  std::shared_mutex writing_;  // held for a whole write_behind()

  mutable std::shared_mutex mutex_;  // guards what follows
  std::vector<std::string> states_;  // by agent_no; empty: none
  std::vector<bool> is_unwritten_;   // by agent_no
  std::vector<std::int64_t> unwritten_;
  std::unordered_map<std::int64_t, storage::Sections> news_;
  std::int64_t last_log_id_{};
  std::int64_t written_ms_{}, alive_ms_{};
  std::uint64_t writes_{};
};

}  // namespace rollcall::service
