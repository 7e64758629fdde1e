// Server-side sessions. The token is 256 random bits and is stored as a SHA-256 only. Sessions live in
// memory (and on disk, so that a restart signs nobody out), so authenticate() and find() do no I/O and may
// be called on the loop thread. Thread-safe.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/base/clock.h"
#include "common/base/digest.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/user.h"
#include "server/storage/session_store.h"

namespace rollcall::service {

class Sessions {
 public:
  Sessions(sql::Database& db, const Clock& clock, Random& random) : db_(db), clock_(clock), random_(random) {}

  Result<> load();  // once, before the doors open

  // Whose token this is, and counts as a sign of life. Errors: unauthenticated.
  Result<domain::Principal> authenticate(std::string_view token);
  // Whose session this is and what they may by now; nothing when it is over. Not a sign of life: an open event
  // stream keeps nobody signed in.
  std::optional<domain::Principal> find(std::string_view session_id) const;
  // When the session ends if nothing more is heard of it; 0 when it is over.
  std::int64_t ends_ms(std::string_view session_id) const;

  Result<> close(std::string_view session_id);  // sign out; closing twice is a success

  struct Opened {
    std::string token{};  // base64url of 32 bytes; exists here only
    domain::Principal principal{};
    std::int64_t expires_ms;  // absolute
  };

  // For service::Users. `row` goes into the transaction; `opened` is called after its commit.
  struct Prepared {
    Opened opened;
    Sha256 token_hash;
    std::int64_t created_ms;
  };
  Prepared prepare(const domain::User& user, domain::SessionKind kind);
  Result<> store(sql::Transaction& transaction, const Prepared& session);
  Result<> revoke_all(sql::Transaction& transaction, std::string_view user_id);
  void opened(const Prepared& session);
  void revoked_all(std::string_view user_id);
  void user_changed(const domain::User& user);  // role, scope

  // Jobs: writes signs of life behind and forgets sessions that are over.
  std::int64_t next_due_ms() const;
  Result<> run_due(std::int64_t now_ms);

 private:
  struct Session {
    domain::Principal principal{};
    Sha256 token_hash;
    std::int64_t created_ms;
    std::int64_t last_seen_ms;
    std::int64_t expires_ms;
    bool seen_unsaved{};
  };
  static std::int64_t end_of(const Session& session);
  void put(const storage::SessionRow& row);  // under mutex_

  sql::Database& db_;
  const Clock& clock_;
  Random& random_;
  mutable std::mutex mutex_;                          // guards what follows; held for map accesses only
  std::unordered_map<std::string, Session> by_hash_;  // bytes of the token's hash
  std::unordered_map<std::string, std::string> hash_by_id_;
  std::int64_t next_due_ms_{};
};

}  // namespace rollcall::service
