// The table of everything that is collected: wire key, name, unit, purpose, limits. See fields.h.
#pragma once

#include "common/wire/fields.h"
#include "common/wire/limits.h"
#include "common/wire/report.h"

namespace rollcall::wire::detail {

template <class Visitor, Is<CollectorResult> Self>
void describe(Visitor& v, Self& it) {
  v.text({"n", "name", "", "Which collector this is about"}, it.name, kMaxText);
  v.word({"s", "state", "", "Whether it read, found nothing to read, or failed"}, it.state);
  v.number({"ms", "duration_ms", "ms", "How long it took: a slow sensor is a finding"}, it.duration_ms, 0,
           kMaxDurationMs);
  v.text({"e", "error", "", "Why it failed"}, it.error, kMaxErrorText);
}

template <class Visitor, Is<Identity> Self>
void describe(Visitor& v, Self& it) {
  v.text({"sn", "serial", "", "Ties the agent to the laptop in the inventory"}, it.serial, kMaxText);
  v.text({"ss", "serial_source", "", "Which firmware field the serial number came from"}, it.serial_source,
         kMaxText);
  v.flag({"sp", "serial_is_placeholder", "", "The maker left a filler text; a person has to decide"},
         it.serial_is_placeholder);
  v.text({"mf", "manufacturer", "", "Names the laptop's maker"}, it.manufacturer, kMaxText);
  v.text({"md", "model", "", "Names the laptop's model, to compare like with like"}, it.model, kMaxText);
  v.text({"bv", "bios_version", "", "Finds laptops that need a firmware update"}, it.bios_version, kMaxText);
  v.text({"uu", "system_uuid", "", "Recognizes the laptop when its serial number is of no use"},
         it.system_uuid, kMaxText);
  v.text({"mi", "machine_id_hash", "", "Tells one installation from the next; a keyed hash"},
         it.machine_id_hash, kMaxText);
  v.text({"os", "os_name", "", "Names the operating system"}, it.os_name, kMaxText);
  v.text({"ov", "os_version", "", "Finds systems that are out of support"}, it.os_version, kMaxText);
  v.text({"kr", "kernel", "", "Finds kernels with known faults"}, it.kernel, kMaxText);
  v.text({"av", "agent_version", "", "Tells which agent speaks"}, it.agent_version, kMaxText);
  v.flag({"hc", "has_camera", "", "Whether a camera is present; it is never used"}, it.has_camera);
  v.flag({"hk", "has_keyboard", "", "Whether a keyboard is present; it is never read"}, it.has_keyboard);
  v.flag({"hp", "has_touchpad", "", "Whether a touchpad is present"}, it.has_touchpad);
  v.flag({"ht", "has_touchscreen", "", "Whether a touch screen is present"}, it.has_touchscreen);
}

template <class Visitor, Is<BatteryPack> Self>
void describe(Visitor& v, Self& it) {
  v.text({"n", "name", "", "Which pack of the laptop this is"}, it.name, kMaxText);
  v.word({"s", "state", "", "Charging, discharging, full or idle"}, it.state);
  v.number({"pc", "percent", "%", "How full the pack is"}, it.percent, 0.0, kMaxPercent);
  v.number({"en", "now_mwh", "mWh", "Energy in the pack"}, it.now_mwh, 0, kMaxEnergyMwh);
  v.number({"ef", "full_mwh", "mWh", "Energy when full; its decline is the pack's wear"}, it.full_mwh, 0,
           kMaxEnergyMwh);
  v.number({"ed", "design_mwh", "mWh", "Energy when the pack was new"}, it.design_mwh, 0, kMaxEnergyMwh);
  v.number({"cy", "cycles", "", "How often it was charged; absent when the gauge does not know"}, it.cycles, 1,
           100'000);
  v.number({"mv", "voltage_mv", "mV", "Finds a failing cell"}, it.voltage_mv, 0, 100'000);
  v.number({"mw", "power_mw", "mW", "What the laptop draws, or the charger feeds"}, it.power_mw, 0, 1'000'000);
  v.text({"mf", "manufacturer", "", "Names the pack's maker"}, it.manufacturer, kMaxText);
  v.text({"md", "model", "", "Names the spare part"}, it.model, kMaxText);
  v.text({"sn", "serial", "", "Follows a pack that moves to another laptop"}, it.serial, kMaxText);
  v.text({"te", "technology", "", "The pack's chemistry"}, it.technology, kMaxText);
}

template <class Visitor, Is<Battery> Self>
void describe(Visitor& v, Self& it) {
  v.list({"p", "packs"}, it.packs, kMaxPacks);
  v.flag({"ac", "on_ac", "", "Whether the laptop is plugged in"}, it.on_ac);
}

template <class Visitor, Is<NetworkInterface> Self>
void describe(Visitor& v, Self& it) {
  v.text({"n", "name", "", "Which interface this is"}, it.name, kMaxText);
  v.text({"k", "kind", "", "Wired, Wi-Fi or other"}, it.kind, kMaxText);
  v.flag({"up", "up", "", "Whether it has a link"}, it.up);
  v.flag({"v4", "has_ipv4", "", "Whether it has an IPv4 address; never which"}, it.has_ipv4);
  v.flag({"v6", "has_ipv6", "", "Whether it has an IPv6 address; never which"}, it.has_ipv6);
  v.flag({"dr", "default_route", "", "Whether traffic leaves through it"}, it.default_route);
}

template <class Visitor, Is<Wifi> Self>
void describe(Visitor& v, Self& it) {
  v.number({"db", "signal_dbm", "dBm", "How well the laptop hears the access point"}, it.signal_dbm, -200, 50);
  v.number({"mb", "rate_mbps", "Mbit/s", "How fast the link is"}, it.rate_mbps, 0.0, 1'000'000.0);
  v.text({"id", "ssid", "", "The network's name, only when the school listed it as its own"}, it.ssid,
         kMaxText);
  v.text({"ap", "bssid", "", "The access point, only in school; kept for the access point, not for the laptop"},
         it.bssid, kMaxText);
}

template <class Visitor, Is<Connectivity> Self>
void describe(Visitor& v, Self& it) {
  v.list({"if", "interfaces"}, it.interfaces, kMaxInterfaces);
  v.object({"wf", "wifi"}, it.wifi);
  v.flag({"sc", "on_school_network", "", "Whether the laptop is on a network that the school listed"},
         it.on_school_network);
  v.number({"dn", "dns_ms", "ms", "How long the name server took"}, it.dns_ms, 0, kMaxDurationMs);
  v.number({"cn", "connect_ms", "ms", "How long connecting to the server took"}, it.connect_ms, 0,
           kMaxDurationMs);
  v.number({"tl", "tls_ms", "ms", "How long the secured handshake took"}, it.tls_ms, 0, kMaxDurationMs);
  v.word({"po", "portal", "", "Whether a sign-in page stands in the way"}, it.portal);
  v.flag({"ti", "tls_intercepted", "", "Whether something opens the secured connection"}, it.tls_intercepted);
  v.text({"px", "proxy", "", "The proxy that is used, without credentials"}, it.proxy, kMaxText);
}

template <class Visitor, Is<Volume> Self>
void describe(Visitor& v, Self& it) {
  v.text({"m", "mount", "", "Which volume this is"}, it.mount, kMaxText);
  v.number({"sz", "size_mb", "MB", "How large it is"}, it.size_mb, 0, kMaxMegabytes);
  v.number({"fr", "free_mb", "MB", "Finds laptops that are about to fill up"}, it.free_mb, 0, kMaxMegabytes);
}

template <class Visitor, Is<Disk> Self>
void describe(Visitor& v, Self& it) {
  v.text({"n", "name", "", "Which disk this is"}, it.name, kMaxText);
  v.text({"k", "kind", "", "NVMe, SATA, eMMC or other"}, it.kind, kMaxText);
  v.text({"md", "model", "", "Names the spare part"}, it.model, kMaxText);
  v.flag({"ok", "smart_passed", "", "The disk's own verdict on itself"}, it.smart_passed);
  v.number({"wr", "wear_percent", "%", "How much of its life is used up"}, it.wear_percent, 0, 1'000);
  v.number({"ph", "power_on_hours", "h", "How long it has been on"}, it.power_on_hours, 0, 10'000'000);
  v.number({"er", "media_errors", "", "Errors that lost data"}, it.media_errors, 0, kMaxInt);
}

template <class Visitor, Is<Health> Self>
void describe(Visitor& v, Self& it) {
  v.list({"vo", "volumes"}, it.volumes, kMaxVolumes);
  v.list({"di", "disks"}, it.disks, kMaxDisks);
  v.number({"mt", "memory_total_mb", "MB", "How much memory it has"}, it.memory_total_mb, 0, kMaxMegabytes);
  v.number({"ma", "memory_available_mb", "MB", "Finds laptops that are short of memory"},
           it.memory_available_mb, 0, kMaxMegabytes);
  v.number({"tc", "temperature_c", "°C", "The hottest sensor: finds a blocked fan"}, it.temperature_c, -100.0,
           300.0);
  v.number({"up", "uptime_s", "s", "How long since it was started"}, it.uptime_s, 0, kMaxInt / 1'000);
  v.number({"bc", "boot_count", "", "How often it was started"}, it.boot_count, 0, kMaxCount);
  v.number({"us", "unclean_shutdowns", "", "How often it went off without shutting down"},
           it.unclean_shutdowns, 0, kMaxCount);
  v.number({"pa", "package_update_age_days", "days", "Finds laptops that get no updates"},
           it.package_update_age_days, 0, 100'000);
  v.flag({"en", "disk_encrypted", "", "Whether a lost laptop's disk can be read"}, it.disk_encrypted);
  v.text({"ur", "user_hash", "", "Tells that somebody else uses it; a keyed hash, never a name"}, it.user_hash,
         kMaxText);
}

template <class Visitor, Is<Report> Self>
void describe(Visitor& v, Self& it) {
  v.required({"q", "sequence", "", "Orders the reports of one agent"}, it.sequence, 1, kMaxInt);
  v.boot({"b", "boot_id", "", "Tells one boot from the next"}, it.boot_id);
  v.required({"m", "monotonic_ms", "ms", "Time since boot: dates a sample even when the clock is wrong"},
             it.monotonic_ms, 0, kMaxWallMs);
  v.required({"w", "wall_ms", "ms", "The laptop's own clock"}, it.wall_ms, 0, kMaxWallMs);
  v.word({"o", "occasion", "", "Why it was sent: explains the silence after it"}, it.occasion);
  v.list({"co", "collectors"}, it.collectors, kMaxCollectors);
  v.object({"id", "identity"}, it.identity);
  v.object({"bat", "battery"}, it.battery);
  v.object({"net", "connectivity"}, it.connectivity);
  v.object({"hea", "health"}, it.health);
}

}  // namespace rollcall::wire::detail
