#include "common/base/pki.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>

#include "common/base/check.h"

namespace rollcall::pki {
namespace {

template <auto function>
struct Free {
  template <class T>
  void operator()(T* object) const {
    function(object);
  }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Request = std::unique_ptr<X509_REQ, Free<X509_REQ_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;
using AlternativeNames = std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES_free>>;

constexpr std::size_t kMaxPem = 8 * 1024;
// SubjectPublicKeyInfo of a P-256 key on the named curve with an uncompressed point: the only encoding that
// is accepted, so that one key has exactly one KeyId.
constexpr std::size_t kPublicKeyBytes = 91;

std::unexpected<Error> refuse(Errc code, std::string message) {
  ERR_clear_error();
  return fail(code, std::move(message));
}

Bio reader(std::string_view text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

template <class Write>
Result<std::string> written(Write write) {
  Bio out(BIO_new(BIO_s_mem()));
  if (!out || write(out.get()) != 1) return refuse(Errc::internal, "encoding PEM failed");
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

// Never ask a terminal for a passphrase.
int no_passphrase(char*, int, int, void*) { return -1; }

bool is_p256(const EVP_PKEY* key) {
  char group[32] = {};
  return EVP_PKEY_is_a(key, "EC") == 1 &&
         EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, nullptr) == 1 &&
         std::string_view(group) == SN_X9_62_prime256v1;
}

template <class Object, class Encode>
std::string der(Object* object, Encode encode) {
  unsigned char* data = nullptr;
  const int size = encode(object, &data);
  if (size <= 0) return {};
  std::string out(reinterpret_cast<char*>(data), static_cast<std::size_t>(size));
  OPENSSL_free(data);
  return out;
}

Result<std::int64_t> to_ms(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) {
    return refuse(Errc::invalid_argument, "the certificate holds a date that cannot be read");
  }
  return static_cast<std::int64_t>(timegm(&parts)) * 1000;
}

std::string common_name_of(const X509_NAME* name) {
  const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  if (at < 0) return {};
  unsigned char* text = nullptr;
  const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  if (size < 0) return {};
  std::string out(reinterpret_cast<char*>(text), static_cast<std::size_t>(size));
  OPENSSL_free(text);
  return out;
}

bool set_common_name(X509_NAME* name, std::string_view text) {
  return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(text.data()),
                                    static_cast<int>(text.size()), -1, 0) == 1;
}

bool set_serial(X509* certificate, Random& random) {
  std::string bytes = random.bytes(16);
  bytes[0] = static_cast<char>((bytes[0] & 0x3F) | 0x40);  // positive, and always 16 bytes long
  Number number(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), 16, nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_validity(X509* certificate, const Clock& clock, std::int64_t life_ms) {
  const std::int64_t now = clock.wall_ms();
  const auto not_before = static_cast<time_t>((now - kBackdateMs) / 1000);
  const auto not_after = static_cast<time_t>((now + life_ms) / 1000);
  return ASN1_TIME_set(X509_getm_notBefore(certificate), not_before) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), not_after) != nullptr;
}

bool add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool is_dns_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_';
  };
  return !name.empty() && name.size() <= 253 && std::ranges::all_of(name, allowed);
}

Result<> add_name(GENERAL_NAMES* names, const std::string& text) {
  std::unique_ptr<GENERAL_NAME, Free<GENERAL_NAME_free>> entry(GENERAL_NAME_new());
  if (!entry) return refuse(Errc::internal, "out of memory");
  if (ASN1_OCTET_STRING* address = a2i_IPADDRESS(text.c_str())) {
    GENERAL_NAME_set0_value(entry.get(), GEN_IPADD, address);
  } else if (is_dns_name(text)) {
    ASN1_IA5STRING* name = ASN1_IA5STRING_new();
    if (name == nullptr) return refuse(Errc::internal, "out of memory");
    GENERAL_NAME_set0_value(entry.get(), GEN_DNS, name);
    if (ASN1_STRING_set(name, text.data(), static_cast<int>(text.size())) != 1) {
      return refuse(Errc::internal, "out of memory");
    }
  } else {
    return refuse(Errc::invalid_argument, "'" + text + "' is neither a host name nor an IP address");
  }
  if (sk_GENERAL_NAME_push(names, entry.get()) <= 0) return refuse(Errc::internal, "out of memory");
  entry.release();
  ERR_clear_error();  // a2i_IPADDRESS leaves one for every DNS name
  return {};
}

Result<> add_alternative_names(X509* certificate, const std::vector<std::string>& names) {
  AlternativeNames list(sk_GENERAL_NAME_new_null());
  if (!list) return refuse(Errc::internal, "out of memory");
  for (const std::string& name : names) TRY(add_name(list.get(), name));
  if (X509_add1_ext_i2d(certificate, NID_subject_alt_name, list.get(), 0, X509V3_ADD_DEFAULT) != 1) {
    return refuse(Errc::internal, "adding the names to the certificate failed");
  }
  return {};
}

