// What one act writes: everything of it has one id, one actor, one instant. For CustodyLedger only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "server/service/audit.h"
#include "server/service/custody.h"
#include "server/service/writes.h"

namespace rollcall::service {

// A device in the course of an act.
struct Moved {
  domain::Device device{};                   // changes as the act goes on
  std::optional<domain::Custody> custody{};  // the open row
};

class CustodyAct {
 public:
  CustodyAct(Write& write, const Clock& clock, Random& random, Audit& audit);

  // The row is closed; the device is nobody's.
  Result<> close(Moved& moved, domain::CustodyReason reason, const Handing& handing);
  // A row is opened for `to`; the device has none that is open. `kit`: what goes along unless the handing says.
  Result<> open(Moved& moved, const domain::Holder& to, domain::CustodyReason reason, const Handing& handing,
                domain::Kit kit);
  // Writes what the device became, so that it can be undone, and the record of it: `action` "custody.give" with
  // `detail`. `before`: the device as it was when the act began. Once a device.
  Result<> settle(Moved& moved, const domain::Device& before, std::string_view action, std::string_view detail,
                  std::string_view undoes = {});

  const std::string& id() const { return id_; }

 private:
  domain::Custody::End end(std::int64_t at_ms, domain::CustodyReason reason, const domain::Device& device,
                           domain::Kit kit, const Handing& handing) const;
  Result<std::int64_t> next_instant(std::string_view device_id) const;

  Write& write_;
  const Clock& clock_;
  Random& random_;
  Audit& audit_;
  std::string id_;
};

}  // namespace rollcall::service
