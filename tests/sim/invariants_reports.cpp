// What becomes of reports: stored once, none vanishes, dated right, and the newest is the live picture.
#include <algorithm>
#include <map>
#include <set>

#include "server/service/agent_states.h"
#include "tests/sim/invariant.h"
#include "tests/sim/trace.h"

namespace rollcall::sim {

namespace {

// What was made later than this before the end may still be on its way.
constexpr std::int64_t kUnderWayMs = 15 * kMinuteMs;
// A request that was delayed, and whose repeat was delayed once more.
constexpr std::int64_t kLongestWayMs = 10 * kMinuteMs + kSecondMs;

const MadeSample* sample_of(const StoredReport& row) {
  if (!row.instance || row.mark < 1 || row.mark > static_cast<std::int64_t>(row.instance->samples.size())) return nullptr;
  return &row.instance->samples[static_cast<std::size_t>(row.mark - 1)];
}

std::set<const MadeSample*> stored_samples(const Evidence& evidence) {
  std::set<const MadeSample*> stored;
  for (const auto& row : evidence.log) stored.insert(sample_of(row));
  return stored;
}

class StoredOnce final : public Invariant {
 public:
  std::string_view name() const override { return "an acknowledged report is stored exactly once"; }

  void check(const Evidence& evidence, Findings& findings) const override {
    std::set<std::pair<std::int64_t, std::uint64_t>> seen;
    for (const auto& row : evidence.log) {
      if (!seen.emplace(row.agent_no, row.sequence).second) {
        findings.add(name(), "report {} of agent {} is stored twice", row.sequence, row.agent_no);
      }
    }
    const auto stored = stored_samples(evidence);
    for (const auto& instance : evidence.book.instances()) {
      for (const auto& sample : instance.samples) {
        if (!sample.promised || sample.retired || stored.contains(&sample)) continue;
        findings.add(name(), "report {} of laptop {} was acknowledged and is gone", sample.sequence, instance.laptop);
      }
    }
    if (evidence.moment == Moment::calm) check_timelines(evidence, findings);
  }

 private:
  // What a person sees in the timeline is what the log has.
  void check_timelines(const Evidence& evidence, Findings& findings) const {
    std::map<std::string, std::size_t> rows;
    for (const auto& row : evidence.log) ++rows[evidence.core.agents.by_number(row.agent_no)->device_id];
    for (const auto& [device_id, count] : rows) {
      std::size_t shown = 0;
      std::string cursor;
      do {
        const auto page = evidence.core.history.timeline(device_id, cursor, 500, false);
        if (!page) {
          findings.add(name(), "no timeline: {}", page.error().message);
          break;
        }
        shown += page->entries.size();
        cursor = page->next_cursor;
      } while (!cursor.empty());
      if (shown != count) findings.add(name(), "device {} has {} reports and shows {}", device_id, count, shown);
    }
  }
};

class NothingVanishes final : public Invariant {
 public:
  std::string_view name() const override { return "no sample vanishes"; }

  void check(const Evidence& evidence, Findings& findings) const override {
    if (evidence.moment != Moment::calm) return;
    const auto stored = stored_samples(evidence);
    for (const auto& instance : evidence.book.instances()) {
      if (instance.wiped) continue;
      std::uint64_t missing = 0;
      std::int64_t last_ms = 0;
      for (const auto& sample : instance.samples) {
        const bool dropped = sample.optional && sample.sequence == 0;
        const bool under_way = sample.made_ms > evidence.now_ms - kUnderWayMs;
        if (dropped || under_way || sample.excused || sample.retired || stored.contains(&sample)) continue;
        ++missing;
        last_ms = sample.made_ms;
      }
      if (missing > instance.thinned) {
        findings.add(name(), "laptop {}: {} samples are gone (the last was made at {}), {} were thinned", instance.laptop,
                     missing, time_of_day(last_ms), instance.thinned);
      }
    }
  }
};

class OutboxesDrain final : public Invariant {
 public:
  std::string_view name() const override { return "outboxes drain"; }

