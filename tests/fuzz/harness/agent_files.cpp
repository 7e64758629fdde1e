// What the agent reads back from its own disk, which a power cut or a hand may have changed, and the addresses
// that people type. The first byte chooses.
#include <string>

#include "agent/app/running_file.h"
#include "agent/collect/privacy.h"
#include "agent/sync/captive_portal.h"
#include "agent/sync/memory.h"
#include "agent/sync/state_folder.h"
#include "common/base/text.h"
#include "common/net/client_dial.h"
#include "tests/fuzz/fuzz.h"

namespace rollcall::fuzz {
namespace {

// One file, whatever its name.
class OneFile final : public Files {
 public:
  explicit OneFile(std::string_view bytes) : bytes_(bytes) {}
  Result<std::string> read(const std::string&, std::size_t limit) const override {
    if (bytes_.size() > limit) return fail(Errc::too_large, "too large");
    return bytes_;
  }
  Result<> write_atomic(const std::string&, std::string_view bytes, unsigned) override {
    bytes_ = bytes;
    return {};
  }
  Result<std::unique_ptr<FileWriter>> create(const std::string&, unsigned) override { return large(); }
  Result<std::unique_ptr<FileReader>> open(const std::string&) const override { return large(); }
  Result<> sync_folder(const std::string&) override { return {}; }
  Result<> remove(const std::string&) override { return {}; }
  Result<> rename(const std::string&, const std::string&) override { return {}; }
  Result<> make_directories(const std::string&, unsigned) override { return {}; }
  Result<FileInfo> info(const std::string&) const override {
    return FileInfo{FileInfo::Kind::regular, bytes_.size(), 0600, 0, 0};
  }
  Result<std::vector<std::string>> list(const std::string&) const override { return std::vector<std::string>(); }

 private:
  static std::unexpected<Error> large() { return fail(Errc::not_found, "an agent has no large files"); }
  std::string bytes_;
};

void check_memory(std::string_view bytes) {
  OneFile file(bytes);
  const FakeClock clock;
  sync::Memory memory(file, "memory");
  promise(memory.load().has_value(), "a damaged memory is an empty one");
  for (const char* name : {"renew", "identity", "x"}) {
    const auto due = memory.due(name, "boot", clock, kDayMs);
    promise(!due || (*due >= clock.monotonic_ms() && *due <= clock.monotonic_ms() + kDayMs), "nothing is due later than asked");
    memory.number(name);
  }
  memory.set_due("mine", "boot", clock, clock.monotonic_ms() + 5'000);
  promise(memory.save().has_value(), "memory is written");
  sync::Memory again(file, "memory");
  promise(again.load() && again.due("mine", "boot", clock, kDayMs) == clock.monotonic_ms() + 5'000, "what was noted is remembered");
}

void check_running(std::string_view bytes) {
  OneFile file(bytes);
  app::RunningFile running(file, "run", "state");
  const auto found = running.read();
  if (!found) return;
  running.write(*found);
  const auto again = running.read();
  promise(again && again->pid == found->pid && again->reached_ms == found->reached_ms && again->waiting == found->waiting,
          "a running agent is read as written");
}

void check_state(std::string_view bytes) {
  OneFile file(bytes);
  const sync::StateFolder folder(file, "state");
  folder.policy();
  if (const auto credentials = folder.credentials(); !credentials) {
    promise(!credentials.error().message.empty(), "a refusal says why");
  }
}

void check_policy(std::string_view text) {
  Input input(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  const std::string network(input.line()), address(input.line());
  const bool inside = collect::address_in(address, network);
  wire::Policy policy;
  policy.school_networks = {network};
  promise(!inside || collect::is_school_uplink(policy, {"eth0", {address}, ""}), "an address in a school's network is at school");
  wire::Policy::SchoolHours hours;
  hours.time_zone = input.line();
  hours.days = {1, 2, 3, 4, 5};
  hours.start_minute = static_cast<int>(input.byte()) * 6;
  hours.end_minute = hours.start_minute;
  policy.hours = hours;
  const auto at = parse_number<std::int64_t>(input.line()).value_or(0);
  promise(!collect::is_school_time(policy, at), "equal ends mean no hour at all");
}

void check_url(std::string_view text) {
  if (const auto url = net::parse_url(text)) {
    promise(!url->host.empty() && parse_number<std::uint16_t>(url->port).value_or(0) > 0, "an address has a host and a port");
    promise(url->host.find_first_of(" \t\r\n/\\@?#") == std::string::npos, "a host cannot change the request");
  }
  if (const auto probe = sync::probe_url_of(std::string(text))) {
    promise(net::parse_url(*probe).has_value(), "the portal probe has an address");
  }
}

}  // namespace
}  // namespace rollcall::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall;
  fuzz::Input input(data, size);
  switch (input.byte()) {
    case 'm': fuzz::check_memory(input.rest()); break;
    case 'r': fuzz::check_running(input.rest()); break;
    case 's': fuzz::check_state(input.rest()); break;
    case 'p': fuzz::check_policy(input.rest()); break;
    default: fuzz::check_url(input.rest()); break;
  }
  return 0;
}
