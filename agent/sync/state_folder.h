// The agent's folder on disk (0700): who it is, whom it trusts, what it was told.
//
//   key.pem          its private key (0600); made here, never leaves
//   certificate.pem  proves the key to the server
//   authority.pem    the server's CA, the only one that is trusted
//   server           the address that it enrolled with
//   agent_id         its name on the server
//   hash_key         keys the hashes of users and machine-id (0600); made here, never leaves
//   hardware         a keyed hash of the laptop it enrolled on: a folder that was copied to another one shows
//   enroll_key.pem   the key of an enrollment that has no answer yet (0600)
//   enrollment.json  how enrollment by file stands (0600)
//   policy.json      what the school allows, as the server last said
//   memory           due times and other small values     tls_session  for resumption (0600)
//   outbox.db        what could not be sent
#pragma once

#include <string>
#include <string_view>

#include "common/base/files.h"
#include "common/base/result.h"
#include "common/wire/checkin.h"

namespace rollcall::sync {

struct Credentials {
  std::string server_url;
  std::string agent_id;
  std::string key_pem;
  std::string certificate_pem;
  std::string authority_pem;
  std::string hash_key;
  std::string hardware{};  // empty: unknown
};

// Not thread-safe.
class StateFolder {
 public:
  // `files` outlives it.
  StateFolder(Files& files, std::string path) : files_(files), path_(std::move(path)) {}

  // Makes the folder. Errors: permission_denied when others could read or write in it.
  Result<> prepare();

  // Errors: not_found when this laptop is not enrolled; permission_denied when a secret is readable by
  // others (the message says how to put it right); corrupt.
  Result<Credentials> credentials() const;
  // The certificate last: it is what makes the laptop enrolled.
  Result<> keep(const Credentials& credentials);
  // The key of an enrollment that has no answer yet: whoever asks again with it is known, and spends no second use of
  // the token. Errors: not_found. keep() ends it.
  Result<std::string> pending_key() const { return secret("enroll_key.pem"); }
  Result<> keep_pending_key(std::string_view pem);
  Result<> drop_pending_key();
  // After a renewal; the authority only when there is one.
  Result<> keep_certificate(std::string_view certificate_pem, std::string_view authority_pem);

  // A missing or unreadable one lists no network: no SSID and no access point is sent until the server says.
  wire::Policy policy() const;
  Result<> keep_policy(const wire::Policy& policy);

  std::string tls_session() const;  // empty when there is none
  Result<> keep_tls_session(std::string_view der);

  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }
  const std::string& path() const { return path_; }

 private:
  Result<std::string> secret(std::string_view name) const;

  Files& files_;
  std::string path_;
};

}  // namespace rollcall::sync
