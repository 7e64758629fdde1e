// The lists of fields behind report_mapping.h. `Archive` is Writer or Reader, `Self` const for a Writer.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "common/wire/limits.h"
#include "common/wire/report.h"
#include "server/storage/packing.h"

namespace rollcall::service::detail {

class Writer {
 public:
  explicit Writer(std::string& out) : pack_(out) {}
  void operator()(const std::string& value) { pack_.text(value); }
  void operator()(bool value) { pack_.number(value); }
  void operator()(std::int64_t value) { pack_.signed_number(value); }
  void operator()(const std::optional<std::int64_t>& value) { pack_.optional_number(value); }
  void operator()(const std::optional<double>& value) { pack_.optional_real(value); }
  void operator()(const std::optional<bool>& value) { pack_.number(value ? 1 + (*value ? 1 : 0) : 0); }
  template <class Enum>
    requires std::is_enum_v<Enum>
  void operator()(Enum value) {
    pack_.number(static_cast<std::uint64_t>(value));
  }
  // Several yes-or-no facts in one number.
  template <std::same_as<bool>... Bools>
  void bits(const Bools&... values) {
    std::uint64_t all = 0;
    unsigned place = 0;
    ((all |= static_cast<std::uint64_t>(values) << place++), ...);
    pack_.number(all);
  }
  template <class Item, class Each>
  void list(const std::vector<Item>& items, Each each) {
    pack_.number(items.size());
    for (const Item& item : items) each(item);
  }

 private:
  storage::Packer pack_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : unpack_(bytes) {}
  void operator()(std::string& value) { value = unpack_.text(); }
  void operator()(bool& value) { value = unpack_.number() != 0; }
  void operator()(std::int64_t& value) { value = unpack_.signed_number(); }
  void operator()(std::optional<std::int64_t>& value) { value = unpack_.optional_number(); }
  void operator()(std::optional<double>& value) { value = unpack_.optional_real(); }
  void operator()(std::optional<bool>& value) {
    const std::uint64_t stored = unpack_.number();
    value = stored == 0 ? std::nullopt : std::optional(stored == 2);
  }
  template <class Enum>
    requires std::is_enum_v<Enum>
  void operator()(Enum& value) {
    value = static_cast<Enum>(unpack_.number());
  }
  template <std::same_as<bool>... Bools>
  void bits(Bools&... values) {
    const std::uint64_t all = unpack_.number();
    unsigned place = 0;
    ((values = (all >> place++) & 1), ...);
  }
  // The steady part has made the items already, or there are none yet.
  template <class Item, class Each>
  void list(std::vector<Item>& items, Each each) {
    constexpr std::uint64_t kMost = 64;
    items.resize(std::min(unpack_.number(), kMost));
    for (Item& item : items) each(item);
  }

 private:
  storage::Unpacker unpack_;
};

template <class Self, class Struct>
concept Is = std::same_as<std::remove_const_t<Self>, Struct>;

template <class Archive, Is<wire::Identity> Self>
void steady(Archive& a, Self& it) {
  a(it.serial), a(it.serial_source), a(it.serial_is_placeholder), a(it.manufacturer), a(it.model);
  a(it.bios_version), a(it.system_uuid), a(it.machine_id_hash), a(it.os_name), a(it.os_version), a(it.kernel);
  a(it.agent_version), a(it.has_camera), a(it.has_keyboard), a(it.has_touchpad), a(it.has_touchscreen);
}

template <class Archive, Is<wire::Battery> Self>
void steady(Archive& a, Self& it) {
  a.list(it.packs, [&](auto& pack) {
    a(pack.name), a(pack.design_mwh), a(pack.manufacturer), a(pack.model), a(pack.serial), a(pack.technology);
  });
}
template <class Archive, Is<wire::Battery> Self>
void varying(Archive& a, Self& it) {
  a(it.on_ac);
  a.list(it.packs, [&](auto& pack) {
    a(pack.state), a(pack.percent), a(pack.now_mwh), a(pack.full_mwh), a(pack.cycles), a(pack.voltage_mv);
    a(pack.power_mw);
  });
}

template <class Archive, Is<wire::Connectivity> Self>
void steady(Archive& a, Self& it) {
  a.list(it.interfaces, [&](auto& one) { a(one.name), a(one.kind); });
  a(it.proxy);
}
template <class Archive, Is<wire::Connectivity> Self>
void varying(Archive& a, Self& it) {
  bool has_wifi = it.wifi.has_value();
  a.bits(it.on_school_network, has_wifi);
  a(it.portal), a(it.tls_intercepted);
  a.list(it.interfaces, [&](auto& one) { a.bits(one.up, one.has_ipv4, one.has_ipv6, one.default_route); });
  a(it.dns_ms), a(it.connect_ms), a(it.tls_ms);
  if (!has_wifi) return;
  if constexpr (!std::is_const_v<Self>) it.wifi.emplace();
  a(it.wifi->signal_dbm), a(it.wifi->rate_mbps);
}

template <class Archive, Is<wire::Health> Self>
void steady(Archive& a, Self& it) {
  a.list(it.volumes, [&](auto& volume) { a(volume.mount), a(volume.size_mb); });
  a.list(it.disks, [&](auto& disk) {
    a(disk.name), a(disk.kind), a(disk.model), a(disk.wear_percent), a(disk.media_errors);
  });
  a(it.memory_total_mb), a(it.disk_encrypted), a(it.user_hash);
  a(it.boot_count), a(it.unclean_shutdowns), a(it.package_update_age_days);
}
template <class Archive, Is<wire::Health> Self>
void varying(Archive& a, Self& it) {
  a.list(it.volumes, [&](auto& volume) { a(volume.free_mb); });
  a.list(it.disks, [&](auto& disk) { a(disk.smart_passed), a(disk.power_on_hours); });
  a(it.memory_available_mb), a(it.temperature_c), a(it.uptime_s);
}

// The frame of a report: boot, clocks, what each collector said. `observed_ms` is the server's date for it.
template <class Archive, Is<wire::Report> Self>
void steady(Archive& a, Self& it) {
  a(it.boot_id);
  a.list(it.collectors, [&](auto& collector) { a(collector.name), a(collector.error); });
}
template <class Archive, Is<wire::Report> Self>
void varying(Archive& a, Self& it, bool& battery_absent, std::int64_t observed_ms) {
  a.bits(battery_absent);
  a(it.monotonic_ms);
  // Modulo 2^64: a damaged entry may hold any two instants.
  const auto observed = static_cast<std::uint64_t>(observed_ms);
  auto clock_error = static_cast<std::int64_t>(static_cast<std::uint64_t>(it.wall_ms) - observed);
  a(clock_error);
  if constexpr (!std::is_const_v<Self>) {
    it.wall_ms = static_cast<std::int64_t>(observed + static_cast<std::uint64_t>(clock_error));
  }
  a.list(it.collectors, [&](auto& collector) { a(collector.state), a(collector.duration_ms); });
}

}  // namespace rollcall::service::detail
