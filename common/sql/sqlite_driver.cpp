#include "common/sql/sqlite_driver.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <utility>

#include "common/base/check.h"
#include "common/base/files.h"
#include "common/base/log.h"
#include "common/sql/page_checksum.h"
#include "common/sql/sqlite_connection.h"

namespace rollcall::sql {
namespace {

constexpr auto kReadersLeaveWithin = std::chrono::milliseconds(50);
constexpr std::size_t kGroupFunctions = 512;

// Another address in every thread.
const void* mark_of_this_thread() {
  static thread_local const char mark = 0;
  return &mark;
}

// SQLite would make the file readable by others; the WAL takes its mode from the file. Never opens an
// existing file: closing that descriptor would drop the locks of every connection of this process.
Result<> make_private_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd >= 0) {
    ::close(fd);
  } else if (errno != EEXIST) {
    return std::unexpected(system_error(errno, path));
  }
  return {};
}

}  // namespace

SqliteDatabase::SqliteDatabase(SqliteOptions options)
    : options_(std::move(options)),
      clock_(options_.clock != nullptr ? *options_.clock : system_clock_),
      next_checkpoint_pages_(options_.checkpoint_pages) {}

SqliteDatabase::~SqliteDatabase() {
  CHECK(!leading_ && waiting_.empty() && borrowed_readers_ == 0);
  idle_readers_.clear();  // before the writer, whose close then folds the WAL in
}

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::open(SqliteOptions options) {
  CHECK(options.readers > 0 && options.checkpoint_pages > 0);
  if (options.create) TRY(make_private_file(options.path));
  std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(std::move(options)));
  TRY(database->open_writer());
  return database;
}

