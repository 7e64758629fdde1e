#include "server/service/ingest_plan.h"

#include <algorithm>
#include <numeric>

#include "common/base/clock.h"
#include "server/domain/observed.h"
#include "server/service/report_mapping.h"
#include "server/storage/report_codec.h"

namespace rollcall::service {
namespace {

using domain::Section;

std::int64_t to_the_second(std::int64_t ms) { return ms / kSecondMs * kSecondMs; }

std::vector<std::size_t> by_sequence(const std::vector<wire::Report>& reports) {
  std::vector<std::size_t> order(reports.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return reports[i].sequence; });
  return order;
}

// What would make the newest state unreachable for every report after it.
bool leaps(const domain::DeviceState& state, std::uint64_t sequence, std::int64_t max_leap) {
  const std::uint64_t highest = state.accepted.highest();
  return highest != 0 && sequence > highest && sequence - highest > static_cast<std::uint64_t>(max_leap);
}

domain::ReportEntry head_of(const wire::CheckIn& check_in, const wire::Report& report,
                            const domain::AgentRef& agent, std::int64_t received_ms, std::int64_t promised_ms) {
  domain::ReportEntry entry;
  entry.agent_no = agent.agent_no;
  entry.received_ms = received_ms;
  entry.observed_ms = domain::observed_ms({report.boot_id == check_in.boot_id, report.monotonic_ms, report.wall_ms,
                                           check_in.sent_monotonic_ms, check_in.sent_wall_ms, received_ms,
                                           agent.enrolled_ms});
  entry.promised_ms = received_ms + to_the_second(promised_ms - received_ms);
  entry.skew_ms = to_the_second(domain::skew_ms(check_in.sent_wall_ms, received_ms));
  entry.sequence = report.sequence;
  entry.occasion = static_cast<domain::Occasion>(report.occasion);
  return entry;
}

}  // namespace

StateUpdate& IngestPlan::update_of(std::int64_t agent_no) {
  const auto [place, is_new] = by_agent_.try_emplace(agent_no, updates_.size());
  if (is_new) updates_.push_back({agent_no, states_.get(agent_no), {}});
  return updates_[place->second];
}

IngestPlan::Answer IngestPlan::add(const domain::AgentRef& agent, const wire::CheckIn& check_in,
                                   std::int64_t received_ms, std::int64_t promised_ms) {
  Answer answer;
  StateUpdate& update = update_of(agent.agent_no);
  domain::DeviceState& state = update.state;
  // In their own order: a backlog that is taken in from old to new logs its steady parts once.
  for (const std::size_t i : by_sequence(check_in.reports)) {
    const wire::Report& report = check_in.reports[i];
    if (leaps(state, report.sequence, max_leap_)) {
      answer.rejected.push_back(
          {report.sequence, "sequence: too far ahead of " + std::to_string(state.accepted.highest()) +
                                "; if the agent's state was lost, enroll it again"});
      continue;
    }
    const bool running = report.boot_id == check_in.boot_id;
    const std::uint64_t boot = domain::stable_hash(report.boot_id);
    const domain::Admission admission = domain::admit(state, report.sequence, boot, running);
    if (admission == domain::Admission::too_late) {
      ++answer.too_late;
      answer.rejected.push_back(
          {report.sequence, "sequence: too late, its gap was closed after hundreds of others; nothing is to be done"});
      continue;
    }
    answer.accepted.push_back(report.sequence);
    if (admission == domain::Admission::duplicate) {
      ++answer.duplicates;
      continue;
    }
    domain::ReportEntry entry = head_of(check_in, report, agent, received_ms, promised_ms);
    entry.sequence_reset = admission == domain::Admission::reused;
    entry.new_boot = running && !state.knows_boot(boot);
    answer.resets += entry.sequence_reset;
    ++answer.fresh;
    answer.fresh_reports.push_back(i);
    store(update, report, std::move(entry));
  }
  state.thinned = check_in.thinned;
  state.waiting = check_in.waiting;
  answer.wants_identity = state.reported() && state.sampled_ms[domain::index_of(Section::identity)] == 0;
  return answer;
}

void IngestPlan::store(StateUpdate& update, const wire::Report& report, domain::ReportEntry entry) {
  domain::DeviceState& state = update.state;
  fill_parts(report, entry, buffer_);
  const bool newest = entry.sequence_reset || entry.sequence > state.newest_sequence;
  if (newest && report.identity) keep_known_identity(update, report, entry);
  for (std::size_t i = 0; i < domain::kSections; ++i) {
    domain::SectionPart& part = entry.parts[i];
    if (!part.sampled) continue;
    part.logged = domain::must_log(state, static_cast<Section>(i), part.hash, entry.sequence, entry.sequence_reset);
  }
  if (entry.new_boot) entry.part(Section::frame).logged = true;
  for (std::size_t i = 0; i < domain::kSections; ++i) {
    domain::SectionPart& part = entry.parts[i];
    if (part.logged && part.steady.empty()) part.steady = steady_of(report, static_cast<Section>(i));
  }
  entry.log_id = ++last_log_id_;
  entry.previous_log_id = state.log_id;
  rows_.push_back({entry.log_id, entry.agent_no, entry.received_ms, storage::encode_entry(entry)});
  domain::fold(state, entry, reading_of(report, entry));
  if (!newest) return;
  if (entry.part(Section::battery).logged) {
    packs_.push_back({entry.agent_no, entry.observed_ms, packs_of(*report.battery, entry.agent_no)});
  }
  for (std::size_t i = 0; i < domain::kSections; ++i) {
    if (entry.parts[i].logged) update.news[i] = std::move(entry.parts[i].steady);
  }
}

void IngestPlan::keep_known_identity(const StateUpdate& update, const wire::Report& report,
                                     domain::ReportEntry& entry) const {
  const std::size_t place = domain::index_of(Section::identity);
  domain::SectionPart& part = entry.parts[place];
  if (update.state.newest_hash[place] == 0 || part.hash == update.state.newest_hash[place]) return;
  std::optional<std::string> known = update.news[place];
  if (!known) {
    // Without what is known, the news are all there is.
    auto sections = states_.sections(update.agent_no);
    if (!sections || !(*sections)[place]) return;
    known = std::move((*sections)[place]);
  }
  wire::Report merged;
  merged.identity = report.identity;
  keep_known(identity_of(*known), *merged.identity);
  part.steady = steady_of(merged, Section::identity);
  part.hash = domain::stable_hash(part.steady);
}

Result<> IngestPlan::write(sql::Transaction& transaction) const {
  TRY(storage::append_reports(transaction, rows_));
  for (const PackNews& news : packs_) {
    TRY(storage::put_packs(transaction, news.agent_no, news.packs, news.observed_ms));
  }
  return {};
}

std::vector<StateUpdate> IngestPlan::take_updates() { return std::move(updates_); }

}  // namespace rollcall::service
