// The server's keys and certificates: its CA, the certificate that the CA gave it, the district's own one for
// the people's door, and the token that opens /metrics. The first start makes what is missing, keys 0600.
#pragma once

#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/files.h"
#include "common/base/pki.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/net/http_server.h"
#include "server/data_folder.h"
#include "server/server_config.h"

namespace rollcall {

class Credentials {
 public:
  // Errors: permission_denied (a key that others may read), invalid_argument (a file that holds something
  // else), corrupt (one half of a pair is missing), io, storage_full.
  static Result<Credentials> open(const DataFolder& folder, const ServerConfig& config, Files& files,
                                  const Clock& clock, Random& random);

  const pki::CertificateAuthority& authority() const { return authority_; }
  const std::string& metrics_token() const { return metrics_token_; }
  // 32 bytes: keys the hashes of users' names, so that the database tells none. With another one, the next import of the
  // roster writes every person anew.
  const std::string& user_key() const { return user_key_; }
  net::ServerTls people_tls() const;
  net::ServerTls agents_tls() const;

  // Makes a new certificate of our own when a third of its life is left or the names changed; true when it
  // did, and the doors must be given it.
  Result<bool> renew_if_due();
  // Looks again: nobody but the owner may read a key or token. Errors: permission_denied (the file and the remedy),
  // not_found.
  Result<> expect_private() const;
  // Reads the district's certificate again. On error the old one stays.
  Result<> reload();

 private:
  Credentials(const DataFolder& folder, const ServerConfig& config, Files& files, const Clock& clock, Random& random,
              pki::CertificateAuthority authority)
      : folder_(&folder), config_(&config), files_(&files), clock_(&clock), random_(&random),
        authority_(std::move(authority)) {}
  Result<> load_own();
  Result<std::string> secret_text(const std::string& path);
  Result<> issue();

  const DataFolder* folder_;
  const ServerConfig* config_;
  Files* files_;
  const Clock* clock_;
  Random* random_;
  pki::CertificateAuthority authority_;
  std::string own_certificate_, own_key_;
  std::string district_certificate_, district_key_;
  std::string metrics_token_, user_key_;
};

// Every name that the server's own certificate carries: localhost, the host's name, the configured ones.
std::vector<std::string> server_names(const ServerConfig& config);
// The one to tell people: the first that is configured, else the host's own.
std::string main_name(const ServerConfig& config);

}  // namespace rollcall
