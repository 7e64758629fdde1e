// The server's stores: report log, enrollment, states written behind, migrations.
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "common/base/digest.h"
#include "common/base/text.h"
#include "server/service/agent_states.h"
#include "server/storage/migrate.h"
#include "tests/faults/host.h"
#include "tests/faults/sweep_depth.h"
#include "tests/faults/sweep.h"
#include "tests/must.h"

namespace rollcall::faults {
namespace {

constexpr int kLaptops = 2;
constexpr std::uint64_t kBefore = 3;  // reports of each laptop before any fault

struct School {
  std::vector<Laptop> laptops;

  void prepare(const std::string& folder) {
    const FakeClock clock;
    Host host(folder, clock);
    REQUIRE(host.start());
    const auto token = must(host.make_token());
    laptops.clear();
    for (int i = 0; i < kLaptops; ++i) laptops.push_back(must(host.enroll(token, i + 1)));
    for (const auto& laptop : laptops) {
      for (std::uint64_t sequence = 1; sequence <= kBefore; ++sequence) REQUIRE(host.report(laptop, sequence));
    }
    host.core().finish();
  }

  // `early` promises before the database has answered, which is the lie that must be found.
  void live(Ground& ground, bool early) const {
    FakeClock clock;
    clock.advance(kHourMs);
    Host host(ground.folder(), clock, ground.vfs());
    if (!host.start()) return;  // as the server, which ends then
    std::vector<std::uint64_t> next(laptops.size(), kBefore + 1);
    Result<> last;
    const auto report = [&](std::size_t i) {
      const auto line = fmt::format("report {} {}", i, next[i]);
      if (early) ground.promise(line);
      last = host.report(laptops[i], next[i]);
      if (!last) return false;
      if (!early) ground.promise(line);
      ++next[i];
      return true;
    };
    for (int round = 0; round < 3; ++round) {
      for (std::size_t i = 0; i < laptops.size(); ++i) report(i);
      clock.advance(service::AgentStates::kWriteEveryMs + 1);
      host.core().run_due_jobs(clock.wall_ms());
      if (round == 1) static_cast<void>(host.core().database->checkpoint());
    }
    const auto token = host.make_token();
    if (token) {
      ground.promise("tokens 2");
      if (const auto laptop = host.enroll(*token, 77)) ground.promise("agent " + laptop->agent_id);
    }
    if (early) return;
    ground.heal();
    for (std::size_t i = 0; i < laptops.size(); ++i) {
      if (!report(i)) ground.complain("still refuses after the fault: " + last.error().message);
    }
    host.core().finish();
  }

  std::vector<std::string> inspect(const std::string& folder, const std::vector<std::string>& lines) const {
    FakeClock clock;
    clock.advance(2 * kHourMs);
    Host host(folder, clock);
    if (const auto started = host.start(); !started) return {"does not start: " + started.error().message};
    std::vector<std::string> findings;
    if (const auto sound = host.check(); !sound) findings.push_back(sound.error().message);
    std::map<std::size_t, std::set<std::uint64_t>> promised;
    for (const auto& line : lines) {
      const auto words = split(line, ' ');
      const auto number = parse_number<std::uint64_t>(words[1]).value_or(0);
      if (words[0] == "report") promised[number].insert(parse_number<std::uint64_t>(words[2]).value());
      if (words[0] == "tokens" && must(host.core().tokens.page()).tokens.size() < number) findings.push_back("a token is gone");
      if (words[0] == "agent" && !host.core().agents.by_id(words[1])) findings.push_back("an enrolled agent is gone");
    }
    for (std::size_t i = 0; i < laptops.size(); ++i) inspect_laptop(host, i, promised[i], findings);
    return findings;
  }

