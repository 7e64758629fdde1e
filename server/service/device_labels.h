// Labels for devices, ready to print. What a label says comes from the device's own record: its tag, its maker and
// model, and the line that the configuration gives all of them; never from who holds it. Thread-safe; reads the database.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/permission.h"
#include "server/labels/label.h"

namespace rollcall::service {

struct LabelSheet {
  labels::Stock stock{labels::Stock::avery_5160};
  int start{1};
};
struct LabelPrinter {
  int dpi{203};
};

struct LabelOrder {
  std::vector<std::string> devices{};  // ids or tags, in the order of printing; one may stand there twice
  std::variant<LabelSheet, LabelPrinter> on{};
};

class DeviceLabels {
 public:
  // `heading` is the first line of every label; empty: none.
  DeviceLabels(sql::Database& db, std::string heading) : db_(db), heading_(std::move(heading)) {}

  // A PDF for sheets, ZPL for a printer. Errors: not_found (no such device, or out of `reach`), invalid_argument; the
  // field is "devices[n]", "devices", "start" or "dpi".
  Result<std::string> make(const domain::Scope& reach, const LabelOrder& order);

 private:
  Result<std::vector<labels::Label>> labels_for(const domain::Scope& reach, const std::vector<std::string>& devices);

  sql::Database& db_;
  const std::string heading_;
};

}  // namespace rollcall::service