  void check(const Evidence& evidence, Findings& findings) const override {
    if (evidence.moment != Moment::calm) return;
    for (const auto& laptop : evidence.laptops) {
      if (!laptop->enrolled()) findings.add(name(), "laptop {} is not enrolled", laptop->traits().number);
      if (!laptop->awake()) findings.add(name(), "laptop {} is not awake", laptop->traits().number);
      if (laptop->waiting() > 2) {
        findings.add(name(), "laptop {}: {} reports wait still", laptop->traits().number, laptop->waiting());
      }
    }
  }
};

class NewestState final : public Invariant {
 public:
  std::string_view name() const override { return "the latest state is the newest report"; }

  void check(const Evidence& evidence, Findings& findings) const override {
    std::map<std::int64_t, const StoredReport*> newest;
    for (const auto& row : evidence.log) {
      const StoredReport*& known = newest[row.agent_no];
      if (!known || row.sequence > known->sequence) known = &row;
    }
    for (const auto& [agent_no, row] : newest) {
      const auto state = evidence.core.fleet.states().get(agent_no);
      if (state.newest_sequence != row->sequence) {
        findings.add(name(), "agent {} tells of report {}, its newest is {}", agent_no, state.newest_sequence,
                     row->sequence);
      }
    }
    for (const auto& laptop : evidence.laptops) check_laptop(evidence, newest, *laptop, findings);
  }

 private:
  void check_laptop(const Evidence& evidence, const std::map<std::int64_t, const StoredReport*>& newest,
                    const Laptop& laptop, Findings& findings) const {
    if (!laptop.enrolled()) return;
    const auto agent = evidence.core.agents.by_id(evidence.book.instances()[laptop.instance()].agent_id);
    if (!agent || !newest.contains(agent->agent_no)) return;
    const StoredReport& row = *newest.at(agent->agent_no);
    const auto latest = evidence.core.fleet.latest(agent->device_id);
    if (!latest) return findings.add(name(), "laptop {} has no state", laptop.traits().number);
    if (latest->agent_id != agent->agent_id) {
      return findings.add(name(), "laptop {} shows an earlier installation", laptop.traits().number);
    }
    if (latest->report.sequence != row.sequence || Book::mark_of(latest->report) != row.mark ||
        latest->observed_ms != row.observed_ms) {
      findings.add(name(), "laptop {} shows sample {} of report {}, the newest is sample {} of report {}",
                   laptop.traits().number, Book::mark_of(latest->report), latest->report.sequence, row.mark,
                   row.sequence);
    }
  }
};

class Observed final : public Invariant {
 public:
  std::string_view name() const override { return "samples are dated within bounds"; }

  void check(const Evidence& evidence, Findings& findings) const override {
    for (const auto& row : evidence.log) {
      const MadeSample* sample = sample_of(row);
      if (!sample) continue;  // another invariant's matter
      const std::int64_t enrolled_ms = evidence.core.agents.by_number(row.agent_no)->enrolled_ms;
      const bool bounded = enrolled_ms <= row.observed_ms && row.observed_ms <= row.received_ms &&
                           row.received_ms <= evidence.now_ms;
      // By the monotonic clock, when the boot that made it has sent it: late by the request's way, never early.
      const bool exact = sample->sent_at_once && sample->made_ms <= row.observed_ms &&
                         row.observed_ms <= sample->made_ms + kLongestWayMs;
      // By the laptop's wall clock, when a later boot has.
      const bool told = sample->sent_later &&
                        row.observed_ms == std::min(std::max(sample->wall_ms, enrolled_ms), row.received_ms);
      if (bounded && (exact || told)) continue;
      findings.add(name(), "laptop {}: made at {}, its clock said {}, received {}, dated {}", row.instance->laptop,
                   sample->made_ms, sample->wall_ms, row.received_ms, row.observed_ms);
    }
  }
};

}  // namespace

std::unique_ptr<Invariant> make_stored_once() { return std::make_unique<StoredOnce>(); }
std::unique_ptr<Invariant> make_nothing_vanishes() { return std::make_unique<NothingVanishes>(); }
std::unique_ptr<Invariant> make_outboxes_drain() { return std::make_unique<OutboxesDrain>(); }
std::unique_ptr<Invariant> make_newest_state() { return std::make_unique<NewestState>(); }
std::unique_ptr<Invariant> make_observed() { return std::make_unique<Observed>(); }

}  // namespace rollcall::sim
