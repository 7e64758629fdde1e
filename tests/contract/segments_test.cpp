// Segments of the report log: blocks, files, the sorting before them, their table.
#include <rapidcheck.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "server/storage/packing.h"
#include "server/storage/report_codec.h"
#include "server/storage/segment_block.h"
#include "server/storage/segment_file.h"
#include "server/storage/segment_sort.h"
#include "server/storage/segment_store.h"
#include "tests/contract/contract.h"

using namespace rollcall;
using namespace rollcall::storage;
using domain::ReportEntry;

namespace {

constexpr std::int64_t kNow = 1'760'000'000'000;

// Everything that decode_entry may give back; the varying parts are numbers more often than not, as they are in life.
ReportEntry any_entry(std::int64_t agent_no, std::int64_t log_id) {
  ReportEntry made;
  made.agent_no = agent_no, made.log_id = log_id;
  made.previous_log_id = *rc::gen::element<std::int64_t>(0, log_id - 1, -7);
  made.received_ms = *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(kNow, kNow + kDayMs), rc::gen::arbitrary<std::int64_t>());
  made.observed_ms = *rc::gen::oneOf(rc::gen::just(made.received_ms), rc::gen::arbitrary<std::int64_t>());
  made.promised_ms = *rc::gen::arbitrary<std::int64_t>();
  made.skew_ms = *rc::gen::element<std::int64_t>(0, 1'000, -86'400'000);
  made.sequence = *rc::gen::arbitrary<std::uint64_t>();
  made.occasion = *rc::gen::element(domain::Occasion::scheduled, domain::Occasion::battery_critical);
  made.sequence_reset = *rc::gen::arbitrary<bool>(), made.new_boot = *rc::gen::arbitrary<bool>();
  for (domain::SectionPart& part : made.parts) {
    part.sampled = *rc::gen::arbitrary<bool>(), part.logged = *rc::gen::arbitrary<bool>();
    if (part.sampled && *rc::gen::arbitrary<bool>()) part.varying = *rc::gen::arbitrary<std::string>();
    if (part.sampled && part.varying.empty()) {
      Packer pack(part.varying);
      for (int i = *rc::gen::inRange(0, 40); i > 0; --i) pack.number(*rc::gen::arbitrary<std::uint16_t>());
    }
    if (part.logged) part.steady = *rc::gen::arbitrary<std::string>();
  }
  return made;
}

std::vector<ReportEntry> any_entries() {
  std::vector<ReportEntry> entries;
  const int agents = *rc::gen::inRange(0, 5);
  for (int agent = 1; agent <= agents; ++agent) {
    const int reports = *rc::gen::inRange(1, 6);
    for (int i = 0; i < reports; ++i) entries.push_back(any_entry(agent, 100 * i + agent));
  }
  return entries;
}

bool same(const ReportEntry& a, const ReportEntry& b) {
  for (std::size_t i = 0; i < domain::kSections; ++i) {
    if (a.parts[i].sampled != b.parts[i].sampled || a.parts[i].logged != b.parts[i].logged) return false;
    if (a.parts[i].varying != b.parts[i].varying || a.parts[i].steady != b.parts[i].steady) return false;
  }
  return a.log_id == b.log_id && a.agent_no == b.agent_no && a.previous_log_id == b.previous_log_id &&
         a.received_ms == b.received_ms && a.observed_ms == b.observed_ms && a.promised_ms == b.promised_ms &&
         a.skew_ms == b.skew_ms && a.sequence == b.sequence && a.occasion == b.occasion &&
         a.sequence_reset == b.sequence_reset && a.new_boot == b.new_boot;
}

bool same(const std::vector<ReportEntry>& a, const std::vector<ReportEntry>& b) {
  return std::ranges::equal(a, b, [](const auto& x, const auto& y) { return same(x, y); });
}

// A laptop's day, as reports are.
ReportEntry report(std::int64_t agent_no, std::int64_t log_id, std::int64_t previous) {
  ReportEntry made;
  made.agent_no = agent_no, made.log_id = log_id, made.previous_log_id = previous;
  made.received_ms = kNow + log_id * 40, made.observed_ms = made.received_ms - 17;
  made.promised_ms = made.received_ms + 300'000, made.sequence = static_cast<std::uint64_t>(log_id);
  for (domain::SectionPart& part : made.parts) {
    part.sampled = true;
    Packer pack(part.varying);
    for (int i = 0; i < 8; ++i) pack.number(static_cast<std::uint64_t>((log_id * 31 + i * 7 + agent_no) % 300));
  }
  if (previous == 0) made.parts[0].logged = true, made.parts[0].steady = "boot " + std::to_string(agent_no);
  if (previous == 0) made.parts[0].hash = domain::stable_hash(made.parts[0].steady);
  return made;
}

std::vector<ReportEntry> a_day(std::int64_t agents, std::int64_t reports) {
  std::vector<ReportEntry> entries;
  for (std::int64_t agent = 1; agent <= agents; ++agent) {
    for (std::int64_t i = 0; i < reports; ++i) {
      entries.push_back(report(agent, i * agents + agent, i == 0 ? 0 : (i - 1) * agents + agent));
    }
  }
  return entries;
}

Result<SegmentContent> write_segment(const std::string& path, const std::vector<ReportEntry>& entries,
                                     std::size_t block = SegmentWriter::kBlockEntries) {
  SystemFiles files;
  auto writer = TRY(SegmentWriter::create(files, path, block));
  for (const auto& entry : entries) TRY(writer.add(entry));
  return writer.finish({20'370, 1, static_cast<std::int64_t>(entries.size()), kNow, kNow + 9, 0, 0});
}

Result<std::vector<ReportEntry>> read_segment(const std::string& path) {
  const auto segment = TRY(Segment::open(TRY(SystemFiles().open(path))));
  std::vector<ReportEntry> entries;
  TRY(segment->each([&](const ReportEntry& entry) -> Result<> {
    entries.push_back(entry);
    return {};
  }));
  return entries;
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void put_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

}  // namespace

TEST_CASE("a block gives back what was put into it, all of it or one agent's") {
  CHECK(rc::check([] {
    const auto entries = any_entries();
    const std::string bytes = encode_block(entries);
    const auto all = decode_block(bytes, std::nullopt);
    RC_ASSERT(all.has_value());
    RC_ASSERT(same(*all, entries));
    std::vector<ReportEntry> mine;
    std::ranges::copy_if(entries, std::back_inserter(mine), [](const auto& it) { return it.agent_no == 2; });
    const auto of_two = decode_block(bytes, 2);
    RC_ASSERT(of_two.has_value());
    RC_ASSERT(same(*of_two, mine));
    for (const auto& entry : *all) {
      for (const auto& part : entry.parts) RC_ASSERT(!part.logged || part.hash == domain::stable_hash(part.steady));
    }
  }));
}

TEST_CASE("noise and every cut of a block are corrupt, never a crash") {
  const std::string bytes = encode_block(a_day(3, 4));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto cut = decode_block(std::string_view(bytes).substr(0, size), std::nullopt);
    REQUIRE_FALSE(cut);
    CHECK(cut.error().code == Errc::corrupt);
  }
  CHECK_FALSE(decode_block(bytes + "x", std::nullopt));
  CHECK(rc::check([&](const std::string& noise) {
    (void)decode_block(noise, std::nullopt);
    std::string changed = bytes;
    changed[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::arbitrary<char>();
    (void)decode_block(changed, std::nullopt);
  }));
}

TEST_CASE("a laptop's ordinary day takes a fraction of what it took in the log") {
  TemporaryFolder folder;
  const auto entries = a_day(200, 100);
  REQUIRE(write_segment(folder / "a.seg", entries));
  std::size_t logged = 0;
  for (const auto& entry : entries) logged += encode_entry(entry).size();
  CHECK(std::filesystem::file_size(folder / "a.seg") * 3 < logged);
}

TEST_CASE("a segment is read by agent and by number, whatever the size of its blocks") {
  TemporaryFolder folder;
  const auto block = GENERATE(as<std::size_t>(), 1, 3, 50, 2'048);
  const auto entries = a_day(7, 11);
  const auto content = write_segment(folder / "a.seg", entries, block);
  REQUIRE(content);
  CHECK(content->reports == 77);
  CHECK(segment_name(*content).starts_with("2025-10-09-"));
  const auto segment = Segment::open(*SystemFiles().open(folder / "a.seg"));
  REQUIRE(segment);
  CHECK((*segment)->content() == *content);
  CHECK(same(*read_segment(folder / "a.seg"), entries));
  for (const auto& entry : entries) {
    const auto near = (*segment)->entries_near(entry.agent_no, entry.log_id);
    REQUIRE(near);
    CHECK(std::ranges::count_if(*near, [&](const auto& it) { return same(it, entry); }) == 1);
    for (const auto& it : *near) CHECK(it.agent_no == entry.agent_no);
  }
  CHECK((*segment)->entries_near(0, 5)->empty());
  CHECK((*segment)->entries_near(8, 5)->empty());
}

TEST_CASE("an empty segment is a segment") {
  TemporaryFolder folder;
  REQUIRE(write_segment(folder / "a.seg", {}));
  CHECK(read_segment(folder / "a.seg")->empty());
}

TEST_CASE("every flipped byte and every cut of a segment's file is found") {
  TemporaryFolder folder;
  REQUIRE(write_segment(folder / "a.seg", a_day(4, 5), 6));
  const std::string bytes = bytes_of(folder / "a.seg");
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ (1 << at % 8));
    put_bytes(folder / "b.seg", changed);
    const auto read = read_segment(folder / "b.seg");
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Errc::corrupt);
    put_bytes(folder / "b.seg", bytes.substr(0, at));
    CHECK_FALSE(read_segment(folder / "b.seg"));
  }
  put_bytes(folder / "b.seg", bytes + "x");
  CHECK_FALSE(read_segment(folder / "b.seg"));
  put_bytes(folder / "b.seg", bytes);
  CHECK(read_segment(folder / "b.seg"));
}

TEST_CASE("rows are sorted by agent, in memory and through runs on disk") {
  TemporaryFolder folder;
  SystemFiles files;
  const auto memory = GENERATE(as<std::size_t>(), 1, 20'000, 64 << 20);
  LogSorter sorter(files, folder / "runs", memory);
  constexpr std::int64_t kRows = 1'000;
  for (std::int64_t i = 1; i <= kRows; ++i) {
    REQUIRE(sorter.add({i, i * 37 % 11, kNow + i, std::string(static_cast<std::size_t>(i % 90), 'f')}));
  }
  REQUIRE(sorter.finish());
  std::pair<std::int64_t, std::int64_t> before{-1, -1};
  for (std::int64_t i = 0; i < kRows; ++i) {
    const auto row = sorter.next();
    REQUIRE(row);
    REQUIRE(*row);
    CHECK(before < std::pair((*row)->agent_no, (*row)->log_id));
    before = {(*row)->agent_no, (*row)->log_id};
    CHECK((*row)->agent_no == (*row)->log_id * 37 % 11);
    CHECK((*row)->received_ms == kNow + (*row)->log_id);
    CHECK((*row)->facts.size() == static_cast<std::size_t>((*row)->log_id % 90));
  }
  CHECK_FALSE(*sorter.next());
}

TEST_CASE("what the sorting wrote is gone with it") {
  TemporaryFolder folder;
  SystemFiles files;
  {
    LogSorter sorter(files, folder / "runs", 1);
    REQUIRE(sorter.add({1, 1, kNow, "facts"}));
    CHECK(std::filesystem::exists(folder / "runs"));
  }
  CHECK_FALSE(std::filesystem::exists(folder / "runs"));
}

TEST_CASE("the table of segments keeps them in the order of the log, each span once") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  const SegmentRow first{{20'000, 1, 50, kNow, kNow + 1, 50, UINT64_MAX}, 4'711};
  const SegmentRow second{{19'000, 51, 70, kNow + 2, kNow + 3, 20, 7}, 815};
  REQUIRE(fresh.database().write([&](sql::Transaction& transaction) -> Result<> {
    TRY(put_segment(transaction, second));
    return put_segment(transaction, first);
  }));
  const auto again = fresh.database().write([&](sql::Transaction& t) { return put_segment(t, first); });
  REQUIRE_FALSE(again);
  CHECK(again.error().code == Errc::already_exists);
  fresh.reopen();
  const auto list = [&] { return *fresh.database().read([](sql::Snapshot& it) { return list_segments(it); }); };
  CHECK(list() == std::vector{first, second});
  REQUIRE(fresh.database().write([](sql::Transaction& transaction) { return delete_segment(transaction, 50); }));
  CHECK(list() == std::vector{second});
}
