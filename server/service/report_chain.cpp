#include "server/service/report_chain.h"

#include <algorithm>

#include "server/storage/report_log.h"

namespace rollcall::service {

Result<std::optional<ReportChain::Item>> ReportChain::next() {
  for (;;) {
    const auto newest = std::ranges::max_element(positions_, {}, &Position::log_id);
    if (newest == positions_.end() || newest->log_id == 0) return std::optional<Item>();
    auto entry = TRY(storage::find_report(snapshot_, newest->log_id));
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
