// What OpenSSL parses for us: certificate requests of anybody who has a token, and the agent's own files. The
// first byte chooses; the capital letter means that the rest is DER and is put into its armor here, because a
// mutation inside of base64 says little.
#include <openssl/evp.h>

#include <string>

#include "common/base/digest.h"
#include "common/base/pki.h"
#include "tests/fuzz/fuzz.h"

namespace rollcall::fuzz {
namespace {

std::string armored(std::string_view der, std::string_view label) {
  std::string base64(der.size() / 3 * 4 + 5, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()),
                                   reinterpret_cast<const unsigned char*>(der.data()), static_cast<int>(der.size()));
  base64.resize(static_cast<std::size_t>(size));
  std::string out = "-----BEGIN " + std::string(label) + "-----\n";
  for (std::size_t at = 0; at < base64.size(); at += 64) out += base64.substr(at, 64) + "\n";
  return out + "-----END " + std::string(label) + "-----\n";
}

void check_request(std::string_view pem) {
  const auto request = pki::parse_request_pem(pem);
  if (!request) return promise(!request.error().message.empty(), "a refusal says why");
  promise(request->key_id == sha256(request->public_key_der), "a key's id is the digest of the key");
  promise(request->public_key_der.size() == 91, "only keys on P-256 are taken");
}

void check_certificate(std::string_view pem) {
  const auto read = pki::parse_certificate_pem(pem);
  if (!read) return promise(!read.error().message.empty(), "a refusal says why");
  promise(!read->serial_hex.empty(), "a certificate has a serial number");
}

void check_key(std::string_view pem) {
  const auto key = pki::PrivateKey::from_pem(pem);
  if (!key) return promise(!key.error().message.empty(), "a refusal says why");
  const auto again = pki::PrivateKey::from_pem(key->to_pem().value_or(""));
  promise(again && again->id() == key->id(), "a key is written as it was read");
}

}  // namespace
}  // namespace rollcall::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall::fuzz;
  Input input(data, size);
  switch (input.byte()) {
    case 'R': check_request(armored(input.rest(), "CERTIFICATE REQUEST")); break;
    case 'r': check_request(input.rest()); break;
    case 'C': check_certificate(armored(input.rest(), "CERTIFICATE")); break;
    case 'c': check_certificate(input.rest()); break;
    case 'K': check_key(armored(input.rest(), "PRIVATE KEY")); break;
    default: check_key(input.rest()); break;
  }
  return 0;
}
