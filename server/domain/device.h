// A device is the thing with a tag and a history: a laptop, whatever is installed on it. It is known by what
// its maker engraved (serial and maker), never by a name, an address or an installation.
// Pure types and rules: no I/O, no clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/domain/asset.h"
#include "server/domain/holder.h"

namespace rollcall::domain {

struct Device {
  std::string device_id{};  // ULID, for people
  std::string serial{};     // normalised; empty when there is none, when it is a placeholder or contested
  // As the catalog says when it has the model, otherwise as the firmware does ("LENOVO", "20XW"); makers are compared
  // through normalise_maker.
  std::string maker{};
  std::string model{};
  std::string model_id{};   // of the catalog; empty: it does not have this model
  std::string tag{};        // the district's own asset tag; empty for none; unique among live devices
  std::string school_id{};  // of server.yaml's `schools`; empty for none
  std::int64_t version{1};  // counts changes; the ETag
  std::int64_t created_ms{};
  std::optional<std::int64_t> deleted_ms{};
  Standing standing{};
  HolderKind held_by{HolderKind::nobody};  // of custody; read with it, written by service::CustodyLedger only

  bool deleted() const { return deleted_ms.has_value(); }
};

// With its papers: everything that a person may look at and change.
struct Asset {
  Device device{};
  Papers papers{};
};

// What a person may change. Absent: left alone. Empty (a text, or an empty optional inside): taken away.
struct DeviceChange {
  std::optional<std::string> tag{}, school_id{}, serial{}, maker{}, model{}, model_id{};
  std::optional<DeviceKind> kind{};
  std::optional<Lifecycle> lifecycle{};
  std::optional<Condition> condition{};
  std::optional<Ownership> ownership{};
  std::optional<Kit> kit{};
  std::optional<bool> lost{}, stolen{}, on_hold{};
  std::optional<std::string> funding_source{}, purchase_order{}, insurance{}, hold_reason{}, note{};
  std::optional<std::optional<std::int64_t>> cost_cents{};
  std::optional<std::optional<LocalDate>> purchased{}, warranty_end{}, lease_end{};
  bool listed{};  // the inventory has it from now on, if it did not before
};

inline constexpr std::size_t kMaxTag = 64;     // bytes
inline constexpr std::size_t kMaxSerial = 64;  // bytes

// White space trimmed and inner runs made one blank, ASCII upper case; empty for a placeholder, for text
// that is too long and for text with characters that nobody sees (base/text.h, printable).
std::string normalise_serial(std::string_view text);

// "Hewlett-Packard", "HP" and "HP Inc." are one maker: lower case, legal forms and punctuation dropped.
std::string normalise_maker(std::string_view text);

// Trimmed, printable, at most kMaxTag bytes; nothing when it cannot be a tag.
std::optional<std::string> normalise_tag(std::string_view text);

}  // namespace rollcall::domain
