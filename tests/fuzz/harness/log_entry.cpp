// What the server reads back from its disk: entries of the report log, agents' states. Page checksums find what
// a disk changes; this is about an older program's bytes, and about never doing worse than refusing. The first
// byte chooses.
#include "common/wire/codec.h"
#include "server/service/report_mapping.h"
#include "server/storage/agent_state_store.h"
#include "server/storage/report_codec.h"
#include "tests/fuzz/fuzz.h"

namespace rollcall::fuzz {
namespace {

domain::ReportEntry keys() {
  domain::ReportEntry entry;
  entry.log_id = 1'000;
  entry.agent_no = 7;
  entry.received_ms = 1'760'000'000'000;
  return entry;
}

void check_entry(std::string_view facts) {
  const auto entry = storage::decode_entry(keys(), facts);
  if (!entry) return promise(entry.error().code == Errc::corrupt, "what cannot be read is corrupt");
  const std::string stored = storage::encode_entry(*entry);
  const auto again = storage::decode_entry(keys(), stored);
  promise(again && storage::encode_entry(*again) == stored, "an entry is stored as it was read");
  promise(again->sequence == entry->sequence && again->occasion == entry->occasion, "what tells of an entry is stored");

  const auto reading = service::reading_of(*entry);
  domain::DeviceState state;
  domain::fold(state, *entry, reading);
  promise(state.log_id == entry->log_id, "the newest entry is known");
  auto report = service::report_of(*entry);
  report.sequence = 1;
  report.boot_id = "boot";
  const auto shown = wire::decode_report(wire::encode(report));
  promise(shown.has_value(), "what is shown keeps the vocabulary's limits");
}

void check_state(std::string_view bytes) {
  const auto state = storage::decode_state(bytes);
  if (!state) return promise(state.error().code == Errc::corrupt, "what cannot be read is corrupt");
  const std::string stored = storage::encode_state(*state);
  const auto again = storage::decode_state(stored);
  promise(again && storage::encode_state(*again) == stored, "a state is stored as it was read");
  service::latest_of(*state, {});
  domain::battery_summary(*state);
}

void check_sections(std::string_view steady) {
  storage::Sections sections;
  sections.fill(std::string(steady));
  domain::DeviceState state;
  state.sampled_ms.fill(1);
  state.varying.fill(std::string(steady));
  auto report = service::latest_of(state, sections);
  report.sequence = 1;
  report.boot_id = "boot";
  promise(wire::decode_report(wire::encode(report)).has_value(), "what is shown keeps the vocabulary's limits");
  service::identity_of(steady);
}

// A report that came over the wire and is stored is the report that is shown, but for the access point.
void check_stored(std::string_view json) {
  auto decoded = wire::decode_report(json);
  if (!decoded) return;
  wire::Report sent = std::move(decoded->message);
  domain::ReportEntry entry = keys();
  entry.observed_ms = sent.wall_ms;
  entry.sequence = sent.sequence;
  entry.occasion = static_cast<domain::Occasion>(sent.occasion);
  std::string buffer;
  service::fill_parts(sent, entry, buffer);
  for (std::size_t i = 0; i < domain::kSections; ++i) {
    domain::SectionPart& part = entry.parts[i];
    part.logged = part.sampled;
    if (part.logged) part.steady = service::steady_of(sent, static_cast<domain::Section>(i));
  }
  const auto stored = storage::decode_entry(keys(), storage::encode_entry(entry));
  promise(stored.has_value(), "what was stored can be read");
  domain::ReportEntry read = *stored;
  read.observed_ms = entry.observed_ms;
  if (sent.connectivity && sent.connectivity->wifi) sent.connectivity->wifi->ssid = sent.connectivity->wifi->bssid = "";
  promise(wire::encode(service::report_of(read)) == wire::encode(sent), "a report is shown as it came");
}

}  // namespace
}  // namespace rollcall::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall::fuzz;
  Input input(data, size);
  switch (input.byte()) {
    case 'e': check_entry(input.rest()); break;
    case 's': check_state(input.rest()); break;
    case 'l': check_sections(input.rest()); break;
    default: check_stored(input.rest()); break;
  }
  return 0;
}
