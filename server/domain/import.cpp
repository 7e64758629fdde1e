#include "server/domain/import.h"

#include "server/domain/word_list.h"

namespace rollcall::domain {
namespace {

constexpr std::array<std::string_view, kImportStates> kStates{"queued", "reading", "planned", "held",
                                                              "writing", "done",   "failed",  "canceled"};
constexpr std::array<std::string_view, kImportKinds> kKinds{"oneroster", "students", "devices"};
constexpr std::array<std::string_view, kDevicePresets> kPresets{"rollcall", "snipe-it", "google-admin"};

}  // namespace

std::string_view name_of(ImportKind kind) { return word_of(kKinds, kind); }
std::optional<ImportKind> parse_import_kind(std::string_view text) { return find_word<ImportKind>(kKinds, text); }

std::string_view name_of(DevicePreset preset) { return word_of(kPresets, preset); }
std::optional<DevicePreset> parse_device_preset(std::string_view text) {
  return find_word<DevicePreset>(kPresets, text);
}

std::string_view name_of(ImportState state) { return word_of(kStates, state); }
std::optional<ImportState> parse_import_state(std::string_view text) { return find_word<ImportState>(kStates, text); }

bool is_settled(ImportState state) {
  return state == ImportState::planned || state == ImportState::done || state == ImportState::failed ||
         state == ImportState::canceled;
}

bool vanishes(const FileCounts& counts, int percent) { return counts.gone * 100 > counts.kept * percent; }

std::string_view name_of(Severity severity) { return severity == Severity::error ? "error" : "warning"; }

}  // namespace rollcall::domain
