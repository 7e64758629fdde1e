// What simulated laptops keep on their disks, for all of them in one file: key, certificate, TLS session and
// the sequence. With it a second run is the same laptops, not new ones that claim the same serials.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/files.h"
#include "common/base/result.h"
#include "tests/district/fleet/tls.h"

namespace rollcall::district {

struct Keys {
  Credential credential;      // empty: not enrolled yet
  std::uint64_t sequence{};   // no report has a higher one
};

struct Keyring {
  std::uint64_t seed{};
  std::string authority_pem;
  std::vector<Keys> laptops;  // by the student's number
};

// Errors: not_found (the first run), corrupt.
Result<Keyring> read_keyring(const Files& files, const std::string& path);
Result<> write_keyring(Files& files, const std::string& path, const Keyring& keyring);  // 0600: it holds keys

}  // namespace rollcall::district
