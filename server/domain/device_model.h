// The catalog: what kinds of device a district owns, and what belongs to each when it is handed out. Pure types and
// rules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace rollcall::domain {

enum class DeviceKind : std::uint8_t { laptop, tablet, hotspot, charger, cart, other };
inline constexpr std::size_t kDeviceKinds = 6;
std::string_view name_of(DeviceKind kind);
std::optional<DeviceKind> parse_device_kind(std::string_view text);

// What goes along with a device and has no tag of its own. A charger with a tag is a device.
enum class Accessory : std::uint8_t { charger, case_, stylus, keyboard, adapter };
inline constexpr std::size_t kAccessories = 5;
std::string_view name_of(Accessory accessory);  // "charger", "case", …
std::optional<Accessory> parse_accessory(std::string_view text);

// A set of accessories; stored and sent as its words, in their order.
class Kit {
 public:
  constexpr Kit() = default;
  constexpr bool has(Accessory accessory) const { return (bits_ & bit(accessory)) != 0; }
  constexpr Kit& add(Accessory accessory) { return bits_ |= bit(accessory), *this; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr Kit without(Kit others) const { return Kit(bits_ & ~unsigned{others.bits_}); }
  std::vector<std::string_view> words() const;
  std::string to_text() const;                             // "charger,case"; empty for none
  static std::optional<Kit> parse(std::string_view text);  // of to_text; nothing for an unknown word
  constexpr bool operator==(const Kit&) const = default;

 private:
  constexpr explicit Kit(unsigned bits) : bits_(static_cast<std::uint8_t>(bits)) {}
  static constexpr std::uint8_t bit(Accessory accessory) {
    return static_cast<std::uint8_t>(1u << static_cast<unsigned>(accessory));
  }
  std::uint8_t bits_{};
};

struct DeviceModel {
  std::string model_id{};  // ULID
  std::string maker{};
  std::string name{};  // "ThinkPad 11e Gen 6"; with its maker unique among those that are not deleted
  DeviceKind kind{DeviceKind::laptop};
  std::optional<std::int64_t> warranty_months{};
  std::optional<std::int64_t> life_months{};  // how long one is expected to serve
  std::optional<std::int64_t> cost_cents{};   // of one
  Kit kit{};                                  // what is handed out with it
  std::int64_t version{1};                    // counts changes; the ETag
  std::int64_t created_ms{};
  std::optional<std::int64_t> deleted_ms{};

  bool operator==(const DeviceModel&) const = default;
};

inline constexpr std::size_t kMaxModelText = 128;            // bytes
inline constexpr std::int64_t kMaxModelMonths = 240;         // 20 years
inline constexpr std::int64_t kMaxCostCents = 1'000'000'00;  // a million

// Texts trimmed; ready to be stored. Errors: invalid_argument with its field.
Result<DeviceModel> normalise(DeviceModel model);

// For comparing: "ThinkPad  11E" and "thinkpad 11e" are one.
std::string model_key(std::string_view name);

}  // namespace rollcall::domain
