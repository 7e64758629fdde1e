// What the rows of a list of devices say: words become values, and what is no value is noted and left out. Whether
// there is such a device is DeviceJudge's. Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "server/csv/dates.h"
#include "server/domain/device.h"
#include "server/service/device_lists.h"
#include "server/service/import_table.h"

namespace rollcall::service {

// One row, as far as it can be understood without looking anything up. Empty: the list says nothing of it.
struct DeviceLine {
  std::uint64_t line{};
  std::string id{};
  domain::DeviceChange change{};  // what needs no looking up
  std::string maker{}, model{};
  bool maker_told{};  // in a column of its own; otherwise it was taken off the model's name
  std::optional<domain::DeviceKind> kind{};  // for the model, when it is new
  std::optional<StatusMeaning> status{};
  std::string school{}, place{}, person{};
  std::size_t person_field{};  // where the list says who has it
  bool lists{true};  // the device is in the inventory from now on
};

class DeviceRows {
 public:
  DeviceRows(ImportTable& table, domain::DevicePreset preset) : table_(table), preset_(preset) {}

  // Reads the whole table once: which numbers of its dates are months, whether numbers have lost their zeros. Notes
  // what cannot be told. Errors: what the table says.
  Result<> look();
  // Nothing: the row was refused, and it is noted why.
  Result<std::optional<DeviceLine>> decode(const ImportRow& row) const;
  // Rows that are no devices.
  std::optional<RowRefusal> refusal_of(const csv::Columns& columns, const csv::Row& row) const;

 private:
  // Of a column of numbers: how long they are, and whether one begins with a zero.
  struct Numbers {
    std::map<std::size_t, std::int64_t> lengths{};
    bool zero{};
    void see(std::string_view text);
    bool have_lost_zeros() const;
  };
  std::string said(const ImportRow& row, std::size_t field, std::size_t max_bytes) const;
  // False: the row is refused.
  Result<bool> take_name(const ImportRow& row, DeviceLine& out) const;
  Result<> take_words(const ImportRow& row, DeviceLine& out) const;
  Result<> take_flags(const ImportRow& row, DeviceLine& out) const;
  Result<> take_papers(const ImportRow& row, DeviceLine& out) const;
  Result<> take_dates(const ImportRow& row, DeviceLine& out) const;
  void take_model(const ImportRow& row, DeviceLine& out) const;
  void take_holder(const ImportRow& row, DeviceLine& out) const;

  ImportTable& table_;
  const domain::DevicePreset preset_;
  std::array<csv::DateColumn, 3> dates_{};  // purchased, warranty_end, lease_end
};

}  // namespace rollcall::service
