#include "common/net/openssl.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <csignal>
#include <mutex>

namespace rollcall::net {
namespace {

BioPtr reader(std::string_view text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// Never ask a terminal for a passphrase.
int no_passphrase(char*, int, int, void*) { return -1; }

std::unexpected<Error> refuse(std::string message) {
  return fail(Errc::invalid_argument, std::move(message) + " (" + take_openssl_error() + ")");
}

}  // namespace

std::string take_openssl_error() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "unknown";
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "error " + std::to_string(code);
}

Result<std::vector<CertificatePtr>> read_certificates(std::string_view pem) {
  std::vector<CertificatePtr> certificates;
  const BioPtr in = reader(pem);
  while (X509* certificate = PEM_read_bio_X509(in.get(), nullptr, no_passphrase, nullptr)) {
    certificates.emplace_back(certificate);
  }
  ERR_clear_error();  // the end of the text is reported as an error
  if (certificates.empty()) return fail(Errc::invalid_argument, "no certificate in PEM found");
  return certificates;
}

Result<> use_certificate(SSL_CTX* context, std::string_view chain_pem, std::string_view key_pem) {
  const auto chain = TRY(read_certificates(chain_pem));
  const KeyPtr key(PEM_read_bio_PrivateKey(reader(key_pem).get(), nullptr, no_passphrase, nullptr));
  if (!key) return refuse("the private key is not an unencrypted key in PEM");
  if (SSL_CTX_use_certificate(context, chain.front().get()) != 1) return refuse("the certificate cannot be used");
  for (std::size_t i = 1; i < chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, chain[i].get()) != 1) return refuse("the certificate chain cannot be used");
  }
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    return refuse("the private key does not belong to the certificate");
  }
  return {};
}

Result<> trust(SSL_CTX* context, std::string_view pem) {
  const auto certificates = TRY(read_certificates(pem));
  StorePtr store(X509_STORE_new());
  if (!store) return refuse("out of memory");
  for (const CertificatePtr& certificate : certificates) {
    if (X509_STORE_add_cert(store.get(), certificate.get()) != 1) return refuse("the authority cannot be used");
  }
  SSL_CTX_set_cert_store(context, store.release());
  return {};
}

std::string to_der(SSL_SESSION* session) {
  const int size = i2d_SSL_SESSION(session, nullptr);
  if (size <= 0) return {};
  std::string der(static_cast<std::size_t>(size), '\0');
  auto* out = reinterpret_cast<unsigned char*>(der.data());
  i2d_SSL_SESSION(session, &out);
  return der;
}

SessionPtr session_from_der(std::string_view der) {
  const auto* in = reinterpret_cast<const unsigned char*>(der.data());
  SessionPtr session(d2i_SSL_SESSION(nullptr, &in, static_cast<long>(der.size())));
  if (!session) ERR_clear_error();
  return session;
}

void ignore_broken_pipes() {
  static std::once_flag once;
  std::call_once(once, [] { std::signal(SIGPIPE, SIG_IGN); });
}

}  // namespace rollcall::net