 private:
  void inspect_laptop(Host& host, std::size_t i, const std::set<std::uint64_t>& promised,
                      std::vector<std::string>& findings) const {
    const Laptop& laptop = laptops[i];
    const auto stored = host.stored(laptop);
    if (!stored) return findings.push_back("no timeline: " + stored.error().message);
    const std::set<std::uint64_t> once(stored->begin(), stored->end());
    if (once.size() != stored->size()) findings.push_back("a report is stored twice");
    for (const auto sequence : promised) {
      if (!once.contains(sequence)) findings.push_back(fmt::format("report {} was acknowledged and is gone", sequence));
    }
    for (std::uint64_t sequence = 1; sequence <= kBefore; ++sequence) {
      if (!once.contains(sequence)) findings.push_back(fmt::format("report {} from before is gone", sequence));
    }
    const auto latest = host.core().fleet.latest(laptop.device_id);
    if (!latest || latest->report.sequence != *once.rbegin()) findings.push_back("the state is not the newest report");
    if (const auto more = host.report(laptop, *once.rbegin() + 1); !more) findings.push_back(more.error().message);
  }
};

Workload workload(School& school, bool early) {
  return {.prepare = [&school](const std::string& folder) { school.prepare(folder); },
          .run = [&school, early](Ground& ground) { school.live(ground, early); },
          .inspect = [&school](const std::string& folder,
                               const std::vector<std::string>& lines) { return school.inspect(folder, lines); }};
}

void print(const char* what, const FaultKind& kind, const Swept& swept) {
  std::printf("%-7s %-24s %4d faults, %3d ended the process, %d promises\n", what, kind.name.c_str(), swept.tries,
              swept.aborted, swept.promises);
}

TEST_CASE("whatever fails under the server, what it acknowledged is there, once, and it goes on") {
  School school;
  for (const auto& kind : every_fault_kind()) {
    const Depth depth = depth_for(kind);
    const Swept swept = sweep(workload(school, false), kind, depth.dense, depth.stride);
    print("server", kind, swept);
    for (const auto& finding : swept.findings) FAIL_CHECK(finding);
    // A server at work deletes no file: its WAL stays.
    if (kind.operation != sql::Access::Operation::remove) CHECK(swept.tries > 0);
    CHECK(swept.promises > 0);
    if (kind.operation == sql::Access::Operation::sync) CHECK(swept.aborted > 0);
  }
}

TEST_CASE("a server that acknowledges before it has committed is found out") {
  School school;
  const FaultKind full{"write, disk full", sql::Access::Operation::write, 13, true};
  CHECK_FALSE(sweep(workload(school, true), full, 1, 10).findings.empty());
}

// The last step that makes a table: one that only moves rows may be harmless when it is half done.
std::size_t last_table() {
  const auto known = storage::sqlite_migrations();
  std::size_t at = known.size() - 1;
  while (at > 0 && !std::string_view(known[at].sql).contains("CREATE TABLE")) --at;
  return at;
}

// A database of the schema before that, so that starting makes a backup and takes the steps from there.
void make_old_database(const std::string& folder) {
  const FakeClock clock;
  { REQUIRE(Host(folder, clock).start()); }
  const std::string path = folder + "/rollcall.db";
  for (const char* suffix : {"", "-wal", "-shm"}) static_cast<void>(SystemFiles().remove(path + suffix));
  const auto database = must(sql::SqliteDatabase::open({.path = path}));
  const auto known = storage::sqlite_migrations();
  REQUIRE(storage::migrate(*database, known.first(last_table()), clock, [](int) { return Result<std::string>(""); }));
}

std::vector<std::string> inspect_new_schema(const std::string& folder, const std::vector<std::string>&) {
  FakeClock clock;
  clock.advance(kMinuteMs);
  Host host(folder, clock);
  if (const auto started = host.start(); !started) return {"does not start: " + started.error().message};
  if (const auto sound = host.check(); !sound) return {sound.error().message};
  const auto token = host.make_token();
  if (!token || !host.enroll(*token, 1)) return {"does not take a laptop"};
  return {};
}

TEST_CASE("whatever fails while the schema changes, the next start finishes it") {
  const Workload migration{
      .prepare = make_old_database,
      .run =
          [](Ground& ground) {
            const FakeClock clock;
            Host host(ground.folder(), clock, ground.vfs());
            if (host.start()) ground.promise("migrated");
          },
      .inspect = inspect_new_schema};
  for (const auto& kind : every_fault_kind()) {
    const Depth depth = depth_for(kind);
    const Swept swept = sweep(migration, kind, depth.dense, depth.stride);
    print("schema", kind, swept);
    for (const auto& finding : swept.findings) FAIL_CHECK(finding);
    CHECK(swept.tries > 0);
    CHECK(swept.promises > 0);
  }
}

// That step as somebody would take it who has heard of no transactions: each statement is a commit of its own.
void migrate_in_pieces(Ground& ground) {
  sqlite3* handle = nullptr;
  const std::string path = ground.folder() + "/rollcall.db";
  const auto& step = storage::sqlite_migrations()[last_table()];
  const std::string record = fmt::format("INSERT INTO schema_migrations VALUES ({}, '{}', '{}', 0)", step.number,
                                         step.name, to_hex(bytes_of(sha256(step.sql))));
  if (sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE, ground.vfs().c_str()) == SQLITE_OK &&
      sqlite3_exec(handle, std::string(step.sql).c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) {
    static_cast<void>(sqlite3_exec(handle, record.c_str(), nullptr, nullptr, nullptr));
  }
  sqlite3_close(handle);
}

TEST_CASE("a change of the schema that a fault leaves half done is found out") {
  const FaultKind full{"write, disk full", sql::Access::Operation::write, 13, true};
  const Swept swept = sweep({make_old_database, migrate_in_pieces, inspect_new_schema}, full, 1, 1);
  CHECK_FALSE(swept.findings.empty());
  // Without a fault there is nothing to find.
  CHECK(swept.findings.size() <= static_cast<std::size_t>(swept.tries));
}

}  // namespace
}  // namespace rollcall::faults
