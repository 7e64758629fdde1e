#include "common/net/server_tls.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include "common/base/digest.h"
#include "common/base/pki.h"

namespace rollcall::net {
namespace {

constexpr long kSessionSeconds = 24 * 60 * 60;

SessionCache& cache_of(SSL_CTX* context) { return *static_cast<SessionCache*>(SSL_CTX_get_app_data(context)); }

std::string_view id_of(const SSL_SESSION* session) {
  unsigned size = 0;
  const unsigned char* id = SSL_SESSION_get_id(session, &size);
  return {reinterpret_cast<const char*>(id), size};
}

int store_session(SSL* ssl, SSL_SESSION* session) {
  std::string der = to_der(session);
  if (!der.empty()) cache_of(SSL_get_SSL_CTX(ssl)).put(id_of(session), std::move(der));
  return 0;  // the reference stays with OpenSSL
}

SSL_SESSION* find_session(SSL* ssl, const unsigned char* id, int size, int* copy) {
  *copy = 0;  // the caller owns what is returned
  SessionCache& cache = cache_of(SSL_get_SSL_CTX(ssl));
  const std::string_view key(reinterpret_cast<const char*>(id), static_cast<std::size_t>(size));
  const auto der = cache.find(key);
  if (!der) return nullptr;
  SessionPtr session = session_from_der(*der);
  // Used once, so that a fleet's cache holds one session an agent and a stolen one is worth little.
  if (!session || SSL_SESSION_get_protocol_version(session.get()) >= TLS1_3_VERSION) cache.remove(key);
  return session.release();
}

void forget_session(SSL_CTX* context, SSL_SESSION* session) { cache_of(context).remove(id_of(session)); }

// A laptop that slept through its certificate's expiry must still be able to renew it; what an expired
// certificate may do is decided by the handler, which sees the dates.
int let_expired_through(int good, X509_STORE_CTX* store) {
  if (good == 0 && X509_STORE_CTX_get_error_depth(store) == 0 &&
      X509_STORE_CTX_get_error(store) == X509_V_ERR_CERT_HAS_EXPIRED) {
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
  }
  return good;
}

// Nobody asks for the chain; kept, it would hold the peer's certificate.
int verify_without_chain(X509_STORE_CTX* store, void*) {
  const int good = X509_verify_cert(store);
  X509_STORE_CTX_set0_verified_chain(store, nullptr);
  return good;
}

bool set_protocol(SSL_CTX* context, bool tls13_only) {
  return SSL_CTX_set_min_proto_version(context, tls13_only ? TLS1_3_VERSION : TLS1_2_VERSION) == 1 &&
         SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
         SSL_CTX_set_ciphersuites(context,
                                  "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256") == 1 &&
         SSL_CTX_set1_groups_list(context, "X25519:P-256") == 1;
}

void set_sessions(SSL_CTX* context, SessionCache& sessions, const ServerTls& tls) {
  SSL_CTX_set_app_data(context, &sessions);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_timeout(context, kSessionSeconds);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_SERVER | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, store_session);
  SSL_CTX_sess_set_get_cb(context, find_session);
  SSL_CTX_sess_set_remove_cb(context, forget_session);
  const Sha256 scope = sha256(tls.client_authority_pem);
  SSL_CTX_set_session_id_context(context, scope.data(), static_cast<unsigned>(scope.size()));
}

}  // namespace

Result<ContextPtr> make_server_context(const ServerTls& tls, SessionCache& sessions) {
  ContextPtr context(SSL_CTX_new(TLS_server_method()));
  if (!context || !set_protocol(context.get(), tls.tls13_only)) {
    return fail(Errc::internal, "making a TLS context failed (" + take_openssl_error() + ")");
  }
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // One system call a record instead of two.
  SSL_CTX_set_read_ahead(context.get(), 1);
  TRY(use_certificate(context.get(), tls.certificate_chain_pem, tls.key_pem));
  if (!tls.client_authority_pem.empty()) {
    TRY(trust(context.get(), tls.client_authority_pem));
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, let_expired_through);
    SSL_CTX_set_cert_verify_callback(context.get(), verify_without_chain, nullptr);
  }
  set_sessions(context.get(), sessions, tls);
  return context;
}

Result<std::optional<ClientCertificate>> client_certificate(const SSL* ssl) {
  const X509* certificate = SSL_get0_peer_certificate(ssl);
  if (certificate == nullptr) return std::optional<ClientCertificate>();
  auto info = with(pki::describe(*certificate), "the client's certificate");
  if (!info) return fail(Errc::permission_denied, std::move(info.error().message));
  return std::optional(ClientCertificate{info->key_id, info->not_before_ms, info->not_after_ms});
}

// OpenSSL lets nobody take the certificate out of a session, but decodes another session into it. In TLS 1.3 an
// open connection has no use for its session but the id, by which a fatal alert forgets it.
void forget_certificate(SSL* ssl) {
  SSL_SESSION* session = SSL_get_session(ssl);
  if (session == nullptr || SSL_version(ssl) != TLS1_3_VERSION) return;
  const std::string_view id = id_of(session);
  const SessionPtr bare(SSL_SESSION_new());
  if (!bare || SSL_SESSION_set_protocol_version(bare.get(), TLS1_3_VERSION) != 1 ||
      SSL_SESSION_set_cipher(bare.get(), SSL_get_current_cipher(ssl)) != 1 ||
      SSL_SESSION_set1_id(bare.get(), reinterpret_cast<const unsigned char*>(id.data()),
                          static_cast<unsigned>(id.size())) != 1) {
    return;
  }
  const std::string der = to_der(bare.get());
  const auto* in = reinterpret_cast<const unsigned char*>(der.data());
  if (d2i_SSL_SESSION(&session, &in, static_cast<long>(der.size())) == nullptr) ERR_clear_error();
}

}  // namespace rollcall::net
