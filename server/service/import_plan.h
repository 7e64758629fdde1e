// What an import would do, and does: compared with what is kept (make), then written (write). Not thread-safe.
#pragma once

#include <vector>

#include "common/base/result.h"
#include "server/domain/import.h"

namespace rollcall::service {

class ImportPlan {
 public:
  virtual ~ImportPlan() = default;
  // Writes nothing but findings. Errors: what the archive and the database say; conflict (canceled).
  virtual Result<> make() = 0;
  // May be cut at any moment: a later run writes what is missing.
  virtual Result<> write() = 0;
  // Of what was read so far.
  virtual std::vector<domain::FileCounts> counts() const = 0;
};

}  // namespace rollcall::service
