// RAND_set_rand_method is deprecated in favor of providers; a provider for a test's random numbers would be ten
// times this file.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "tests/sim/determined_openssl.h"

#include <openssl/rand.h>

#include <memory>
#include <span>

#include "common/base/check.h"
#include "common/base/random.h"

namespace rollcall::sim {

namespace {

// OpenSSL's method is a table of functions without a place for our own state.
std::unique_ptr<SeededRandom> generator;

int fill(unsigned char* out, int count) {
  generator->fill(std::as_writable_bytes(std::span(out, static_cast<std::size_t>(count))));
  return 1;
}
int ready() { return 1; }

constexpr RAND_METHOD kMethod{nullptr, fill, nullptr, nullptr, fill, ready};

}  // namespace

DeterminedOpenSsl::DeterminedOpenSsl(std::uint64_t seed) {
  CHECK(!generator);
  generator = std::make_unique<SeededRandom>(seed);
  CHECK(RAND_set_rand_method(&kMethod) == 1);
}

DeterminedOpenSsl::~DeterminedOpenSsl() {
  CHECK(RAND_set_rand_method(RAND_OpenSSL()) == 1);
  generator.reset();
}

}  // namespace rollcall::sim
