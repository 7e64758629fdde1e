// Enrolment tokens: made, listed, revoked. The secret is 128 random bits, shown once and stored as a
// SHA-256 (it has too much entropy to be guessed from its hash, so no slow hash is needed). Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/digest.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/user.h"
#include "server/domain/token.h"
#include "server/service/audit.h"
#include "server/service/schools.h"

namespace rollcall::service {

struct NewToken {
  std::string note{};
  std::int64_t max_uses{1};
  std::int64_t life_ms{7 * kDayMs};
  std::string school_id{};
  std::vector<std::string> serials{};  // empty: any
};

class Tokens {
 public:
  Tokens(sql::Database& db, const Clock& clock, Random& random, Audit& audit,
         const Sha256& authority_fingerprint, const Schools& schools)
      : db_(db),
        clock_(clock),
        random_(random),
        audit_(audit),
        authority_fingerprint_(authority_fingerprint),
        schools_(schools) {}

  struct Created {
    domain::TokenRecord record{};
    std::string text{};  // "rc1.…"; exists here only
  };
  // Errors: invalid_argument with field "note", "max_uses", "life_ms", "school" or "serials[n]".
  Result<Created> create(const domain::Actor& actor, const NewToken& wanted);

  static constexpr std::size_t kMaxPage = 500;
  struct Page {
    std::vector<domain::TokenRecord> tokens{};  // newest first
    std::string next_cursor{};                  // empty: no more
  };
  // `cursor`: an earlier page's next_cursor, or empty. Errors: invalid_argument (field "cursor").
  Result<Page> page(std::string_view cursor = {}, std::size_t limit = kMaxPage);
  // Agents that it enrolled stay. Revoking twice is a success. Errors: not_found.
  Result<domain::TokenRecord> revoke(const domain::Actor& actor, std::string_view token_id);

 private:
  sql::Database& db_;
  const Clock& clock_;
  Random& random_;
  Audit& audit_;
  Sha256 authority_fingerprint_;
  const Schools& schools_;
};

}  // namespace rollcall::service
