// The SQLite driver: a file in WAL mode with one writing connection and a few read-only ones.
//
// Only the writing connection writes and checkpoints: SQLite 3.40 can corrupt a WAL that several
// connections of one process write to. Another process must not write to the file while it is open.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/sql/sql.h"

namespace rollcall::sql {

class SqliteConnection;

struct SqliteOptions {
  std::string path;
  bool create = true;  // false: a missing file is not_found
  // normal syncs at checkpoints only and so loses acknowledged rows at a power cut: a control for tests.
  enum class Synchronous { normal, full } synchronous = Synchronous::full;
  int readers = 4;              // opened when first needed; a further read waits for one of them
  int busy_timeout_ms = 2'000;  // how long a lock of another process is waited for
  int cache_kib = 2'048;        // of each connection, at most
  // A checkpoint costs two fsyncs: 4,000 pages (16 MB) make it rare at full ingest and keep a restart short.
  int checkpoint_pages = 4'000;
  // Over this the writer holds new reads back for a moment, so that the WAL can start over. Only a read that
  // goes on for longer than that moment (a backup) can make it grow beyond.
  int wal_limit_pages = 16'000;
  int company_ms = 5;       // how long write_along() waits for a writer, and how recent the last one must be
  int group_limit_ms = 20;  // a group that has run for so long is committed; whoever waits is in the next
  std::string vfs{};        // empty: the one with page checksums; tests name one with faults
  const Clock* clock = nullptr;  // for group_limit_ms and last_commit_ms; absent: the system's
};

struct SqliteStats {
  std::int64_t waiting;    // functions that wait for their turn now
  std::int64_t commits;    // groups made durable
  std::int64_t last_commit_ms;  // wall clock; 0: none since it was opened
  std::int64_t writes;     // functions in them
  std::int64_t wal_pages;  // in the WAL now
  std::int64_t checkpoints;
};

// Thread-safe. Neither read() nor write() may be called from inside a function given to either.
class SqliteDatabase final : public Database {
 public:
  // Makes the file (mode 0600) when it is missing. Errors: not_found, permission_denied (also a read-only
  // file), corrupt (also: not a database), unavailable (locked by another process), storage_full, io.
  static Result<std::unique_ptr<SqliteDatabase>> open(SqliteOptions options);
  ~SqliteDatabase() override;  // nobody may be inside read() or write()

  // Moves the whole WAL into the database file. unavailable: a reader needs the WAL still.
  Result<> checkpoint();
  // A consistent, compact copy into `target`, which must not exist, while reads and writes go on.
  Result<> copy_into(const std::string& target);
  SqliteStats stats() const;
  const std::string& path() const { return options_.path; }

 protected:
  Result<> write_erased(const std::function<Result<>(Transaction&)>& function) override;
  Result<> write_along_erased(const std::function<Result<>(Transaction&)>& function) override;
  Result<> read_erased(const std::function<Result<>(Snapshot&)>& function) override;

 private:
  struct Waiting {
    const std::function<Result<>(Transaction&)>* function;
    Result<> result{};
    bool done = false;
  };
  using Group = std::deque<Waiting*>;

  explicit SqliteDatabase(SqliteOptions options);
  Result<> open_writer();
  Result<> set_journal_mode();
  Result<> finish(Waiting& self, std::unique_lock<std::mutex>& lock);
  void lead(std::unique_lock<std::mutex>& lock);
  std::size_t run_group(Group& group) noexcept;
  Result<> run_one(Waiting& waiting, bool alone, Result<>& set_apart);
  void checkpoint_if_due();
  Result<bool> move_wal();  // true: nothing is left in it
  Result<std::unique_ptr<SqliteConnection>> borrow_reader();
  void return_reader(std::unique_ptr<SqliteConnection> reader);
  bool hold_readers();
  void release_readers();

  const SqliteOptions options_;
  const SystemClock system_clock_;
  const Clock& clock_;

  // Whoever finds `leading_` false becomes the leader: the one thread that touches writer_ and what follows.
  std::unique_ptr<SqliteConnection> writer_;
  int next_checkpoint_pages_;

  mutable std::mutex write_mutex_;
  std::condition_variable write_done_;
  Group waiting_;
  bool leading_ = false;
  const void* last_leader_ = nullptr;  // a mark of the thread that led last
  std::int64_t last_led_ms_{};         // when its turn was over; monotonic

  std::mutex read_mutex_;
  std::condition_variable read_free_;
  std::vector<std::unique_ptr<SqliteConnection>> idle_readers_;
  int borrowed_readers_ = 0;
  bool readers_held_ = false;

  std::atomic<std::int64_t> commits_ = 0;
  std::atomic<std::int64_t> last_commit_ms_ = 0;
  std::atomic<std::int64_t> writes_ = 0;
  std::atomic<std::int64_t> wal_pages_ = 0;
  std::atomic<std::int64_t> checkpoints_ = 0;
};

// Reads all of a database file through a connection of its own: the checksum of every page in use, the
// structure, the foreign keys. The file may be in use by this process. Errors: corrupt (with what is wrong),
// io.
Result<> check_integrity(const std::string& path);

// Reads from a file that is not open as a Database, and never writes to it.
Result<> read_file_erased(const std::string& path, const std::function<Result<>(Snapshot&)>& function);

template <class Function>
auto read_file(const std::string& path, Function&& function) -> std::invoke_result_t<Function&, Snapshot&> {
  std::optional<std::invoke_result_t<Function&, Snapshot&>> result;
  TRY(read_file_erased(path, [&](Snapshot& snapshot) -> Result<> {
    result.emplace(function(snapshot));
    return {};
  }));
  return std::move(*result);
}

}  // namespace rollcall::sql