Result<> SqliteDatabase::open_writer() {
  writer_ = TRY(SqliteConnection::open({.path = options_.path,
                                        .vfs = options_.vfs,
                                        .writes = true,
                                        .busy_timeout_ms = options_.busy_timeout_ms,
                                        .cache_kib = options_.cache_kib}));
  sqlite3* handle = writer_->native();
  // SQLite falls back to reading when it may not write; a database that cannot take a report is refused here.
  if (sqlite3_db_readonly(handle, "main") == 1) {
    return fail(Errc::permission_denied, options_.path + ": the file or its folder cannot be written to");
  }
  // Both take effect only while the file is empty.
  TRY(writer_->run("PRAGMA page_size = 4096"));
  int reserved = kChecksumBytes;
  const int code = sqlite3_file_control(handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
  if (code != SQLITE_OK) return std::unexpected(writer_->failure(code));
  TRY(set_journal_mode());
  TRY(options_.synchronous == SqliteOptions::Synchronous::full ? writer_->run("PRAGMA synchronous = FULL")
                                                               : writer_->run("PRAGMA synchronous = NORMAL"));
  // Also takes the place of SQLite's own checkpoints, which hide their errors.
  const auto count_pages = [](void* self, sqlite3*, const char*, int pages) {
    static_cast<SqliteDatabase*>(self)->wal_pages_ = pages;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(handle, count_pages, this);
  return {};
}

Result<> SqliteDatabase::set_journal_mode() {
  auto rows = TRY(writer_->query("PRAGMA journal_mode = WAL", {}));
  const bool answered = TRY(rows->next());
  if (!answered || rows->text(0) != "wal") {
    return fail(Errc::io, options_.path + ": the file system cannot hold a write-ahead log (shared memory)");
  }
  // A new file's header is committed after the answer; its failure would be nobody's otherwise.
  TRY(rows->next());
  return {};
}

Result<> SqliteDatabase::write_erased(const std::function<Result<>(Transaction&)>& function) {
  Waiting self{&function};
  std::unique_lock lock(write_mutex_);
  waiting_.push_back(&self);
  return finish(self, lock);
}

// Whoever writes alone, as a single thread does, waits for nobody.
Result<> SqliteDatabase::write_along_erased(const std::function<Result<>(Transaction&)>& function) {
  Waiting self{&function};
  std::unique_lock lock(write_mutex_);
  waiting_.push_back(&self);
  const bool has_company = clock_.monotonic_ms() - last_led_ms_ < options_.company_ms;
  if (last_leader_ != nullptr && last_leader_ != mark_of_this_thread() && has_company) {
    write_done_.wait_for(lock, std::chrono::milliseconds(options_.company_ms), [&] { return self.done; });
  }
  return finish(self, lock);
}

Result<> SqliteDatabase::finish(Waiting& self, std::unique_lock<std::mutex>& lock) {
  while (!self.done) {
    if (leading_) {
      write_done_.wait(lock);
    } else {
      lead(lock);
    }
  }
  return std::move(self.result);
}

// Runs one group, in the order of arrival. What the group had no time for stays in front of the queue, so a
// bulk function delays its successors by one of its chunks and never overtakes them.
void SqliteDatabase::lead(std::unique_lock<std::mutex>& lock) {
  leading_ = true;
  Group group;
  while (!waiting_.empty() && group.size() < kGroupFunctions) {
    group.push_back(waiting_.front());
    waiting_.pop_front();
  }
  lock.unlock();
  const std::size_t ran = run_group(group);
  lock.lock();
  for (std::size_t i = 0; i < ran; ++i) group[i]->done = true;
  waiting_.insert(waiting_.begin(), group.begin() + static_cast<std::ptrdiff_t>(ran), group.end());
  // What is durable is answered before the checkpoint, which only the leader waits for.
  write_done_.notify_all();
  lock.unlock();
  checkpoint_if_due();
  lock.lock();
  leading_ = false;
  last_leader_ = mark_of_this_thread();
  last_led_ms_ = clock_.monotonic_ms();
  write_done_.notify_all();
}

// How many functions of `group`, from its front, now have their result. Does not let an exception through:
// it would leave every other writer waiting for ever.
std::size_t SqliteDatabase::run_group(Group& group) noexcept {
  const std::int64_t started_ms = clock_.monotonic_ms();
  // Taking back the group before needed memory that was not there.
  auto begun = writer_->in_transaction() ? writer_->run("ROLLBACK") : Result<>();
  if (begun) begun = writer_->run("BEGIN IMMEDIATE");
  Result<> committed = begun;
  std::size_t ran = 0;
  std::int64_t kept = 0;
  while (committed && ran < group.size()) {
    if (ran > 0 && clock_.monotonic_ms() - started_ms >= options_.group_limit_ms) break;
    Waiting& waiting = *group[ran++];
    Result<> set_apart;
    waiting.result = run_one(waiting, group.size() == 1, set_apart);
    if (waiting.result) ++kept;
    // Half of a function that failed must not be committed with the others.
    if (!set_apart) committed = waiting.result = set_apart;
    // A full disk or failed I/O makes SQLite give up the whole transaction, and the group with it.
    if (!writer_->in_transaction()) {
      committed =
          waiting.result ? fail(Errc::io, options_.path + ": the transaction was given up") : waiting.result;
    }
  }
  if (!begun) ran = group.size();
  if (committed && writer_->in_transaction())
    committed = writer_->run(kept > 0 ? Sql("COMMIT") : Sql("ROLLBACK"));
  if (!committed) {
    if (writer_->in_transaction()) static_cast<void>(writer_->run("ROLLBACK"));
    for (std::size_t i = 0; i < ran; ++i) {
      if (group[i]->result) group[i]->result = committed;
    }
  } else if (kept > 0) {
    ++commits_;
    last_commit_ms_ = clock_.wall_ms();
    writes_ += kept;
  }
  return ran;
}

// A function that is alone needs no savepoint: when it fails, the group is rolled back. `set_apart` fails when the
// savepoint does.
Result<> SqliteDatabase::run_one(Waiting& waiting, bool alone, Result<>& set_apart) {
  if (!alone) set_apart = writer_->run("SAVEPOINT one");
  if (!set_apart) return set_apart;
  Transaction transaction(*writer_);
  Result<> result = (*waiting.function)(transaction);
  CHECK(writer_->open_rows() == 0);
  if (alone || !writer_->in_transaction()) return result;
  if (!result) set_apart = writer_->run("ROLLBACK TO one");
  if (set_apart) set_apart = writer_->run("RELEASE one");
  return result;
}

void SqliteDatabase::checkpoint_if_due() {
  const std::int64_t pages = wal_pages_;
  // Fewer than before: the WAL has started over.
  if (pages + options_.checkpoint_pages < next_checkpoint_pages_) {
    next_checkpoint_pages_ = options_.checkpoint_pages;
  }
  if (pages < next_checkpoint_pages_) return;
  const bool held = pages >= options_.wal_limit_pages && hold_readers();
  auto moved = move_wal();
  if (held) release_readers();
  // Everything acknowledged is in the WAL, so nothing is lost; the next one may succeed.
  if (!moved) log::warn("checkpoint: {}", moved.error().message);
  next_checkpoint_pages_ = static_cast<int>(pages) + options_.checkpoint_pages;
}

Result<bool> SqliteDatabase::move_wal() {
  int in_wal = 0;
  int moved = 0;
  const int code =
      sqlite3_wal_checkpoint_v2(writer_->native(), "main", SQLITE_CHECKPOINT_PASSIVE, &in_wal, &moved);
  if (code != SQLITE_OK) return std::unexpected(writer_->failure(code));
  ++checkpoints_;
  return in_wal == moved;
}

Result<> SqliteDatabase::checkpoint() {
  std::unique_lock lock(write_mutex_);
  write_done_.wait(lock, [this] { return !leading_; });
  leading_ = true;
  lock.unlock();
  const bool held = hold_readers();
  auto moved = move_wal();
  if (held) release_readers();
  lock.lock();
  leading_ = false;
  write_done_.notify_all();
  if (!moved) return std::unexpected(std::move(moved).error());
  if (!*moved) return fail(Errc::unavailable, options_.path + ": a long read still needs the WAL");
  return {};
}

Result<> SqliteDatabase::read_erased(const std::function<Result<>(Snapshot&)>& function) {
  auto reader = TRY(borrow_reader());
  auto result = reader->run("BEGIN");
  if (result) {
    Snapshot snapshot(*reader);
    result = function(snapshot);
    CHECK(reader->open_rows() == 0);
    // Nothing was written, so how the snapshot ends decides nothing; but one that does not end is not lent again.
    if (reader->in_transaction() && !reader->run("ROLLBACK")) reader.reset();
  }
  return_reader(std::move(reader));
  return result;
}

Result<> SqliteDatabase::copy_into(const std::string& target) {
  // Made here, because SQLite would let others read it.
  TRY(make_private_file(target));
  auto reader = TRY(borrow_reader());
  const Value values[] = {Value(target)};
  auto copied = reader->execute("VACUUM INTO $1", values);
  return_reader(std::move(reader));
  if (!copied) return std::unexpected(std::move(copied).error());
  return {};
}

Result<std::unique_ptr<SqliteConnection>> SqliteDatabase::borrow_reader() {
  std::unique_lock lock(read_mutex_);
  read_free_.wait(lock, [this] { return !readers_held_ && borrowed_readers_ < options_.readers; });
  ++borrowed_readers_;
  if (!idle_readers_.empty()) {
    auto reader = std::move(idle_readers_.back());
    idle_readers_.pop_back();
    return reader;
  }
  lock.unlock();
  auto opened = SqliteConnection::open({.path = options_.path,
                                        .vfs = options_.vfs,
                                        .writes = false,
                                        .busy_timeout_ms = options_.busy_timeout_ms,
                                        .cache_kib = options_.cache_kib});
  if (!opened) return_reader(nullptr);
  return opened;
}

void SqliteDatabase::return_reader(std::unique_ptr<SqliteConnection> reader) {
  const std::lock_guard lock(read_mutex_);
  --borrowed_readers_;
  if (reader) idle_readers_.push_back(std::move(reader));
  read_free_.notify_all();
}

// While no read is under way a checkpoint can move everything, and the reads that follow it do not touch the
// WAL, so the next write starts it over.
bool SqliteDatabase::hold_readers() {
  std::unique_lock lock(read_mutex_);
  readers_held_ = true;
  if (read_free_.wait_for(lock, kReadersLeaveWithin, [this] { return borrowed_readers_ == 0; })) return true;
  readers_held_ = false;
  read_free_.notify_all();
  return false;
}

void SqliteDatabase::release_readers() {
  const std::lock_guard lock(read_mutex_);
  readers_held_ = false;
  read_free_.notify_all();
}

SqliteStats SqliteDatabase::stats() const {
  const std::lock_guard lock(write_mutex_);
  return {static_cast<std::int64_t>(waiting_.size()), commits_, last_commit_ms_, writes_, wal_pages_, checkpoints_};
}

}  // namespace rollcall::sql
