// /sys/class/power_supply: one attribute a line, "name=value"; the first line is the supply's own name. Gauges
// lie in every way that there is.
#include "agent/collect/battery.h"
#include "common/base/text.h"
#include "tests/fuzz/harness/collect_common.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall;
  fuzz::Input input(data, size);
  const auto name = input.line();
  collect::PowerSupply supply;
  while (!input.rest().empty()) {
    const auto line = input.line();
    const auto equals = line.find('=');
    if (equals != line.npos) supply.insert_or_assign(std::string(line.substr(0, equals)), std::string(trim(line.substr(equals + 1))));
  }
  const auto pack = collect::parse_pack(name, supply);
  const auto mains = collect::parse_mains(supply);
  fuzz::promise(!pack || !mains, "a supply is a pack or mains, not both");
  if (!pack) return 0;
  fuzz::promise(!pack->power_mw || *pack->power_mw >= 0, "power is never negative");
  fuzz::promise(!pack->cycles || *pack->cycles > 0, "no cycles means that they are not known");
  wire::Report report;
  report.battery = wire::Battery{{*pack}, mains};
  const auto received = fuzz::as_received(report);
  const auto& travelled = received.battery->packs.front();
  fuzz::promise(travelled.now_mwh == pack->now_mwh && travelled.full_mwh == pack->full_mwh && travelled.cycles == pack->cycles &&
                    travelled.voltage_mv == pack->voltage_mv && travelled.power_mw == pack->power_mw,
                "a value outside of the vocabulary's limits is left out by the collector, not by the codec");
  return 0;
}
