#include "server/service/ingest.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "common/base/id.h"
#include "common/base/log.h"
#include "server/service/ingest_plan.h"

namespace rollcall::service {
namespace {

constexpr std::int64_t kAtOnceS = 1;  // the shortest wait that an agent keeps to

// A laptop that is not there leaves out every collector but two. (Not only the one of connectivity: that may be off.)
bool at_school(const wire::CheckIn& check_in) {
  const auto newest = std::ranges::max_element(check_in.reports, {}, &wire::Report::sequence);
  if (newest == check_in.reports.end()) return true;
  return std::ranges::any_of(newest->collectors, [](const auto& it) { return it.name != "battery" && it.name != "health"; });
}

std::vector<wire::SequenceRange> as_ranges(std::vector<std::uint64_t> sequences) {
  std::ranges::sort(sequences);
  std::vector<wire::SequenceRange> ranges;
  for (const std::uint64_t sequence : sequences) {
    if (!ranges.empty() && sequence <= ranges.back().last + 1) {
      ranges.back().last = sequence;
    } else {
      ranges.push_back({sequence, sequence});
    }
  }
  return ranges;
}

}  // namespace

struct Ingest::Planned {
  IngestPlan::Answer answer;
  std::int64_t next_check_in_s{};
  bool at_school{};
};

Ingest::Ingest(sql::Database& db, const Clock& clock, Random& random, const Policies& policies, Fleet& fleet,
               AccessPoints& access_points, IngestLimits limits)
    : db_(db),
      clock_(clock),
      random_(random),
      policies_(policies),
      fleet_(fleet),
      access_points_(access_points),
      limits_(limits),
      spread_(random.next_u64()) {}

void Ingest::submit(domain::AgentHandle agent, wire::DecodedCheckIn check_in, std::string_view peer_address,
                    Done done) {
  strip_off_campus(check_in.message, agent->school_id, peer_address);
  // A check-in without reports is a question all the same, and takes its place.
  const std::size_t size = std::max<std::size_t>(check_in.message.reports.size(), 1);
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_ && queued_reports_ + size <= limits_.queued_reports) {
      queue_.push_back({std::move(agent), std::move(check_in), clock_.wall_ms(), std::move(done)});
      queued_reports_ += size;
      if (queue_.size() == 1 || queued_reports_ >= limits_.batch_reports) arrived_.notify_one();
      return;
    }
    ++stats_.refused;
  }
  done({fail(Errc::unavailable, "too many check-ins wait at the moment; try again later"), retry_after_s()});
}

bool Ingest::gather() {
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
  if (queue_.empty()) return false;
  arrived_.wait_for(lock, std::chrono::milliseconds(limits_.gather_ms),
                    [this] { return stopping_ || queued_reports_ >= limits_.batch_reports; });
  return true;
}

void Ingest::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  arrived_.notify_all();
}

void Ingest::take_batch() {
  const std::lock_guard lock(mutex_);
  if (queued_reports_ <= limits_.batch_reports) {
    batch_.swap(queue_);
    queued_reports_ = 0;
    return;
  }
  std::size_t reports = 0;
  auto next = queue_.begin();
  for (; next != queue_.end() && reports < limits_.batch_reports; ++next) {
    reports += std::max<std::size_t>(next->check_in.message.reports.size(), 1);
    batch_.push_back(std::move(*next));
  }
  queue_.erase(queue_.begin(), next);
  queued_reports_ -= reports;
}

std::size_t Ingest::commit_pending() {
  take_batch();
  const std::size_t size = batch_.size();
  if (size != 0) commit(batch_);
  batch_.clear();
  return size;
}

void Ingest::commit(std::vector<Queued>& batch) {
  IngestPlan plan(fleet_.states(), limits_.max_leap, batch.size());
  std::vector<Planned> planned;
  planned.reserve(batch.size());
  for (const Queued& queued : batch) {
    const wire::CheckIn& check_in = queued.check_in.message;
    const bool school = at_school(check_in);
    const std::int64_t next_s = next_check_in_s(policies_.of(queued.agent->school_id), school);
    planned.push_back({plan.add(*queued.agent, check_in, queued.received_ms, queued.received_ms + next_s * kSecondMs),
                       next_s, school});
  }
  const Result<> committed =
      plan.empty() ? Result<>() : db_.write([&](sql::Transaction& transaction) { return plan.write(transaction); });
  if (!committed) {
    // Whether a failed commit is in the log nobody knows but the log.
    if (const auto caught_up = fleet_.catch_up(); !caught_up) {
      log::warn("the report log cannot be read: {}", caught_up.error().message);
    }
    {
      const std::lock_guard lock(mutex_);
      ++stats_.commit_failures;
    }
    for (Queued& queued : batch) queued.done({std::unexpected(committed.error()), retry_after_s()});
    return;
  }
  std::vector<StateUpdate> updates = plan.take_updates();
  fleet_.publish(updates, plan.last_log_id());
  count(batch, planned);
  const std::int64_t more = credit();
  for (std::size_t i = 0; i < batch.size(); ++i) batch[i].done({reply_to(batch[i], planned[i], more), 0});
  tell_access_points(batch, planned);
  settle_superseded(batch, planned);
}

