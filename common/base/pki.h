// Keys, certificate requests and certificates: ECDSA on P-256 only. A device's identity is the SHA-256 of
// its certificate's public key (SubjectPublicKeyInfo in DER): `KeyId`. Names inside a request are ignored.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/digest.h"
#include "common/base/random.h"
#include "common/base/result.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY
struct x509_st;      // OpenSSL's X509

namespace rollcall::pki {

using KeyId = Sha256;

inline constexpr std::int64_t kAgentCertificateMs = 90 * kDayMs;
inline constexpr std::int64_t kServerCertificateMs = 825 * kDayMs;
inline constexpr std::int64_t kAuthorityMs = 3650 * kDayMs;
// Certificates start this much earlier than the issuer's clock says, because laptops' clocks are off.
inline constexpr std::int64_t kBackdateMs = kHourMs;

class PrivateKey {
 public:
  static Result<PrivateKey> generate();
  static Result<PrivateKey> from_pem(std::string_view pem);  // PKCS #8, unencrypted
  Result<std::string> to_pem() const;
  KeyId id() const;
  evp_pkey_st* native() const { return key_.get(); }

 private:
  explicit PrivateKey(evp_pkey_st* key);
  std::shared_ptr<evp_pkey_st> key_;
};

// A PKCS #10 request that proves possession of `key`; its subject is empty.
Result<std::string> make_request_pem(const PrivateKey& key);

// The key that a request asks for. Refuses a request over 8 KiB, a wrong signature, a key that is not P-256.
struct CertificateRequest {
  KeyId key_id;
  std::string public_key_der;
};
Result<CertificateRequest> parse_request_pem(std::string_view pem);

struct CertificateInfo {
  KeyId key_id;
  Sha256 fingerprint;  // of the whole certificate in DER
  std::string common_name;
  std::string serial_hex;
  std::int64_t not_before_ms;
  std::int64_t not_after_ms;
};
Result<CertificateInfo> parse_certificate_pem(std::string_view pem);  // the first one in `pem`
Result<CertificateInfo> describe(const x509_st& certificate);

// Issues agents' and servers' certificates. Immutable after opening, so it may be shared between threads.
class CertificateAuthority {
 public:
  struct Material {
    std::string certificate_pem;
    std::string key_pem;
  };
  static Result<Material> create(std::string_view common_name, const Clock& clock, Random& random);
  static Result<CertificateAuthority> open(const Material& material);

  const std::string& certificate_pem() const { return certificate_pem_; }
  const Sha256& fingerprint() const { return fingerprint_; }

  // Client authentication only; the subject is CN=`common_name`, whatever the request said.
  Result<std::string> issue_agent(const CertificateRequest& request, std::string_view common_name,
                                  const Clock& clock, Random& random) const;
  // Server authentication only; `names` are DNS names or IP addresses.
  Result<std::string> issue_server(const PrivateKey& key, const std::vector<std::string>& names,
                                   const Clock& clock, Random& random) const;

 private:
  CertificateAuthority(std::string pem, const Sha256& fingerprint, PrivateKey key)
      : certificate_pem_(std::move(pem)), fingerprint_(fingerprint), key_(std::move(key)) {}
  std::string certificate_pem_;
  Sha256 fingerprint_;
  PrivateKey key_;
};

}  // namespace rollcall::pki
