#include "agent/sync/state_folder.h"

#include <fmt/core.h>

#include "common/base/log.h"
#include "common/base/text.h"
#include "common/wire/codec.h"

namespace rollcall::sync {

namespace {
constexpr std::size_t kMaxBytes = 64 * 1024;
constexpr unsigned kSecretMode = 0600;
constexpr unsigned kPublicMode = 0644;
}  // namespace

Result<> StateFolder::prepare() {
  TRY(files_.make_directories(path_, 0700));
  const FileInfo info = TRY(files_.info(path_));
  if (info.kind != FileInfo::Kind::directory) {
    return fail(Errc::conflict, fmt::format("{} is not a folder", path_));
  }
  if ((info.mode & 0077) != 0) {
    return fail(Errc::permission_denied,
                fmt::format("{} is open to others (mode {:o}); run: chmod 700 {}", path_, info.mode, path_));
  }
  return {};
}

Result<std::string> StateFolder::secret(std::string_view name) const {
  const std::string path = file(name);
  const FileInfo info = TRY(files_.info(path));
  if ((info.mode & 0077) != 0) {
    return fail(Errc::permission_denied,
                fmt::format("{} is readable by others (mode {:o}), so it is a secret no longer; "
                            "remove it and enroll again",
                            path, info.mode));
  }
  return files_.read(path, kMaxBytes);
}

Result<Credentials> StateFolder::credentials() const {
  Credentials out;
  out.certificate_pem = TRY(files_.read(file("certificate.pem"), kMaxBytes));
  out.key_pem = TRY(secret("key.pem"));
  out.hash_key = TRY(secret("hash_key"));
  out.authority_pem = TRY(files_.read(file("authority.pem"), kMaxBytes));
  out.server_url = trim(TRY(files_.read(file("server"), kMaxBytes)));
  out.agent_id = trim(TRY(files_.read(file("agent_id"), kMaxBytes)));
  // Older agents kept none.
  out.hardware = trim(files_.read(file("hardware"), kMaxBytes).value_or(""));
  return out;
}

Result<> StateFolder::keep(const Credentials& credentials) {
  TRY(prepare());
  TRY(files_.write_atomic(file("key.pem"), credentials.key_pem, kSecretMode));
  TRY(files_.write_atomic(file("hash_key"), credentials.hash_key, kSecretMode));
  TRY(files_.write_atomic(file("hardware"), credentials.hardware + "\n", kPublicMode));
  TRY(files_.write_atomic(file("authority.pem"), credentials.authority_pem, kPublicMode));
  TRY(files_.write_atomic(file("server"), credentials.server_url + "\n", kPublicMode));
  TRY(files_.write_atomic(file("agent_id"), credentials.agent_id + "\n", kPublicMode));
  TRY(files_.remove(file("tls_session")));
  TRY(files_.write_atomic(file("certificate.pem"), credentials.certificate_pem, kPublicMode));
  return drop_pending_key();
}

Result<> StateFolder::keep_pending_key(std::string_view pem) {
  return files_.write_atomic(file("enroll_key.pem"), pem, kSecretMode);
}

Result<> StateFolder::drop_pending_key() { return files_.remove(file("enroll_key.pem")); }

Result<> StateFolder::keep_certificate(std::string_view certificate_pem, std::string_view authority_pem) {
  if (!authority_pem.empty()) TRY(files_.write_atomic(file("authority.pem"), authority_pem, kPublicMode));
  return files_.write_atomic(file("certificate.pem"), certificate_pem, kPublicMode);
}

wire::Policy StateFolder::policy() const {
  const auto bytes = files_.read(file("policy.json"), kMaxBytes);
  if (!bytes) return {};
  auto policy = wire::decode_policy(*bytes);
  if (policy) return std::move(policy->message);
  log::warn("policy.json is ignored until the server sends it again: {}", policy.error().message);
  return {};
}

Result<> StateFolder::keep_policy(const wire::Policy& policy) {
  return files_.write_atomic(file("policy.json"), wire::encode(policy), kPublicMode);
}

std::string StateFolder::tls_session() const { return secret("tls_session").value_or(""); }

Result<> StateFolder::keep_tls_session(std::string_view der) {
  if (der.empty() || tls_session() == der) return {};
  return files_.write_atomic(file("tls_session"), der, kSecretMode);
}

}  // namespace rollcall::sync