void Ingest::count(const std::vector<Queued>& batch, const std::vector<Planned>& planned) {
  const std::lock_guard lock(mutex_);
  ++stats_.commits;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const IngestPlan::Answer& answer = planned[i].answer;
    ++stats_.check_ins;
    stats_.accepted += answer.fresh;
    stats_.duplicates += answer.duplicates;
    stats_.sequence_resets += answer.resets;
    stats_.too_late += answer.too_late;
    stats_.rejected += answer.rejected.size() + batch[i].check_in.rejected.size();
    stats_.unknown_fields += batch[i].check_in.unknown_fields;
  }
}

void Ingest::tell_access_points(const std::vector<Queued>& batch, const std::vector<Planned>& planned) {
  std::vector<AccessPoints::Heard> heard;
  heard.reserve(batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    for (const std::size_t report : planned[i].answer.fresh_reports) {
      const auto& connectivity = batch[i].check_in.message.reports[report].connectivity;
      if (!connectivity || !connectivity->wifi || connectivity->wifi->bssid.empty()) continue;
      const wire::Wifi& wifi = *connectivity->wifi;
      heard.push_back({wifi.bssid, wifi.ssid, batch[i].agent->school_id, wifi.signal_dbm, batch[i].received_ms});
    }
  }
  if (!heard.empty()) access_points_.heard(heard);
}

// After the answers: it commits for itself, and is rare.
void Ingest::settle_superseded(const std::vector<Queued>& batch, const std::vector<Planned>& planned) {
  for (std::size_t i = 0; i < batch.size() && reviews_ != nullptr; ++i) {
    if (!batch[i].agent->superseded_ms || planned[i].answer.fresh == 0) continue;
    if (auto settled = reviews_->report_from_superseded(batch[i].agent, batch[i].received_ms); !settled) {
      log::warn("a contested identity could not be put up for review: {}", settled.error().message);
    }
  }
}

void Ingest::strip_off_campus(wire::CheckIn& check_in, std::string_view school_id, std::string_view address) {
  std::uint64_t stripped = 0;
  for (wire::Report& report : check_in.reports) {
    if (!report.connectivity) continue;
    wire::Connectivity& it = *report.connectivity;
    const std::string_view ssid = it.wifi ? std::string_view(it.wifi->ssid) : std::string_view();
    if (it.on_school_network && policies_.on_school_network(school_id, ssid, address)) continue;
    const bool tells = !it.proxy.empty() || (it.wifi && (!it.wifi->ssid.empty() || !it.wifi->bssid.empty()));
    if (!tells) continue;
    ++stripped;
    it.proxy.clear();
    if (it.wifi) it.wifi->ssid.clear(), it.wifi->bssid.clear();
  }
  if (stripped == 0) return;
  const std::lock_guard lock(mutex_);
  stats_.off_campus_stripped += stripped;
}

wire::CheckInReply Ingest::reply_to(const Queued& queued, const Planned& planned, std::int64_t credit) {
  const wire::CheckIn& check_in = queued.check_in.message;
  wire::CheckInReply reply;
  reply.accepted = as_ranges(planned.answer.accepted);
  reply.rejected = queued.check_in.rejected;
  std::ranges::copy(planned.answer.rejected, std::back_inserter(reply.rejected));
  reply.server_ms = clock_.wall_ms();
  if (check_in.waiting != 0) reply.credit = credit;
  // Whoever has more to bring comes back at once, over the connection that is open. Elsewhere the hour's rule
  // holds, and a connection that nobody uses until then would only cost memory.
  reply.keep_connection = planned.at_school && check_in.waiting != 0 && reply.credit != 0;
  reply.next_check_in_s = reply.keep_connection ? kAtOnceS : planned.next_check_in_s;
  const wire::Policy& policy = policies_.of(queued.agent->school_id);
  if (check_in.policy_digest != policy.digest) reply.policy = policy;
  // Elsewhere it may not tell.
  if (planned.answer.wants_identity && planned.at_school) reply.commands.push_back({make_ulid(clock_, random_), "send_identity"});
  return reply;
}

std::int64_t Ingest::next_check_in_s(const wire::Policy& policy, bool at_school) {
  // At school anywhere from half to one and a half intervals, so that laptops that came together (a bell, the
  // server's restart) do not stay together. Elsewhere never sooner than the rule allows.
  if (at_school) {
    const std::int64_t interval = std::max<std::int64_t>(policy.interval_s, 1);
    return interval - interval / 2 + static_cast<std::int64_t>(spread_.below(static_cast<std::uint64_t>(interval)));
  }
  const std::int64_t interval = std::max<std::int64_t>({policy.interval_s, policy.off_campus_interval_s, 4});
  return interval + static_cast<std::int64_t>(spread_.below(static_cast<std::uint64_t>(interval / 4)));
}

std::int64_t Ingest::credit() const {
  const std::lock_guard lock(mutex_);
  const auto free = static_cast<std::int64_t>(limits_.queued_reports - queued_reports_);
  return limits_.backlog_credit * free / static_cast<std::int64_t>(limits_.queued_reports);
}

std::int64_t Ingest::retry_after_s() {
  constexpr std::uint64_t kSpreadS = 60;
  return 1 + static_cast<std::int64_t>(random_.below(kSpreadS));
}

IngestStats Ingest::stats() const {
  const std::lock_guard lock(mutex_);
  IngestStats stats = stats_;
  stats.queued_reports = queued_reports_;
  return stats;
}

}  // namespace rollcall::service
