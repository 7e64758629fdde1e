// A device is the thing with a tag and a history: a laptop, whatever is installed on it. It is known by what
// its maker engraved (serial and maker), never by a name, an address or an installation.
// Pure types and rules: no I/O, no clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::domain {

struct Device {
  std::string device_id{};  // ULID, for people
  std::string serial{};     // normalised; empty when there is none, when it is a placeholder or contested
  std::string maker{};      // as the firmware says ("LENOVO"); compared through normalise_maker
  std::string model{};
  std::string tag{};        // the district's own asset tag; empty for none; unique among live devices
  std::string school_id{};  // of server.yaml's `schools`; empty for none
  std::int64_t version{1};  // counts changes; the ETag
  std::int64_t created_ms{};
  std::optional<std::int64_t> deleted_ms{};

  bool deleted() const { return deleted_ms.has_value(); }
};

// What a person may change. Absent: left alone. Empty: taken away.
struct DeviceChange {
  std::optional<std::string> tag{};
  std::optional<std::string> school_id{};
};

inline constexpr std::size_t kMaxTag = 64;     // bytes
inline constexpr std::size_t kMaxSerial = 64;  // bytes

// White space trimmed and inner runs made one blank, ASCII upper case; empty for a placeholder, for text
// that is too long and for text with characters that nobody sees (base/text.h, printable).
std::string normalise_serial(std::string_view text);

// "Hewlett-Packard", "HP" and "HP Inc." are one maker: lower case, legal forms and punctuation dropped.
std::string normalise_maker(std::string_view text);

// Values that firmware carries when nobody wrote a serial. The whole value decides, never a part of it:
// "serial" inside a real serial is legitimate.
bool is_placeholder_serial(std::string_view text);
bool is_placeholder_uuid(std::string_view text);

// Trimmed, printable, at most kMaxTag bytes; nothing when it cannot be a tag.
std::optional<std::string> normalise_tag(std::string_view text);

}  // namespace rollcall::domain
