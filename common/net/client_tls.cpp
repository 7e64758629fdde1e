#include "common/net/client_tls.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "common/base/pki.h"
#include "common/net/client_dial.h"

namespace rollcall::net {
namespace {

ClientTls& owner_of(const SSL* ssl) { return *static_cast<ClientTls*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl))); }

int keep_session(SSL* ssl, SSL_SESSION* session) {
  if (SSL_SESSION_is_resumable(session) == 1) owner_of(ssl).session = to_der(session);
  return 0;  // the reference stays with OpenSSL
}

// A laptop whose clock battery died wakes up in the past and could never report again. A certificate of the
// future is no danger as long as our own authority made it.
int let_future_through(int good, X509_STORE_CTX* store) {
  if (good == 0 && X509_STORE_CTX_get_error(store) == X509_V_ERR_CERT_NOT_YET_VALID) {
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
  }
  return good;
}

bool is_certificate_alert(int reason) {
  switch (reason) {
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED: return true;
    default: return false;
  }
}

}  // namespace

Result<std::unique_ptr<ClientTls>> ClientTls::open(const ClientConfig& config) {
  std::unique_ptr<ClientTls> made(new ClientTls);
  made->context_.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* context = made->context_.get();
  if (context == nullptr) return fail(Errc::internal, "making a TLS context failed (" + take_openssl_error() + ")");
  SSL_CTX_set_app_data(context, made.get());
  SSL_CTX_set_min_proto_version(context, config.tls13_only ? TLS1_3_VERSION : TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context,
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, keep_session);
  if (!config.certificate_pem.empty()) TRY(use_certificate(context, config.certificate_pem, config.key_pem));
  TRY(made->set_trust(config));
  return made;
}

Result<> ClientTls::set_trust(const ClientConfig& config) {
  if (!config.authority_pem.empty() && config.authority_fingerprint) {
    return fail(Errc::invalid_argument, "the server is known by an authority or by a fingerprint, not by both");
  }
  const bool ours = !config.authority_pem.empty() || config.authority_fingerprint;
  if (!config.authority_pem.empty()) {
    TRY(trust(context_.get(), config.authority_pem));
  } else if (config.authority_fingerprint) {
    fingerprint_ = config.authority_fingerprint;
  } else if (SSL_CTX_set_default_verify_paths(context_.get()) != 1) {
    return fail(Errc::internal, "the system's certificates cannot be used (" + take_openssl_error() + ")");
  }
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, ours ? let_future_through : nullptr);
  SSL_CTX_set_cert_verify_callback(
      context_.get(),
      [](X509_STORE_CTX* store, void* self) { return static_cast<ClientTls*>(self)->verify(store) ? 1 : 0; }, this);
  return {};
}

bool ClientTls::verify(X509_STORE_CTX* store) {
  std::unique_ptr<STACK_OF(X509), decltype([](STACK_OF(X509) * list) { sk_X509_free(list); })> anchors;
  if (fingerprint_) {
    anchors.reset(sk_X509_new_null());
    const STACK_OF(X509)* sent = X509_STORE_CTX_get0_untrusted(store);
    for (int i = 0; i < sk_X509_num(sent); ++i) {
      Sha256 digest;
      unsigned size = 0;
      X509* certificate = sk_X509_value(sent, i);
      if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) == 1 && digest == *fingerprint_) {
        sk_X509_push(anchors.get(), certificate);
      }
    }
    X509_STORE_CTX_set0_trusted_stack(store, anchors.get());
  }
  return X509_verify_cert(store) == 1;
}

Result<SslPtr> ClientTls::begin(const std::string& host) {
  SslPtr ssl(SSL_new(context_.get()));
  if (!ssl) return fail(Errc::internal, "starting TLS failed (" + take_openssl_error() + ")");
  SSL_set_connect_state(ssl.get());
  X509_VERIFY_PARAM* rules = SSL_get0_param(ssl.get());
  X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const bool named = is_numeric_address(host)
                         ? X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str()) == 1
                         : X509_VERIFY_PARAM_set1_host(rules, host.c_str(), host.size()) == 1 &&
                               SSL_set_tlsext_host_name(ssl.get(), host.c_str()) == 1;
  if (!named) return fail(Errc::internal, "'" + host + "' cannot be checked against a certificate");
  if (!session.empty()) {
    if (const SessionPtr offered = session_from_der(session)) SSL_set_session(ssl.get(), offered.get());
  }
  return ssl;
}

Error ClientTls::explain(const SSL* ssl) const {
  const long verified = SSL_get_verify_result(ssl);
  const int reason = ERR_GET_REASON(ERR_peek_error());
  const std::string detail = take_openssl_error();
  switch (verified) {
    case X509_V_OK: break;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return Error{Errc::permission_denied, "the server's certificate is for another name"};
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return Error{Errc::permission_denied,
                   "the server's certificate is not valid now; look at its dates and at this machine's clock"};
    default:
      return Error{Errc::permission_denied,
                   std::string(kTlsIntercepted) + ": " + X509_verify_cert_error_string(verified)};
  }
  if (is_certificate_alert(reason)) {
    return Error{Errc::permission_denied, "the server refused this machine's certificate (" + detail + ")"};
  }
  return Error{Errc::io, "TLS broke off (" + detail + ")"};
}

}  // namespace rollcall::net
