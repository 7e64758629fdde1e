#include "server/credentials.h"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "common/base/text.h"

namespace rollcall {
namespace {

constexpr std::size_t kMaxPemBytes = 256 * 1024;
constexpr unsigned kSecret = 0600, kPublic = 0644;
constexpr std::size_t kSecretBytes = 32;

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "localhost";
  return name.data();
}

Result<bool> exists(const Files& files, const std::string& path) {
  const auto info = files.info(path);
  if (info) return true;
  if (info.error().code == Errc::not_found) return false;
  return std::unexpected(info.error());
}

// Both halves, or make them; one alone is a folder that somebody took something out of.
Result<bool> has_pair(const Files& files, const std::string& certificate, const std::string& key) {
  const bool has_certificate = TRY(exists(files, certificate));
  const bool has_key = TRY(exists(files, key));
  if (has_certificate == has_key) return has_key;
  return fail(Errc::corrupt, (has_key ? certificate : key) + ": missing, though its other half is there; restore it");
}

Result<pki::CertificateAuthority> open_authority(const DataFolder& folder, Files& files, const Clock& clock,
                                                 Random& random) {
  const auto certificate_path = folder.authority_certificate(), key_path = folder.authority_key();
  if (!TRY(has_pair(files, certificate_path, key_path))) {
    const auto made = TRY(pki::CertificateAuthority::create("Rollcall CA of " + host_name(), clock, random));
    TRY(files.write_atomic(key_path, made.key_pem, kSecret));
    TRY(files.write_atomic(certificate_path, made.certificate_pem, kPublic));
  }
  pki::CertificateAuthority::Material material;
  material.key_pem = TRY(read_secret(files, key_path));
  material.certificate_pem = TRY(files.read(certificate_path, kMaxPemBytes));
  return with(pki::CertificateAuthority::open(material), "opening the CA");
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += name + "\n";
  return out;
}

}  // namespace

std::string main_name(const ServerConfig& config) { return config.names.empty() ? host_name() : config.names[0]; }

std::vector<std::string> server_names(const ServerConfig& config) {
  std::vector<std::string> names = config.names;
  for (const auto& name : {host_name(), std::string("localhost"), std::string("127.0.0.1"), std::string("::1")}) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

Result<Credentials> Credentials::open(const DataFolder& folder, const ServerConfig& config, Files& files,
                                      const Clock& clock, Random& random) {
  Credentials out(folder, config, files, clock, random, TRY(open_authority(folder, files, clock, random)));
  TRY(out.load_own());
  TRY(out.renew_if_due());
  out.metrics_token_ = TRY(out.secret_text(folder.metrics_token()));
  const auto user_key = from_base64url(TRY(out.secret_text(folder.user_key())));
  if (!user_key || user_key->size() != kSecretBytes) {
    return fail(Errc::invalid_argument, folder.user_key() + ": must be 32 bytes as base64url");
  }
  out.user_key_ = *user_key;
  TRY(out.reload());
  return out;
}

Result<> Credentials::load_own() {
  if (!TRY(has_pair(*files_, folder_->server_certificate(), folder_->server_key()))) return issue();
  own_key_ = TRY(read_secret(*files_, folder_->server_key()));
  own_certificate_ = TRY(files_->read(folder_->server_certificate(), kMaxPemBytes));
  return {};
}

// The key is kept when the certificate is renewed, so that a crash in between leaves a pair that fits.
Result<> Credentials::issue() {
  if (own_key_.empty()) own_key_ = TRY(TRY(pki::PrivateKey::generate()).to_pem());
  const auto key = TRY(pki::PrivateKey::from_pem(own_key_));
  const auto names = rollcall::server_names(*config_);
  own_certificate_ = TRY(authority_.issue_server(key, names, *clock_, *random_)) + authority_.certificate_pem();
  TRY(files_->write_atomic(folder_->server_key(), own_key_, kSecret));
  TRY(files_->write_atomic(folder_->server_certificate(), own_certificate_, kPublic));
  return files_->write_atomic(folder_->server_names(), joined(names), kPublic);
}

Result<bool> Credentials::renew_if_due() {
  const auto info = TRY(pki::parse_certificate_pem(own_certificate_));
  const auto third = (info.not_after_ms - info.not_before_ms) / 3;
  const auto names = files_->read(folder_->server_names(), kMaxPemBytes);
  const bool same_names = names && *names == joined(rollcall::server_names(*config_));
  const std::int64_t now_ms = clock_->wall_ms();
  // Not before its time either: it may have been made while the clock was wrong.
  if (same_names && info.not_before_ms <= now_ms && now_ms < info.not_after_ms - third) return false;
  TRY(with(issue(), "renewing the server's certificate"));
  return true;
}

Result<std::string> Credentials::secret_text(const std::string& path) {
  if (!TRY(exists(*files_, path))) {
    TRY(files_->write_atomic(path, to_base64url(random_->bytes(kSecretBytes)) + "\n", kSecret));
  }
  const auto text = TRY(read_secret(*files_, path));
  const auto secret = trim(text);
  if (secret.size() < 16) return fail(Errc::invalid_argument, path + ": at least 16 characters are needed");
  return std::string(secret);
}

Result<> Credentials::expect_private() const {
  for (const auto& path : {folder_->authority_key(), folder_->server_key(), folder_->metrics_token(), folder_->user_key()}) {
    TRY(read_secret(*files_, path));
  }
  if (!config_->certificate.empty()) TRY(with(read_secret(*files_, config_->key), "reading doors.people.key"));
  return {};
}

Result<> Credentials::reload() {
  if (config_->certificate.empty()) return {};
  auto key = TRY(with(read_secret(*files_, config_->key), "reading doors.people.key"));
  auto certificate = TRY(with(files_->read(config_->certificate, kMaxPemBytes), "reading doors.people.certificate"));
  district_key_ = std::move(key);
  district_certificate_ = std::move(certificate);
  return {};
}

net::ServerTls Credentials::people_tls() const {
  if (!district_certificate_.empty()) return {district_certificate_, district_key_, false, {}};
  return {own_certificate_, own_key_, false, {}};
}

net::ServerTls Credentials::agents_tls() const {
  return {own_certificate_, own_key_, true, authority_.certificate_pem()};
}

}  // namespace rollcall
