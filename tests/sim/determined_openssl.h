// While it lives, OpenSSL's keys, nonces and serials come from a seed: database pages then hold the same bytes
// in every run, and "the power goes at the 37th access" is the same instant. One at a time; for the simulation
// only.
#pragma once

#include <cstdint>

namespace rollcall::sim {

class DeterminedOpenSsl {
 public:
  explicit DeterminedOpenSsl(std::uint64_t seed);
  ~DeterminedOpenSsl();
  DeterminedOpenSsl(const DeterminedOpenSsl&) = delete;
  DeterminedOpenSsl& operator=(const DeterminedOpenSsl&) = delete;
};

}  // namespace rollcall::sim
