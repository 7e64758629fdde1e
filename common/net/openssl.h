// Owners and small questions around OpenSSL's C types. Known to common/net only.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace rollcall::net {

template <auto function>
struct Free {
  template <class T>
  void operator()(T* object) const {
    function(object);
  }
};
using BioPtr = std::unique_ptr<BIO, Free<BIO_free_all>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, Free<X509_free>>;
using StorePtr = std::unique_ptr<X509_STORE, Free<X509_STORE_free>>;
using SessionPtr = std::unique_ptr<SSL_SESSION, Free<SSL_SESSION_free>>;
using SslPtr = std::unique_ptr<SSL, Free<SSL_free>>;
using ContextPtr = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;

// The oldest error of this thread's queue as text, and the queue emptied. "unknown" when it is empty.
std::string take_openssl_error();

// Every certificate in `pem`, in order; at least one. Error: invalid_argument.
Result<std::vector<CertificatePtr>> read_certificates(std::string_view pem);

// Puts the chain (leaf first) and its key into `context`. Error: invalid_argument.
Result<> use_certificate(SSL_CTX* context, std::string_view chain_pem, std::string_view key_pem);
// Certificates that chain to one in `pem` are trusted. Error: invalid_argument.
Result<> trust(SSL_CTX* context, std::string_view pem);

std::string to_der(SSL_SESSION* session);  // empty when it cannot be encoded
SessionPtr session_from_der(std::string_view der);

// A write to a closed connection must be an error value, not the end of the process. Process-wide, once.
void ignore_broken_pipes();

}  // namespace rollcall::net