struct Issue {
  EVP_PKEY* subject_key;
  std::string_view common_name;
  std::int64_t life_ms;
  X509* issuer;  // null: signed by itself
};

Result<Certificate> blank(const Issue& issue, const Clock& clock, Random& random) {
  Certificate made(X509_new());
  if (!made || X509_set_version(made.get(), X509_VERSION_3) != 1 || !set_serial(made.get(), random) ||
      !set_validity(made.get(), clock, issue.life_ms) ||
      !set_common_name(X509_get_subject_name(made.get()), issue.common_name) ||
      X509_set_pubkey(made.get(), issue.subject_key) != 1) {
    return refuse(Errc::invalid_argument, "cannot make a certificate for '" + std::string(issue.common_name) + "'");
  }
  X509* issuer = issue.issuer != nullptr ? issue.issuer : made.get();
  if (X509_set_issuer_name(made.get(), X509_get_subject_name(issuer)) != 1 ||
      !add_extension(made.get(), issuer, NID_subject_key_identifier, "hash") ||
      !add_extension(made.get(), issuer, NID_authority_key_identifier, "keyid:always")) {
    return refuse(Errc::internal, "making a certificate failed");
  }
  return made;
}

Result<std::string> signed_pem(Certificate certificate, EVP_PKEY* key) {
  if (X509_sign(certificate.get(), key, EVP_sha256()) <= 0) {
    return refuse(Errc::internal, "signing a certificate failed");
  }
  return written([&](BIO* out) { return PEM_write_bio_X509(out, certificate.get()); });
}

Result<Certificate> read_certificate(std::string_view pem) {
  Certificate certificate(PEM_read_bio_X509(reader(pem).get(), nullptr, no_passphrase, nullptr));
  if (!certificate) return refuse(Errc::invalid_argument, "not a certificate in PEM");
  return certificate;
}

Result<std::string> issue_leaf(const std::string& authority_pem, const PrivateKey& authority_key, Issue issue,
                               const char* purpose, const std::vector<std::string>& names, const Clock& clock,
                               Random& random) {
  const Certificate issuer = TRY(read_certificate(authority_pem));
  issue.issuer = issuer.get();
  Certificate made = TRY(blank(issue, clock, random));
  if (!add_extension(made.get(), issuer.get(), NID_basic_constraints, "critical,CA:FALSE") ||
      !add_extension(made.get(), issuer.get(), NID_key_usage, "critical,digitalSignature") ||
      !add_extension(made.get(), issuer.get(), NID_ext_key_usage, purpose)) {
    return refuse(Errc::internal, "making a certificate failed");
  }
  if (!names.empty()) TRY(add_alternative_names(made.get(), names));
  return signed_pem(std::move(made), authority_key.native());
}

}  // namespace

PrivateKey::PrivateKey(evp_pkey_st* key) : key_(key, EVP_PKEY_free) {}

Result<PrivateKey> PrivateKey::generate() {
  EVP_PKEY* key = EVP_EC_gen(SN_X9_62_prime256v1);
  if (key == nullptr) return refuse(Errc::internal, "making a P-256 key failed");
  return PrivateKey(key);
}

Result<PrivateKey> PrivateKey::from_pem(std::string_view pem) {
  if (pem.size() > kMaxPem) return refuse(Errc::too_large, "a private key of more than 8 KiB");
  Key key(PEM_read_bio_PrivateKey(reader(pem).get(), nullptr, no_passphrase, nullptr));
  if (!key) return refuse(Errc::invalid_argument, "not an unencrypted private key in PEM");
  if (!is_p256(key.get())) return refuse(Errc::invalid_argument, "the private key is not on P-256");
  return PrivateKey(key.release());
}

