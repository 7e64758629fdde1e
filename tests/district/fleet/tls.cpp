#include "tests/district/fleet/tls.h"

#include <openssl/x509v3.h>

#include "common/base/pki.h"

namespace rollcall::district {
namespace {

Credential* owner_of(SSL* ssl) { return static_cast<Credential*>(SSL_get_app_data(ssl)); }

int keep_session(SSL* ssl, SSL_SESSION* session) {
  if (Credential* who = owner_of(ssl)) who->session = net::to_der(session);
  return 0;  // the reference stays with OpenSSL
}

// Called in full handshakes only, so that a key in PEM costs nothing while sessions are resumed.
int present(SSL* ssl, X509** certificate, EVP_PKEY** key) {
  const Credential* who = owner_of(ssl);
  if (who == nullptr) return 0;
  auto chain = net::read_certificates(who->certificate_pem);
  const auto parsed = pki::PrivateKey::from_pem(who->key_pem);
  if (!chain || !parsed) return 0;
  EVP_PKEY_up_ref(parsed->native());
  *key = parsed->native();
  *certificate = chain->front().release();
  return 1;
}

}  // namespace

Result<std::unique_ptr<DistrictTls>> DistrictTls::open(const std::string& authority_pem) {
  std::unique_ptr<DistrictTls> made(new DistrictTls);
  made->context_.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* context = made->context_.get();
  if (context == nullptr) return fail(Errc::internal, "making a TLS context failed");
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_mode(context,
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, keep_session);
  SSL_CTX_set_client_cert_cb(context, present);
  TRY(net::trust(context, authority_pem));
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  return made;
}

Result<net::SslPtr> DistrictTls::begin(const std::string& host, Credential* who) {
  net::SslPtr ssl(SSL_new(context_.get()));
  if (!ssl) return fail(Errc::internal, "starting TLS failed (" + net::take_openssl_error() + ")");
  SSL_set_connect_state(ssl.get());
  SSL_set_app_data(ssl.get(), who);
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), host.c_str()) != 1 &&
      (SSL_set1_host(ssl.get(), host.c_str()) != 1 || SSL_set_tlsext_host_name(ssl.get(), host.c_str()) != 1)) {
    return fail(Errc::internal, "'" + host + "' cannot be checked against a certificate");
  }
  if (who != nullptr && !who->session.empty()) {
    if (const net::SessionPtr offered = net::session_from_der(who->session)) SSL_set_session(ssl.get(), offered.get());
  }
  return ssl;
}

}  // namespace rollcall::district
