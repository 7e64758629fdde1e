// The files of a roster, as one text: a line "=NAME" begins each. They are read to an end; what is said about them names
// a place that is there, in words of ours.
#include <algorithm>
#include <map>
#include <utility>

#include "common/base/text.h"
#include "server/service/roster_reader.h"
#include "tests/fuzz/fuzz.h"

namespace rollcall::fuzz {
namespace {

class Whole final : public csv::ByteSource {
 public:
  explicit Whole(std::string_view text) : text_(text) {}
  Result<std::string_view> next() override { return std::exchange(text_, {}); }

 private:
  std::string_view text_;
};

class TextArchive final : public csv::Archive {
 public:
  explicit TextArchive(std::string_view text) {
    std::string name = "users.csv";
    for (const auto line : split(text, '\n')) {
      if (line.starts_with('=')) name = to_lower(line.substr(1));
      else tables_[name] += std::string(line) + "\n";
    }
    for (const auto& [table, content] : tables_) entries_.push_back({table, content.size()});
  }
  Result<std::unique_ptr<csv::ByteSource>> read(std::string_view name) override {
    const auto found = tables_.find(name);
    if (found == tables_.end()) return fail(Errc::not_found, "not there");
    return std::make_unique<Whole>(found->second);
  }
  std::int64_t lines() const {
    std::int64_t most = 0;
    for (const auto& [name, text] : tables_) most = std::max(most, std::ranges::count_if(text, [](char c) { return c == '\n' || c == '\r'; }));
    return most;
  }

 private:
  std::map<std::string, std::string, std::less<>> tables_;
};

bool is_column(std::string_view name) {
  if (name.empty() || name == "value") return true;
  for (std::size_t i = 0; i < service::kRosterFiles; ++i) {
    const auto fields = service::fields_of(static_cast<service::RosterFile>(i));
    if (std::ranges::find(fields, name, &csv::Field::name) != fields.end()) return true;
  }
  return false;
}

void read_all(csv::Archive& archive, domain::ImportKind kind, service::ImportFindings& findings) {
  service::ImportWatch watch;
  const auto reader = service::RosterReader::open(archive, kind, findings, watch);
  if (!reader) return promise(printable(reader.error().message) == reader.error().message, "an error can be shown");
  for (std::size_t i = 0; i < service::kRosterFiles; ++i) {
    const auto file = static_cast<service::RosterFile>(i);
    if (!(*reader)->has(file)) continue;
    std::int64_t taken = 0;
    const auto count = [&](const service::RosterRow& row) -> Result<> {
      for (std::size_t field = 0; field < service::fields_of(file).size(); ++field) {
        promise(is_utf8(row.text(field, 16)) && row.text(field, 16).size() <= 16, "a text keeps its limit");
      }
      ++taken;
      return {};
    };
    if (!(*reader)->each(file, false, count)) continue;
    promise(taken <= (*reader)->counts(file).read, "no row is made up");
    const auto first = taken;
    taken = 0;
    promise((*reader)->each(file, true, count).has_value() && taken == first, "a second reading finds the same rows");
  }
}

}  // namespace
}  // namespace rollcall::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall;
  fuzz::Input input(data, size);
  const auto kind = input.byte() % 4 == 0 ? domain::ImportKind::students : domain::ImportKind::oneroster;
  fuzz::TextArchive archive(input.rest());
  service::ImportFindings findings([&](std::int64_t, std::span<const domain::ImportFinding> batch) -> Result<> {
    for (const auto& it : batch) {
      fuzz::promise(it.line >= 0 && it.line <= archive.lines(), "a finding names a line that is there");
      fuzz::promise(fuzz::is_column(it.column) && !it.reason.empty(), "in words of ours");
    }
    return {};
  });
  fuzz::read_all(archive, kind, findings);
  fuzz::promise(findings.flush().has_value(), "findings are handed on");
  return 0;
}
