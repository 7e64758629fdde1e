// What becomes of one row of a list of devices: which device it is, what changes of it, who gets it, and what is in the
// way. Asked twice: when the list is compared, and again within the transaction that writes. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/custody.h"
#include "server/domain/device.h"
#include "server/service/custody.h"
#include "server/service/device_names.h"
#include "server/service/device_rows.h"

namespace rollcall::service {

struct NewModel {
  std::string maker{}, name{};
  domain::DeviceKind kind{domain::DeviceKind::laptop};
};

struct JudgedDevice {
  enum class Outcome : std::uint8_t { same, add, edit, refuse };
  struct Note {
    std::size_t field{};  // of device_field, or ImportTable::kWhole
    std::string reason{};
  };
  Outcome outcome{Outcome::same};
  std::string device_id{};  // of one that is here
  std::int64_t version{};
  domain::DeviceChange change{};
  std::optional<NewModel> new_model{};  // that the catalog does not have so far
  std::optional<Receiver> to{};         // who is to have it, whom nothing keeps from it
  std::optional<Note> refusal{};
  std::vector<Note> warnings{};
};

class DeviceJudge {
 public:
  // `names` outlives this.
  explicit DeviceJudge(DeviceNames& names) : names_(names) {}

  // Errors: what the database says; what is wrong with the row is in the answer.
  Result<JudgedDevice> judge(sql::Snapshot& snapshot, const DeviceLine& line);

  // Listed devices that were met so far.
  std::int64_t met() const { return met_; }
  // From now on a row that comes again is meant: those that are refused have been sorted out.
  void begin_again() { again_ = true; }

 private:
  using Target = std::optional<domain::Asset>;
  Result<Target> find(sql::Snapshot& snapshot, const DeviceLine& line, JudgedDevice& out);
  Result<std::optional<domain::Device>> find_by_serial(sql::Snapshot& snapshot, const DeviceLine& line,
                                                       JudgedDevice& out) const;
  // False: the file had this one before. `counts`: it is not refused already.
  bool is_first(const DeviceLine& line, const Target& target, bool counts);
  Result<> expect_new(sql::Snapshot& snapshot, const DeviceLine& line, JudgedDevice& out) const;
  void name_model(const DeviceLine& line, const Target& target, JudgedDevice& out);
  void name_school(const DeviceLine& line, JudgedDevice& out);
  void take_status(const DeviceLine& line, const Target& target, JudgedDevice& out) const;
  Result<> give(sql::Snapshot& snapshot, const DeviceLine& line, const domain::Device& device, bool is_new,
                JudgedDevice& out);
  Result<std::optional<domain::Holder>> holder_of(sql::Snapshot& snapshot, const DeviceLine& line,
                                                  const domain::Device& device, const domain::Holder& now,
                                                  JudgedDevice& out);
  std::optional<domain::Holder> place_of(const DeviceLine& line, const domain::Device& device,
                                         const domain::Holder& now, JudgedDevice& out);
  bool is_news(std::size_t field, const std::string& text);  // nothing was said of this name so far

  DeviceNames& names_;
  std::unordered_set<std::uint64_t> seen_, said_;
  std::int64_t met_{};
  bool again_{};
};

}  // namespace rollcall::service
