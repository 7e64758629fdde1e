// Random reports, mostly sane, sometimes absurd: what the encoder must make fit to travel. The bit `absurd`
// decides, so that both kinds are tried.
#pragma once

#include <rapidcheck.h>

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "common/wire/report.h"

namespace rollcall::wire {

struct Generator {
  bool absurd{};

  std::string text() const {
    if (absurd) return *rc::gen::arbitrary<std::string>();
    return *rc::gen::container<std::string>(rc::gen::inRange<char>(' ', 0x7f));
  }
  std::int64_t whole(std::int64_t min, std::int64_t max) const {
    return absurd ? *rc::gen::arbitrary<std::int64_t>() : *rc::gen::inRange(min, max);
  }
  bool flag() const { return *rc::gen::arbitrary<bool>(); }
  std::optional<bool> maybe_flag() const { return flag() ? std::optional(flag()) : std::nullopt; }
  std::optional<std::int64_t> maybe(std::int64_t min, std::int64_t max) const {
    return flag() ? std::optional(whole(min, max)) : std::nullopt;
  }
  std::optional<double> fraction(int max) const {
    if (!flag()) return std::nullopt;
    if (absurd) return *rc::gen::element(std::numeric_limits<double>::quiet_NaN(), -1.0, 1e300, -0.0, 0.04);
    return *rc::gen::inRange(0, max * 10) / 10.0;
  }
  template <class Enum>
  Enum word(int words) const {
    return static_cast<Enum>(*rc::gen::inRange(0, words));
  }
  template <class Make>
  auto some(Make make, int most) const {
    std::vector<decltype(make())> out;
    for (int i = *rc::gen::inRange(0, absurd ? 40 : most); i > 0; --i) out.push_back(make());
    return out;
  }

  BatteryPack pack() const {
    return {text(), word<PackState>(5), fraction(300), maybe(0, 1'000'000), maybe(0, 1'000'000), maybe(0, 1'000'000),
            maybe(1, 100'000), maybe(0, 100'000), maybe(0, 1'000'000), text(), text(), text(), text()};
  }
  Identity identity() const {
    return {text(), text(), flag(), text(), text(), text(), text(), text(), text(), text(), text(), text(),
            maybe_flag(), maybe_flag(), maybe_flag(), maybe_flag()};
  }
  Connectivity connectivity() const {
    Connectivity out;
    out.interfaces = some([&] { return NetworkInterface{text(), text(), flag(), flag(), flag(), flag()}; }, 4);
    if (flag()) out.wifi = Wifi{maybe(-200, 50), fraction(1'000), text(), text()};
    out.on_school_network = flag();
    out.dns_ms = maybe(0, 10'000), out.connect_ms = maybe(0, 10'000), out.tls_ms = maybe(0, 10'000);
    out.portal = word<PortalState>(3);
    out.tls_intercepted = maybe_flag();
    out.proxy = text();
    return out;
  }
  Health health() const {
    Health out;
    out.volumes = some([&] { return Volume{text(), whole(0, 1'000'000), whole(0, 1'000'000)}; }, 3);
    out.disks = some([&] { return Disk{text(), text(), text(), maybe_flag(), maybe(0, 200), maybe(0, 100'000), maybe(0, 9)}; }, 3);
    out.memory_total_mb = maybe(0, 64'000), out.memory_available_mb = maybe(0, 64'000);
    out.temperature_c = fraction(120);
    out.uptime_s = maybe(0, 1'000'000);
    out.boot_count = maybe(0, 10'000), out.unclean_shutdowns = maybe(0, 10'000);
    out.package_update_age_days = maybe(0, 1'000);
    out.disk_encrypted = maybe_flag();
    out.user_hash = text();
    return out;
  }
  Report report() const {
    Report out;
    out.sequence = static_cast<std::uint64_t>(whole(1, 1'000'000'000));
    out.boot_id = "boot" + text();
    out.monotonic_ms = whole(0, 1'000'000'000);
    out.wall_ms = whole(0, 2'000'000'000'000);
    out.occasion = word<Occasion>(7);
    out.collectors = some([&] { return CollectorResult{text(), word<CollectorState>(3), whole(0, 60'000), text()}; }, 4);
    if (flag()) out.identity = identity();
    if (flag()) out.battery = Battery{some([&] { return pack(); }, 3), maybe_flag()};
    if (flag()) out.connectivity = connectivity();
    if (flag()) out.health = health();
    return out;
  }
};

}  // namespace rollcall::wire
