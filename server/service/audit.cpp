#include "server/service/audit.h"

#include <algorithm>

#include "common/base/text.h"
#include "server/storage/audit_store.h"

namespace rollcall::service {
namespace {

constexpr std::size_t kMaxPage = 500;
constexpr std::size_t kMaxDetail = 300;
constexpr std::size_t kVerifyChunk = 1000;

domain::AuditRecord record_of(std::int64_t at_ms, const domain::Actor& actor, std::string_view action,
                              std::string_view target, std::string_view outcome, std::string_view detail) {
  return {.seq = 0,
          .at_ms = at_ms,
          .actor = actor.to_text(),
          .action = std::string(action),
          .target = std::string(target),
          .outcome = std::string(outcome),
          .detail = printable(clip_utf8(detail, kMaxDetail))};
}

}  // namespace

Result<> Audit::append(sql::Transaction& transaction, const domain::Actor& actor, std::string_view action,
                       std::string_view target, std::string_view detail) {
  return storage::append_audit(transaction, record_of(clock_.wall_ms(), actor, action, target, "ok", detail));
}

Result<> Audit::refused(const domain::Actor& actor, std::string_view action, std::string_view target,
                        std::string_view detail) {
  const std::int64_t now_ms = clock_.wall_ms();
  Hours over;
  bool kept = false;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = refusals_.find(action);
    if (found != refusals_.end() && found->second.is_over(now_ms)) over.insert(refusals_.extract(found));
    Hour& hour = refusals_.try_emplace(std::string(action), Hour{.start_ms = now_ms}).first->second;
    kept = hour.kept < kRefusalsAnHour;
    if (kept) {
      ++hour.kept;
    } else {
      ++hour.left_out;
    }
  }
  if (!kept) return {};
  return write(over, record_of(now_ms, actor, action, target, "refused", detail));
}

std::int64_t Audit::next_due_ms() const {
  const std::scoped_lock lock(mutex_);
  std::int64_t due_ms = INT64_MAX;
  for (const auto& [action, hour] : refusals_) {
    if (hour.left_out > 0) due_ms = std::min(due_ms, hour.start_ms + kHourMs);
  }
  return due_ms;
}

Result<> Audit::run_due(std::int64_t now_ms) {
  Hours over;
  {
    const std::scoped_lock lock(mutex_);
    for (auto it = refusals_.begin(); it != refusals_.end();) {
      const auto here = it++;
      if (here->second.is_over(now_ms)) over.insert(refusals_.extract(here));
    }
  }
  return write(over, std::nullopt);
}

Result<> Audit::finish() { return run_due(INT64_MAX); }

Result<> Audit::write(const Hours& over, const std::optional<AuditRecord>& refusal) {
  std::vector<AuditRecord> records;
  for (const auto& [action, hour] : over) {
    if (hour.left_out == 0) continue;
    records.push_back(record_of(clock_.wall_ms(), {}, action, "", "refused",
                                std::to_string(hour.left_out) + " more were refused within an hour"));
  }
  if (refusal) records.push_back(*refusal);
  if (records.empty()) return {};
  auto written = db_.write([&](sql::Transaction& transaction) -> Result<> {
    for (const auto& record : records) TRY(storage::append_audit(transaction, record));
    return {};
  });
  if (written) return written;
  // Their number is told later.
  const std::scoped_lock lock(mutex_);
  for (const auto& [action, hour] : over) {
    const auto [again, is_new] = refusals_.try_emplace(action, hour);
    if (!is_new) again->second.left_out += hour.left_out;
  }
  return written;
}

Result<Audit::Page> Audit::page(std::string_view cursor, std::size_t limit) {
  std::int64_t below = INT64_MAX;
  if (!cursor.empty()) {
    const auto parsed = parse_number<std::int64_t>(cursor);
    if (!parsed || *parsed < 1)
      return fail(Errc::invalid_argument, "this is not a cursor of the audit log", "cursor");
    below = *parsed;
  }
  const std::size_t wanted = std::clamp<std::size_t>(limit, 1, kMaxPage);
  const auto rows =
      TRY(db_.read([&](sql::Snapshot& snapshot) { return storage::audit_before(snapshot, below, wanted); }));
  Page page;
  for (const auto& row : rows) page.records.push_back(row.record);
  if (rows.size() == wanted && rows.back().record.seq > 1)
    page.next_cursor = std::to_string(rows.back().record.seq);
  return page;
}

Result<Audit::Head> Audit::head() {
  const auto last = TRY(db_.read([](sql::Snapshot& snapshot) { return storage::last_audit(snapshot); }));
  return last ? Head{.seq = last->record.seq, .hash = last->hash} : Head{};
}

Result<Audit::Head> Audit::verify(const std::optional<Head>& anchor) {
  Head head;
  bool anchor_seen = !anchor || anchor->seq == 0;
  for (;;) {
    const auto rows = TRY(db_.read(
        [&](sql::Snapshot& snapshot) { return storage::audit_after(snapshot, head.seq, kVerifyChunk); }));
    for (const auto& row : rows) {
      const bool follows = row.record.seq == head.seq + 1;
      if (!follows || domain::chain_hash(head.hash, row.record) != row.hash) {
        return fail(Errc::corrupt, "the audit log was changed at record " + std::to_string(head.seq + 1));
      }
      head = {.seq = row.record.seq, .hash = row.hash};
      if (anchor && anchor->seq == head.seq) {
        if (anchor->hash != head.hash) {
          return fail(Errc::corrupt,
                      "the audit log was rewritten before record " + std::to_string(head.seq + 1));
        }
        anchor_seen = true;
      }
    }
    if (rows.size() < kVerifyChunk) break;
  }
  if (!anchor_seen) {
    return fail(Errc::corrupt, "the audit log ends at record " + std::to_string(head.seq) +
                                   ", before record " + std::to_string(anchor->seq) + " that was there");
  }
  return head;
}

}  // namespace rollcall::service
