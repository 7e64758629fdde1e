#include "agent/outbox/outbox.h"

#include <algorithm>
#include <limits>
#include <string>

#include "agent/outbox/thinning.h"
#include "common/base/log.h"
#include "common/wire/codec.h"
#include "common/wire/packing.h"

namespace rollcall::outbox {

namespace {

// A block lasts most of a day at five minutes; each costs one small durable write.
constexpr std::uint64_t kSequenceBlock = 256;

// Two hours at five minutes; see add().
constexpr std::size_t kGroup = 24;

// Thinning goes this far below the bound, so that it is a rare, larger write instead of one a report.
constexpr std::int64_t kSlackPercent = 10;

constexpr const char* kSchema = R"sql(
  CREATE TABLE IF NOT EXISTS report (
    sequence INTEGER PRIMARY KEY,
    wall_ms INTEGER NOT NULL,
    said_why INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    body BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  INSERT INTO counter VALUES ('next_sequence', 1), ('thinned', 0) ON CONFLICT DO NOTHING;
)sql";

Result<std::int64_t> read_counter(sql::Snapshot& snapshot, std::string_view name) {
  const auto rows = TRY(snapshot.query("SELECT value FROM counter WHERE name = $1", name));
  if (!TRY(rows->next())) return fail(Errc::corrupt, "the outbox has lost its counters");
  return rows->integer(0);
}

Result<> write_counter(sql::Transaction& transaction, std::string_view name, std::uint64_t value) {
  TRY(transaction.execute("UPDATE counter SET value = $2 WHERE name = $1", name, value));
  return {};
}

Result<bool> has_tables(sql::Database& database) {
  return database.read([](sql::Snapshot& snapshot) -> Result<bool> {
    const auto rows = TRY(snapshot.query("SELECT 1 FROM sqlite_schema WHERE name = 'counter'"));
    return rows->next();
  });
}

}  // namespace

Result<std::unique_ptr<Outbox>> Outbox::open(sql::Database& database, const Clock& clock, Limits limits) {
  if (!TRY(has_tables(database))) {
    TRY(database.write([](sql::Transaction& transaction) { return transaction.run_script(kSchema); }));
  }
  std::unique_ptr<Outbox> outbox(new Outbox(database, clock, limits));
  TRY(outbox->load_counters());
  TRY(outbox->count());
  return outbox;
}

Result<> Outbox::load_counters() {
  TRY(database_.read([this](sql::Snapshot& snapshot) -> Result<> {
    next_sequence_ = static_cast<std::uint64_t>(TRY(read_counter(snapshot, "next_sequence")));
    thinned_ = stored_thinned_ = static_cast<std::uint64_t>(TRY(read_counter(snapshot, "thinned")));
    return {};
  }));
  const std::int64_t second = clock_.wall_ms() / kSecondMs;
  next_sequence_ = std::max(next_sequence_, static_cast<std::uint64_t>(std::max<std::int64_t>(second, 1)));
  reserved_until_ = next_sequence_;
  return {};
}

Result<> Outbox::count() {
  return database_.read([this](sql::Snapshot& snapshot) -> Result<> {
    const auto rows = TRY(snapshot.query("SELECT count(*), sum(bytes), min(wall_ms) FROM report"));
    if (!TRY(rows->next())) return fail(Errc::corrupt, "the outbox does not count");
    stored_ = static_cast<std::uint64_t>(rows->integer(0));
    bytes_ = rows->optional_integer(1).value_or(0);
    oldest_ms_ = rows->optional_integer(2).value_or(std::numeric_limits<std::int64_t>::max());
    return {};
  });
}

std::uint64_t Outbox::take_sequence() {
  if (next_sequence_ == reserved_until_) {
    const std::uint64_t until = next_sequence_ + kSequenceBlock;
    const auto reserved = database_.write(
        [until](sql::Transaction& transaction) { return write_counter(transaction, "next_sequence", until); });
    if (reserved) {
      reserved_until_ = until;
    } else {
      log::warn("sequence numbers could not be reserved: {}", reserved.error().message);
      reserved_until_ = next_sequence_ + 1;
    }
  }
  return next_sequence_++;
}

void Outbox::add(wire::Report report) {
  if (held_.empty()) held_since_ms_ = clock_.monotonic_ms();
  held_.push_back(std::move(report));
  if (held_.size() < kGroup && clock_.monotonic_ms() - held_since_ms_ < kHourMs) return;
  const auto flushed = flush();
  if (flushed) return;
  log::warn("reports could not be stored: {}", flushed.error().message);
  held_since_ms_ = clock_.monotonic_ms();
  if (held_.size() < 2 * kGroup) return;
  // Every second one of the older half: memory stays bounded and the hours stay visible.
  for (std::size_t i = 0; i < kGroup / 2; ++i) held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(i));
  thinned_ += kGroup / 2;
}

Result<> Outbox::flush() {
  if (held_.empty()) return {};
  TRY(store(held_));
  held_.clear();
  return keep_bounds();
}

