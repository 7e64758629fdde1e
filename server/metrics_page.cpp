#include "server/metrics_page.h"

#include <unistd.h>

#include "common/base/text.h"

namespace rollcall {
namespace {

using api::Metric;
constexpr auto kCounter = Metric::Kind::counter;
constexpr auto kGauge = Metric::Kind::gauge;

// Pages of this process in memory: the second number of statm, see proc(5).
double resident_bytes(const Files& files) {
  const auto text = files.read("/proc/self/statm", 4096);
  if (!text) return 0;
  const auto numbers = split(*text, ' ');
  const auto pages = numbers.size() > 1 ? parse_number<std::int64_t>(numbers[1]) : std::nullopt;
  return static_cast<double>(pages.value_or(0) * ::sysconf(_SC_PAGESIZE));
}

class Collection {
 public:
  template <class Number>
  void add(Metric::Kind kind, std::string name, std::string help, Number value, std::string labels = {}) {
    metrics_.push_back(
        {kind, "rollcall_" + std::move(name), std::move(help), std::move(labels), static_cast<double>(value)});
  }
  std::vector<Metric> take() { return std::move(metrics_); }

 private:
  std::vector<Metric> metrics_;
};

void add_ingest(Collection& out, const service::IngestStats& stats) {
  out.add(kCounter, "check_ins_total", "Check-ins that were answered.", stats.check_ins);
  out.add(kCounter, "reports_accepted_total", "Reports committed.", stats.accepted);
  out.add(kCounter, "reports_duplicate_total", "Reports that were there already.", stats.duplicates);
  out.add(kCounter, "reports_rejected_total", "Reports that broke a rule.", stats.rejected);
  out.add(kCounter, "reports_too_late_total", "Rejected reports whose number was given up after hundreds of gaps.",
          stats.too_late);
  out.add(kCounter, "check_ins_refused_total", "Check-ins refused because the queue was full.", stats.refused);
  out.add(kCounter, "unknown_fields_total", "Fields dropped because nobody here knows them.", stats.unknown_fields);
  out.add(kCounter, "commits_total", "Group commits of reports.", stats.commits);
  out.add(kCounter, "commit_failures_total", "Group commits that failed; nothing was acknowledged.",
          stats.commit_failures);
  out.add(kCounter, "off_campus_stripped_total", "Reports of which what may not be told off campus was dropped.",
          stats.off_campus_stripped);
  out.add(kCounter, "sequence_resets_total", "Agents whose numbers began again: an image that was put back.",
          stats.sequence_resets);
  out.add(kGauge, "queued_reports", "Reports that wait for their commit.", stats.queued_reports);
}

void add_fleet(Collection& out, const service::FleetStats& stats) {
  out.add(kGauge, "devices", "Devices that are known.", stats.devices);
  out.add(kGauge, "agents", "Agent instances that are known.", stats.agents);
  out.add(kGauge, "device_texts", "Makers and models in memory, each once.", stats.texts);
  out.add(kGauge, "unwritten_agents", "Agents whose state is written behind soon.", stats.unwritten_agents);
  out.add(kCounter, "state_writes_total", "States of agents that were written behind.", stats.state_writes);
  out.add(kCounter, "state_write_failures_total",
          "Rounds of writing states that failed; the log has them, and a restart takes longer.",
          stats.state_write_failures);
  out.add(kGauge, "fleet_load_seconds", "What reading the fleet took at the start.",
          static_cast<double>(stats.load_ms) / kSecondMs);
  out.add(kGauge, "fleet_replayed_reports", "Reports of the log that were replayed at the start.",
          stats.replayed_reports);
}

void add_doors(Collection& out, const DoorStatsByName& doors) {
  const auto each = [&](Metric::Kind kind, const char* name, const char* help, auto member) {
    for (const auto& [door, stats] : doors) out.add(kind, name, help, stats.*member, "door=\"" + door + '"');
  };
  using Stats = net::DoorStats;
  each(kGauge, "connections_open", "Connections that are open.", &Stats::connections_open);
  each(kCounter, "connections_total", "Connections that were accepted.", &Stats::connections_total);
  each(kCounter, "handshakes_failed_total", "TLS handshakes that failed.", &Stats::handshakes_failed);
  each(kCounter, "handshakes_resumed_total", "TLS handshakes that resumed a session.", &Stats::handshakes_resumed);
  each(kCounter, "request_heads_total", "Requests of which the head was read, whether or not the rest came.",
       &Stats::requests_total);
  each(kCounter, "timeouts_total", "Connections closed because a deadline passed.", &Stats::timeouts_total);
}

}  // namespace

std::vector<Metric> collect_metrics(const Core& core, const DoorStatsByName& doors, std::size_t event_streams) {
  Collection out;
  out.add(kGauge, "build_info", "Always 1; the label says which program this is.", 1,
          std::string("version=\"") + ROLLCALL_VERSION + '"');
  out.add(kGauge, "resident_memory_bytes", "Memory that this process holds.", resident_bytes(core.machinery.files));
  add_ingest(out, core.ingest.stats());
  add_doors(out, doors);
  add_fleet(out, core.fleet.stats());
  const auto database = core.database->stats();
  out.add(kCounter, "database_commits_total", "Durable commits of any kind.", database.commits);
  out.add(kGauge, "database_wal_pages", "Pages in the write-ahead log.", database.wal_pages);
  out.add(kGauge, "event_streams", "Browsers that follow live events.", event_streams);
  return out.take();
}

Result<> read_once(sql::Database& database) {
  return database.read([](sql::Snapshot& snapshot) -> Result<> {
    const auto rows = TRY(snapshot.query("SELECT COUNT(*) FROM schema_migrations"));
    if (!TRY(rows->next()) || rows->integer(0) == 0) return fail(Errc::corrupt, "the database has no schema");
    return {};
  });
}

std::optional<std::int64_t> last_commit_age_ms(const Core& core) {
  const auto last_ms = core.database->stats().last_commit_ms;
  if (last_ms == 0) return std::nullopt;
  return std::max<std::int64_t>(core.machinery.clock.wall_ms() - last_ms, 0);
}

}  // namespace rollcall
