// A model of the catalog that was renamed takes its devices along, a few in a transaction: one that a hundred thousand
// devices are of holds nobody up. What an edit left to do is found anew after a start, so nothing is forgotten. Devices
// are not audited one by one: the record of the model's edit says it of all of them.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/service/writes.h"

namespace rollcall::service {

class ModelNames {
 public:
  ModelNames(sql::Database& db, Writes& writes) : db_(db), writes_(writes) {}

  // Before the doors open: what was not finished when the program ended.
  Result<> load();
  // Any thread, within the transaction that renames it or behind it; harmless when that is rolled back.
  void changed(std::string model_id);

  // The thread that runs due jobs.
  std::int64_t next_due() const;
  void run_due(std::int64_t now_ms);

 private:
  Result<> step(const std::string& model_id);

  sql::Database& db_;
  Writes& writes_;
  mutable std::mutex mutex_;
  std::vector<std::string> waiting_{};  // models; the last one is being worked off
  std::string done_{};                  // its devices up to this one are; of run_due only
  std::int64_t not_before_ms_{INT64_MIN};  // after a failure; of run_due only
};

}  // namespace rollcall::service
