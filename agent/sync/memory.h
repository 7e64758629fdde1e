// The few values that the agent remembers from one process to the next: one small file, written only when a
// value has changed and somebody asks for it. Losing the file costs nothing but an early report.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "common/base/files.h"

namespace rollcall::sync {

class Memory {
 public:
  Memory(Files& files, std::string path) : files_(files), path_(std::move(path)) {}

  // A missing file is an empty memory; a damaged line is forgotten.
  Result<> load();
  // Does nothing when nothing changed since load() or the last save().
  Result<> save();

  std::string text(std::string_view name) const;  // empty when there is none
  void set_text(std::string_view name, std::string_view value);  // without line breaks; empty forgets
  std::optional<std::int64_t> number(std::string_view name) const;
  void set_number(std::string_view name, std::int64_t value);

  // When it is due in this boot's monotonic time: exact within the boot it was noted in; in another, by the
  // wall clock, at least now and at most `longest_ms` from now, nor longer than it was away when it was noted:
  // that clock may have been put back since. Nothing when it was never noted.
  std::optional<std::int64_t> due(std::string_view name, std::string_view boot_id, const Clock& clock,
                                  std::int64_t longest_ms) const;
  void set_due(std::string_view name, std::string_view boot_id, const Clock& clock, std::int64_t monotonic_ms);
  void forget(std::string_view name) { set_text(name, ""); }

 private:
  Files& files_;
  std::string path_;
  std::map<std::string, std::string, std::less<>> values_;
  bool changed_{};
};

}  // namespace rollcall::sync
