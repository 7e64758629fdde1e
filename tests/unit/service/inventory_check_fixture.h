// Places with devices in them, and whoever comes with a scanner.
#pragma once

#include <map>
#include <string>

#include "server/service/inventory_checks.h"
#include "tests/unit/service/inventory_fixture.h"

namespace rollcall::service {

struct Audits : Inventory {
  std::map<std::string, std::int64_t, std::less<>> seen{};  // by device: on the school's network
  InventoryChecks checks{db, clock, random, audit, devices, custody,
                         [this](std::string_view device_id) -> std::optional<std::int64_t> {
                           const auto it = seen.find(device_id);
                           return it == seen.end() ? std::nullopt : std::optional(it->second);
                         }};
  std::string cart{place(domain::PlaceKind::cart, "Cart 7")};

  // A device with this tag, in the cart.
  std::string in_cart(const std::string& tag, const std::string& school = "north") {
    const auto id = device(tag, school);
    REQUIRE(must(give({tag, {.place = cart}, {}})).done());
    return id;
  }
  Result<std::string> id_of(const std::string& tag) {
    auto found = TRY(custody.check(everywhere, tag, {}));
    return found.devices.at(0).device.device_id;
  }
  Result<CheckView> start(const domain::Principal& who, const std::string& place_id) {
    return writes.run(domain::Actor::of(who), [&](Write& write) { return checks.start(write, who, place_id, "June"); });
  }
  std::string start() { return must(start(north, cart)).check.check_id; }
  Result<CheckScan> scan(const domain::Principal& who, const std::string& id, const std::string& code) {
    return writes.run(domain::Actor::of(who), [&](Write& write) { return checks.scan(write, who, id, code); });
  }
  std::string scanned(const std::string& id, const std::string& code) {
    return std::string(name_of(must(scan(north, id, code)).result));
  }
  Result<CheckAccounted> account(const domain::Principal& who, const std::string& id, const CheckAccount& told) {
    return writes.run(domain::Actor::of(who), [&](Write& write) { return checks.account(write, who, id, told); });
  }
  Result<CheckView> close(const std::string& id) {
    return writes.run(domain::Actor::of(north), [&](Write& write) { return checks.close(write, north, id, "done"); });
  }
  Result<CheckView> abandon(const std::string& id, const std::string& why) {
    return writes.run(domain::Actor::of(north), [&](Write& write) { return checks.abandon(write, north, id, why); });
  }
  // "T-1 scanned, T-2 missing", by tag, labels of no device last.
  std::string items(const std::string& id, std::optional<domain::CheckStatus> status = {}) {
    std::map<std::string, std::string> by_label;
    for (const auto& it : must(checks.items(north, id, status, "", 100)).items) {
      const auto label = it.device ? it.device->device.tag : it.item.item;
      by_label[(it.device ? "1" : "2") + label] = label + " " + std::string(domain::name_of(it.status));
    }
    std::string out;
    for (const auto& [_, words] : by_label) out.append(out.empty() ? "" : ", ").append(words);
    return out;
  }
};

}  // namespace rollcall::service
