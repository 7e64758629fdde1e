#include "agent/collect/runner.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <utility>

#include "agent/collect/privacy.h"
#include "agent/collect/read.h"
#include "common/wire/limits.h"

namespace rollcall::collect {
namespace {

constexpr std::int64_t kAskToGiveUpMs = 100;

// One collector's run, shared between the runner that waits and the thread that works; whoever comes last
// frees it.
struct Run {
  std::mutex mutex;
  std::condition_variable ended;
  bool done{};
  wire::Report report;
  Result<Presence> outcome{Presence::absent};
};

void work(Run& run, Collector& collector, const Context& context) {
  wire::Report report = std::move(run.report);
  Result<Presence> outcome{Presence::absent};
  try {
    outcome = collector.collect(context, report);
  } catch (const std::exception& error) {
    outcome = fail(Errc::internal, error.what());
  }
  const std::lock_guard lock(run.mutex);
  run.report = std::move(report);
  run.outcome = std::move(outcome);
  run.done = true;
  run.ended.notify_all();
}

// By the condition variable's own clock: the runner's may be one that a test steps.
void await(Run& run, std::unique_lock<std::mutex>& lock, std::int64_t deadline_ms,
           const std::function<bool()>& give_up) {
  const std::int64_t step_ms = give_up ? kAskToGiveUpMs : deadline_ms;
  for (std::int64_t left_ms = deadline_ms; left_ms > 0; left_ms -= step_ms) {
    const std::chrono::milliseconds step(std::min(left_ms, step_ms));
    if (run.ended.wait_for(lock, step, [&] { return run.done; }) || (give_up && give_up())) return;
  }
}

wire::CollectorResult failed(std::string_view name, std::int64_t duration_ms, std::string_view error) {
  return {std::string(name), wire::CollectorState::failed, duration_ms,
          std::string(clip_utf8(printable(error), wire::kMaxErrorText))};
}

}  // namespace

struct Runner::Entry {
  std::string_view name;
  std::shared_ptr<Collector> collector;
  std::shared_ptr<Run> run;  // the one that is under way or was last
};

void run_in_place(std::function<void()> job) {
  job();
}

Runner::Runner(std::shared_ptr<const Machine> machine, const Clock& clock,
               std::vector<NamedCollector> collectors, Options options)
    : machine_(std::move(machine)), clock_(clock), options_(std::move(options)) {
  for (auto& [name, collector] : collectors) {
    entries_.push_back(std::make_unique<Entry>(name, std::move(collector), nullptr));
  }
}

Runner::~Runner() = default;

wire::Report Runner::run(const Request& request) {
  auto report = gather(request, "");
  const auto server_now_ms = report.wall_ms + request.link.server_offset_ms.value_or(0);
  was_at_school_ = restrict_report(request.policy, server_now_ms, report);
  return report;
}

Result<wire::Identity> Runner::identify() {
  auto report = gather(Request{}, "identity");
  if (report.identity) return std::move(*report.identity);
  const auto& results = report.collectors;
  return fail(Errc::io,
              results.empty() ? "no identity collector" : "reading the identity: " + results.front().error);
}

wire::Report Runner::gather(const Request& request, std::string_view only) {
  wire::Report report;
  report.occasion = request.occasion;
  report.wall_ms = clock_.wall_ms();
  report.monotonic_ms = clock_.monotonic_ms();
  report.boot_id = read_attribute(*machine_, "/proc/sys/kernel/random/boot_id").value_or("");
  const auto context = std::make_shared<const Context>(
      Context{machine_, request.policy, request.link, request.occasion, report.wall_ms, report.monotonic_ms,
              options_.hash_key, options_.agent_version});
  const std::int64_t hurried_end_ms = report.monotonic_ms + request.hurried_total_ms;
  for (const auto& entry : entries_) {
    if (!only.empty() && entry->name != only) continue;
    const std::int64_t hurried_ms = std::max<std::int64_t>(hurried_end_ms - clock_.monotonic_ms(), 0) / 2;
    const auto deadline_ms = context->hurried() ? hurried_ms : request.deadline_ms;
    report.collectors.push_back(run_one(*entry, context, deadline_ms, request.give_up, report));
    if (request.give_up && request.give_up()) break;
  }
  return report;
}

wire::CollectorResult Runner::run_one(Entry& entry, const std::shared_ptr<const Context>& context,
                                      std::int64_t deadline_ms, const std::function<bool()>& give_up,
                                      wire::Report& report) {
  if (entry.run) {
    const std::lock_guard lock(entry.run->mutex);
    if (!entry.run->done) return failed(entry.name, 0, "still hanging since an earlier collection");
  }
  const auto run = entry.run = std::make_shared<Run>();
  run->report = report;  // a copy to fill: what a failed or hanging collector did to it is never seen
  const auto begin_ms = clock_.monotonic_ms();
  try {
    options_.launch([run, context, collector = entry.collector] { work(*run, *collector, *context); });
  } catch (const std::exception& error) {
    entry.run.reset();
    return failed(entry.name, 0, error.what());
  }
  std::unique_lock lock(run->mutex);
  await(*run, lock, deadline_ms, give_up);
  const auto duration_ms = std::max<std::int64_t>(clock_.monotonic_ms() - begin_ms, 0);
  if (!run->done)
    return failed(entry.name, duration_ms, "no answer after " + std::to_string(deadline_ms) + " ms");
  if (!run->outcome) return failed(entry.name, duration_ms, run->outcome.error().message);
  const auto state =
      *run->outcome == Presence::present ? wire::CollectorState::ok : wire::CollectorState::absent;
  report = std::move(run->report);
  return {std::string(entry.name), state, duration_ms, ""};
}

}  // namespace rollcall::collect