Result<std::string> PrivateKey::to_pem() const {
  return written([&](BIO* out) {
    return PEM_write_bio_PKCS8PrivateKey(out, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

KeyId PrivateKey::id() const { return sha256(der(key_.get(), i2d_PUBKEY)); }

Result<std::string> make_request_pem(const PrivateKey& key) {
  Request request(X509_REQ_new());
  if (!request || X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) != 1 ||
      X509_REQ_set_pubkey(request.get(), key.native()) != 1 ||
      X509_REQ_sign(request.get(), key.native(), EVP_sha256()) <= 0) {
    return refuse(Errc::internal, "making a certificate request failed");
  }
  return written([&](BIO* out) { return PEM_write_bio_X509_REQ(out, request.get()); });
}

Result<CertificateRequest> parse_request_pem(std::string_view pem) {
  if (pem.size() > kMaxPem) return refuse(Errc::too_large, "a certificate request of more than 8 KiB");
  Request request(PEM_read_bio_X509_REQ(reader(pem).get(), nullptr, no_passphrase, nullptr));
  if (!request) return refuse(Errc::invalid_argument, "not a certificate request in PEM");
  EVP_PKEY* key = X509_REQ_get0_pubkey(request.get());
  std::string encoded = der(X509_REQ_get_X509_PUBKEY(request.get()), i2d_X509_PUBKEY);
  if (key == nullptr || !is_p256(key) || encoded.size() != kPublicKeyBytes) {
    return refuse(Errc::invalid_argument, "the requested key is not on P-256");
  }
  if (X509_REQ_verify(request.get(), key) != 1) {
    return refuse(Errc::invalid_argument, "the request's signature is not by the key that it asks for");
  }
  const KeyId id = sha256(encoded);
  return CertificateRequest{id, std::move(encoded)};
}

Result<CertificateInfo> describe(const x509_st& certificate) {
  CertificateInfo info{};
  const std::string key = der(X509_get_X509_PUBKEY(&certificate), i2d_X509_PUBKEY);
  unsigned size = 0;
  if (key.empty() || X509_digest(&certificate, EVP_sha256(), info.fingerprint.data(), &size) != 1) {
    return refuse(Errc::invalid_argument, "the certificate cannot be read");
  }
  info.key_id = sha256(key);
  info.common_name = common_name_of(X509_get_subject_name(&certificate));
  const ASN1_INTEGER* serial = X509_get0_serialNumber(&certificate);
  info.serial_hex = to_hex({reinterpret_cast<const char*>(ASN1_STRING_get0_data(serial)),
                            static_cast<std::size_t>(ASN1_STRING_length(serial))});
  info.not_before_ms = TRY(to_ms(X509_get0_notBefore(&certificate)));
  info.not_after_ms = TRY(to_ms(X509_get0_notAfter(&certificate)));
  return info;
}

Result<CertificateInfo> parse_certificate_pem(std::string_view pem) {
  const Certificate certificate = TRY(read_certificate(pem));
  return describe(*certificate);
}

Result<CertificateAuthority::Material> CertificateAuthority::create(std::string_view common_name, const Clock& clock,
                                                                    Random& random) {
  const PrivateKey key = TRY(PrivateKey::generate());
  Certificate made = TRY(blank(Issue{key.native(), common_name, kAuthorityMs, nullptr}, clock, random));
  if (!add_extension(made.get(), made.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
      !add_extension(made.get(), made.get(), NID_key_usage, "critical,keyCertSign,cRLSign")) {
    return refuse(Errc::internal, "making the authority's certificate failed");
  }
  Material material;
  material.certificate_pem = TRY(signed_pem(std::move(made), key.native()));
  material.key_pem = TRY(key.to_pem());
  return material;
}

Result<CertificateAuthority> CertificateAuthority::open(const Material& material) {
  const Certificate certificate = TRY(read_certificate(material.certificate_pem));
  PrivateKey key = TRY(PrivateKey::from_pem(material.key_pem));
  if (X509_check_private_key(certificate.get(), key.native()) != 1) {
    return refuse(Errc::invalid_argument, "the authority's key does not belong to its certificate");
  }
  if (X509_check_ca(certificate.get()) != 1) {
    return refuse(Errc::invalid_argument, "the authority's certificate may not sign others");
  }
  const CertificateInfo info = TRY(describe(*certificate));
  return CertificateAuthority(material.certificate_pem, info.fingerprint, std::move(key));
}

Result<std::string> CertificateAuthority::issue_agent(const CertificateRequest& request, std::string_view common_name,
                                                      const Clock& clock, Random& random) const {
  const auto* data = reinterpret_cast<const unsigned char*>(request.public_key_der.data());
  Key key(d2i_PUBKEY(nullptr, &data, static_cast<long>(request.public_key_der.size())));
  if (!key || !is_p256(key.get())) return refuse(Errc::invalid_argument, "the requested key is not on P-256");
  return issue_leaf(certificate_pem_, key_, Issue{key.get(), common_name, kAgentCertificateMs, nullptr},
                    "clientAuth", {}, clock, random);
}

Result<std::string> CertificateAuthority::issue_server(const PrivateKey& key, const std::vector<std::string>& names,
                                                       const Clock& clock, Random& random) const {
  if (names.empty()) return refuse(Errc::invalid_argument, "a server's certificate needs at least one name");
  // A common name holds at most 64 characters; clients look at the alternative names only.
  return issue_leaf(certificate_pem_, key_, Issue{key.native(), names.front().substr(0, 64), kServerCertificateMs, nullptr},
                    "serverAuth", names, clock, random);
}

}  // namespace rollcall::pki
