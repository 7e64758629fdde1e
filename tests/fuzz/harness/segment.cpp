// A merged day of the report log as it lies on disk. Checksums find what a disk changes; this is about an older
// program's bytes, and about never doing worse than refusing. The first byte chooses.
#include <algorithm>

#include "server/storage/segment_block.h"
#include "server/storage/segment_file.h"
#include "tests/fuzz/fuzz.h"

namespace rollcall::fuzz {
namespace {

class Bytes final : public FileReader {
 public:
  explicit Bytes(std::string bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size() const override { return bytes_.size(); }
  Result<std::string> read(std::uint64_t offset, std::size_t size) const override {
    if (offset > bytes_.size() || size > bytes_.size() - offset) return fail(Errc::corrupt, "ends too early");
    return bytes_.substr(offset, size);
  }

 private:
  std::string bytes_;
};

void check_block(std::string_view bytes) {
  const auto entries = storage::decode_block(bytes, std::nullopt);
  if (!entries) return promise(entries.error().code == Errc::corrupt, "what cannot be read is corrupt");
  const std::string stored = storage::encode_block(*entries);
  const auto again = storage::decode_block(stored, std::nullopt);
  promise(again && storage::encode_block(*again) == stored, "entries are stored as they were read");
  if (entries->empty()) return;
  const std::int64_t agent_no = entries->front().agent_no;
  const auto mine = storage::decode_block(bytes, agent_no);
  promise(mine && static_cast<std::ptrdiff_t>(mine->size()) ==
                      std::ranges::count(*entries, agent_no, &domain::ReportEntry::agent_no),
          "one agent's entries are those of all that are its own");
}

void check_file(std::string_view bytes) {
  const auto segment = storage::Segment::open(std::make_unique<Bytes>(std::string(bytes)));
  if (!segment) return promise(segment.error().code == Errc::corrupt, "what cannot be read is corrupt");
  std::uint64_t reports = 0;
  const auto read = (*segment)->each([&](const domain::ReportEntry& entry) -> Result<> {
    ++reports;
    (void)(*segment)->entries_near(entry.agent_no, entry.log_id);
    return {};
  });
  promise(!read || reports == (*segment)->content().reports, "a segment holds what its foot says");
}

}  // namespace
}  // namespace rollcall::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall::fuzz;
  Input input(data, size);
  input.byte() == 'b' ? check_block(input.rest()) : check_file(input.rest());
  return 0;
}