Result<> Outbox::store(std::span<const wire::Report> reports) {
  std::vector<std::string> bodies;
  for (const auto& report : reports) bodies.push_back(wire::pack(wire::encode(report)));
  TRY(database_.write([&](sql::Transaction& transaction) -> Result<> {
    for (std::size_t i = 0; i < reports.size(); ++i) {
      TRY(transaction.execute("INSERT INTO report (sequence, wall_ms, said_why, bytes, body) "
                              "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                              reports[i].sequence, reports[i].wall_ms,
                              reports[i].occasion != wire::Occasion::scheduled, bodies[i].size(),
                              std::as_bytes(std::span(bodies[i]))));
    }
    // Writing what stands there already would still cost a page.
    if (thinned_ == stored_thinned_) return {};
    return write_counter(transaction, "thinned", thinned_);
  }));
  stored_thinned_ = thinned_;
  return count();
}

Result<> Outbox::keep_bounds() {
  if (bytes_ <= limits_.bytes && oldest_ms_ >= clock_.wall_ms() - limits_.age_ms) return {};
  std::vector<Sample> samples;
  TRY(database_.read([&](sql::Snapshot& snapshot) -> Result<> {
    const auto rows =
        TRY(snapshot.query("SELECT sequence, wall_ms, bytes, said_why FROM report ORDER BY sequence"));
    while (TRY(rows->next())) {
      samples.push_back({static_cast<std::uint64_t>(rows->integer(0)), rows->integer(1), rows->integer(2),
                         rows->integer(3) != 0});
    }
    return {};
  }));
  std::vector<std::uint64_t> dropped = choose_outdated(samples, limits_.age_ms);
  const std::span<const Sample> young = std::span(samples).subspan(dropped.size());
  std::int64_t bytes = 0;
  for (const Sample& sample : young) bytes += sample.bytes;
  if (bytes > limits_.bytes) {
    const auto thinned = choose_thinned(young, bytes - limits_.bytes + limits_.bytes * kSlackPercent / 100);
    dropped.insert(dropped.end(), thinned.begin(), thinned.end());
  }
  return drop(dropped);
}

Result<> Outbox::drop(std::span<const std::uint64_t> sequences) {
  if (sequences.empty()) return {};
  const std::uint64_t thinned = thinned_ + sequences.size();
  TRY(database_.write([&](sql::Transaction& transaction) -> Result<> {
    for (const auto sequence : sequences) {
      TRY(transaction.execute("DELETE FROM report WHERE sequence = $1", sequence));
    }
    return write_counter(transaction, "thinned", thinned);
  }));
  thinned_ = stored_thinned_ = thinned;
  log::info("the outbox gave up {} old reports", sequences.size());
  return count();
}

Result<std::vector<wire::Report>> Outbox::newest(std::size_t count, std::size_t bytes) {
  std::vector<wire::Report> reports;
  std::size_t total = 0;
  const auto take = [&](std::size_t size) {
    total += size;
    return reports.size() < count && (total <= bytes || reports.empty());
  };
  for (auto report = held_.rbegin(); report != held_.rend(); ++report) {
    if (!take(wire::encode(*report).size())) return reports;
    reports.push_back(*report);
  }
  if (stored_ == 0 || reports.size() >= count) return reports;
  std::vector<std::uint64_t> unreadable;
  TRY(database_.read([&](sql::Snapshot& snapshot) -> Result<> {
    const auto rows = TRY(snapshot.query("SELECT sequence, body FROM report ORDER BY sequence DESC LIMIT $1",
                                         count - reports.size()));
    while (TRY(rows->next())) {
      const sql::Blob blob = rows->blob(1);
      const std::string_view body(reinterpret_cast<const char*>(blob.data()), blob.size());
      auto report = wire::decode_report(body);
      if (report) {
        if (!take(wire::encode(report->message).size())) break;
        reports.push_back(std::move(report->message));
      } else {
        unreadable.push_back(static_cast<std::uint64_t>(rows->integer(0)));
      }
    }
    return {};
  }));
  TRY(drop(unreadable));
  return reports;
}

Result<> Outbox::forget(std::span<const wire::SequenceRange> ranges) {
  std::erase_if(held_, [&](const wire::Report& report) {
    return std::ranges::any_of(ranges, [&](const wire::SequenceRange& range) {
      return range.first <= report.sequence && report.sequence <= range.last;
    });
  });
  if (stored_ == 0 || ranges.empty()) return {};
  TRY(database_.write([&](sql::Transaction& transaction) -> Result<> {
    for (const auto& range : ranges) {
      TRY(transaction.execute("DELETE FROM report WHERE sequence BETWEEN $1 AND $2", range.first, range.last));
    }
    return {};
  }));
  return count();
}

Result<> Outbox::give_up(std::span<const std::uint64_t> sequences) {
  std::vector<std::uint64_t> stored;
  for (const auto sequence : sequences) {
    if (std::erase_if(held_, [&](const wire::Report& report) { return report.sequence == sequence; }) > 0) ++thinned_;
    else stored.push_back(sequence);
  }
  return drop(stored);
}

}  // namespace rollcall::outbox
