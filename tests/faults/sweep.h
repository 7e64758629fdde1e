// Fails the first access of a kind, then the second, and so on until a workload meets no fault any more. Each try
// runs in a child process on a fresh copy of a prepared folder, because some faults end the process that meets
// them; then the folder is opened without faults and held to what the child had promised.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/sql/vfs_shim.h"

namespace rollcall::faults {

struct FaultKind {
  std::string name;
  std::optional<sql::Access::Operation> operation;  // absent: SQLite's memory
  int code = 0;                                     // SQLite's
  bool lasting = false;
};

const std::vector<FaultKind>& every_fault_kind();

// What a workload is handed in the child.
class Ground {
 public:
  virtual ~Ground() = default;
  virtual const std::string& folder() const = 0;
  virtual const std::string& vfs() const = 0;
  virtual void heal() = 0;
  // What nobody may find broken afterwards; durable at once, as an answer on the wire is.
  virtual void promise(std::string_view line) = 0;
  // What must not happen in the child itself.
  virtual void complain(std::string_view line) = 0;
};

struct Workload {
  std::function<void(const std::string& folder)> prepare;  // once, without faults
  std::function<void(Ground& ground)> run;
  // Returns what is wrong, a line each.
  std::function<std::vector<std::string>(const std::string& folder, const std::vector<std::string>& promises)> inspect;
};

struct Swept {
  int tries = 0;     // that met the fault
  int aborted = 0;   // that ended by SIGABRT
  int promises = 0;  // of all tries
  std::vector<std::string> findings;
};

// Every access up to `dense` is failed, from then on every `stride`-th.
Swept sweep(const Workload& workload, const FaultKind& kind, std::int64_t dense, std::int64_t stride);

}  // namespace rollcall::faults
