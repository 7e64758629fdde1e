// The server's stores and services as Core puts them together, without doors and threads, over a database layer
// and a clock that the test decides.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/files.h"
#include "common/base/pki.h"
#include "common/base/random.h"
#include "server/core.h"

namespace rollcall::faults {

struct Laptop {
  int number{};
  pki::PrivateKey key;
  std::string agent_id, device_id;
};

class Host {
 public:
  Host(const std::string& folder, const Clock& clock, std::string vfs = {});

  Result<> start();
  void drop() { core_.reset(); }  // as a crash does: what is in memory only is gone
  bool up() const { return core_ != nullptr; }
  Core& core() { return *core_; }

  Result<std::string> make_token();
  Result<Laptop> enroll(const std::string& token, int number);
  // One report, committed; success is its acknowledgement. Sent again it is acknowledged again.
  Result<> report(const Laptop& laptop, std::uint64_t sequence);
  // Whole, sealed, and of this schema.
  Result<> check();
  // The stored reports of this laptop's agent, newest first.
  Result<std::vector<std::uint64_t>> stored(const Laptop& laptop);

 private:
  SystemFiles files_;
  SystemRandom random_;
  const Clock& clock_;
  std::string vfs_;
  ServerConfig config_;
  std::unique_ptr<Core> core_;
};

}  // namespace rollcall::faults
