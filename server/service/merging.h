// Turns each day of the report log that is over into a segment, and then deletes its rows. In steps, each short:
//
//   collect  pages of the day's rows are read and sorted by agent, in bounded memory (storage/segment_sort.h)
//   write    the sorted entries go into a file beside the segments
//   name     the file is synced, gets its name, and is entered in the database
//   delete   the merged rows go in small transactions, so that ingest never waits
//
// A crash before the entry is durable leaves the rows as they were, and the day is merged again from its start; a
// crash after it leaves rows that nobody reads any more, and deleting them goes on. A report is therefore readable
// at every moment, and by no reader twice.
//
// Which day an entry belongs to follows the order in which reports came: it is the received day, but never before
// the day of the entry before it; one dated in the future goes with what came before it. Each segment is thus one
// span of log_ids. Nothing is merged whose states are not written yet: a restart folds in the rows after those.
//
// One thread. Blocks for the length of a step: a page of rows, at most a run of the sorting (a second).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "common/base/clock.h"
#include "common/base/files.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/service/segments.h"
#include "server/storage/segment_sort.h"

namespace rollcall::service {

class Merging {
 public:
  static constexpr std::size_t kPageRows = 4'096;
  static constexpr std::int64_t kChunkMs = 3;  // inside one transaction of deleting

  Merging(sql::Database& db, Files& files, const Clock& clock, Segments& segments,
          std::size_t memory_bytes = storage::LogSorter::kMemoryBytes);
  ~Merging();

  std::int64_t next_due() const;
  // One step. What goes wrong is logged and tried again later.
  void run_due(std::int64_t now_ms);

 private:
  struct Day;
  enum class Next { at_once, after_pause, later };
  Result<Next> step(std::int64_t now_ms);
  Result<Next> delete_merged(std::int64_t merged_log_id);
  Result<Next> begin(std::int64_t now_ms);
  Result<Next> collect();
  Result<Next> write();
  std::string part_path() const;

  sql::Database& db_;
  Files& files_;
  const Clock& clock_;
  Segments& segments_;
  const std::size_t memory_bytes_;
  std::unique_ptr<Day> day_;  // empty: none is being merged
  std::size_t chunk_rows_;
  std::int64_t next_due_ms_;
};

}  // namespace rollcall::service
