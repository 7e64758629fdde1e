// One reading of a roster or of a list of devices: its state, what it found file by file, what is wrong row by row. Pure types and rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::domain {

enum class ImportKind : std::uint8_t { oneroster, students, devices };
inline constexpr int kImportKinds = 3;
std::string_view name_of(ImportKind kind);
std::optional<ImportKind> parse_import_kind(std::string_view text);

// Whose columns a list of devices has: Rollcall's own (and what anybody calls them), Snipe-IT's export of assets, the
// device list of the Google Admin console.
enum class DevicePreset : std::uint8_t { rollcall, snipe_it, google_admin };
inline constexpr int kDevicePresets = 3;
std::string_view name_of(DevicePreset preset);  // "rollcall", "snipe-it", "google-admin"
std::optional<DevicePreset> parse_device_preset(std::string_view text);

// queued → reading → planned (a dry run ends here) or writing → done. held: too much would vanish. Somebody approves
// what is held or was planned (→ queued), or cancels it. failed: `error` says why and what to do.
enum class ImportState : std::uint8_t { queued, reading, planned, held, writing, done, failed, canceled };
inline constexpr int kImportStates = 8;
std::string_view name_of(ImportState state);
std::optional<ImportState> parse_import_state(std::string_view text);
// Nothing happens to it by itself any more, and it takes no place among those that wait.
bool is_settled(ImportState state);

// gone: marked missing. Of devices: not in the list, which changes nothing of them.
struct FileCounts {
  std::string file{};  // "users.csv"; of devices also "models" and "custody", for what a list brings along
  std::string mode{};  // "bulk", "delta"; of devices the preset
  std::int64_t read{}, added{}, changed{}, gone{}, warnings{}, errors{};
  std::int64_t kept{};  // that were here before and not missing
  bool operator==(const FileCounts&) const = default;
};

// Would so many of those that are kept vanish that a person should look first?
bool vanishes(const FileCounts& counts, int percent);

struct Import {
  std::string import_id{};  // ULID
  ImportKind kind{ImportKind::oneroster};
  std::string source{};  // "upload", "folder"
  bool dry_run{};
  ImportState state{ImportState::queued};
  std::string actor{};  // Actor::to_text
  std::string approved_by{};
  std::int64_t created_ms{};
  std::optional<std::int64_t> started_ms{}, finished_ms{};
  std::string error{};  // of a planned or held one: what too much of would vanish
  std::vector<FileCounts> files{};
  std::int64_t findings{};  // in all; as many as kMaxFindings of them are listed
};

enum class Severity : std::uint8_t { warning, error };
std::string_view name_of(Severity severity);

// Never holds what a cell says. Of devices it may name another one that is in the way.
struct ImportFinding {
  std::string file{};
  std::int64_t line{};  // 0: the file as a whole
  std::string column{};  // as the standard spells it; empty: the row as a whole
  Severity severity{Severity::warning};
  std::string reason{};
  bool operator==(const ImportFinding&) const = default;
};

// Findings that say the same of one column.
struct FindingGroup {
  ImportFinding finding{};  // the first of them
  std::int64_t count{};
};

inline constexpr std::int64_t kMaxFindings = 100'000;
inline constexpr std::size_t kMaxFindingGroups = 100;

}  // namespace rollcall::domain
