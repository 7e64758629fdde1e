#include "server/service/report_chain.h"

#include <algorithm>

#include "server/storage/report_log.h"

namespace rollcall::service {

Result<std::optional<domain::ReportEntry>> ReportChain::find(const Position& position) {
  const std::int64_t agent_no = position.agent->agent_no;
  auto& block = blocks_[agent_no];
  const auto take = [&]() -> std::optional<domain::ReportEntry> {
    while (!block.empty() && block.back().log_id > position.log_id) block.pop_back();
    if (block.empty() || block.back().log_id != position.log_id) return std::nullopt;
    auto entry = std::move(block.back());
    block.pop_back();
    return entry;
  };
  if (auto entry = take()) return entry;
  // A day is merged before its rows go: what the snapshot does not show any more is in a segment by now.
  if (auto entry = TRY(storage::find_report(snapshot_, position.log_id))) return entry;
  block = TRY(segments_.entries_near(agent_no, position.log_id)).value_or(std::vector<domain::ReportEntry>());
  return take();
}

Result<std::optional<ReportChain::Item>> ReportChain::next() {
  for (;;) {
    const auto newest = std::ranges::max_element(positions_, {}, &Position::log_id);
    if (newest == positions_.end() || newest->log_id == 0) return std::optional<Item>();
    auto entry = TRY(find(*newest));
    // Deleted by age, and so is everything before it.
    if (!entry || entry->agent_no != newest->agent->agent_no) {
      newest->log_id = 0;
      continue;
    }
    newest->log_id = entry->previous_log_id < newest->log_id ? std::max<std::int64_t>(entry->previous_log_id, 0) : 0;
    return std::optional(Item{newest->agent, std::move(*entry)});
  }
}

}  // namespace rollcall::service
