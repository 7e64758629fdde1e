// Accounts of this server: who may sign in, with which role and scope. Thread-safe; hashes passwords and
// commits, so on worker threads only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/digest.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/user.h"
#include "server/service/audit.h"
#include "server/service/passwords.h"
#include "server/service/schools.h"
#include "server/service/sessions.h"
#include "server/service/sign_in_tries.h"
#include "server/storage/user_store.h"

namespace rollcall::service {

struct NewUser {
  std::string name{};
  domain::Role role{domain::Role::viewer};
  domain::Scope scope{};
};

struct UserChange {
  std::optional<domain::Role> role{};
  std::optional<domain::Scope> scope{};
  std::optional<bool> disabled{};
};

class Users {
 public:
  Users(sql::Database& db, const Clock& clock, Random& random, Sessions& sessions, Passwords& passwords,
         Audit& audit, const Schools& schools)
      : db_(db),
        clock_(clock),
        random_(random),
        sessions_(sessions),
        passwords_(passwords),
        audit_(audit),
        schools_(schools),
        tries_(db, clock) {}

  // `new_password` is needed when the account still has its one-time password.
  // Errors: unauthenticated (unknown name, wrong password, disabled: all alike; or, only after the right
  // password, that the one-time password ran out), conflict with field "new_password" (it must be given),
  // invalid_argument with field "new_password" (it was refused; the message says why), rate_limited (see
  // SignInTries, whether the name exists or not). `neighborhood` is where the request came from.
  Result<Sessions::Opened> sign_in(std::string_view name, std::string_view password,
                                   const std::optional<std::string>& new_password, domain::SessionKind kind,
                                   std::string_view neighborhood = {});
  // Seconds until sign_in() is not rate_limited any more.
  std::int64_t sign_in_wait_s(std::string_view name, std::string_view neighborhood);

  Result<> sign_out(const domain::Principal& who);  // closing twice is a success

  // Ends every session of this person and opens a new one of the same kind. Errors: permission_denied with
  // field "password" (it is wrong), invalid_argument with field "new_password", rate_limited (ten wrong tries of
  // this person's own, whatever others try at the sign-in).
  Result<Sessions::Opened> change_password(const domain::Principal& who, std::string_view password,
                                           std::string_view new_password);
  std::int64_t change_password_wait_s(const domain::Principal& who);

  struct Created {
    domain::User user{};
    std::string one_time_password{};  // exists here only; good for 24 hours
  };
  // Errors: already_exists (field "name"), invalid_argument (field "name", "scope").
  Result<Created> create(const domain::Actor& actor, const NewUser& wanted);
  // A new one-time password; every session ends; the failed tries are forgotten.
  Result<Created> reset_password(const domain::Actor& actor, std::string_view user_id);
  // Disabling ends every session. Errors: not_found, invalid_argument, conflict (the last admin who is able
  // to sign in would be gone).
  Result<domain::User> edit(const domain::Actor& actor, std::string_view user_id, const UserChange& change);

  static constexpr std::size_t kMaxPage = 500;
  struct Page {
    std::vector<domain::User> users{};  // by name
    std::string next_cursor{};          // empty: no more
  };
  // `cursor`: an earlier page's next_cursor, or empty. Errors: invalid_argument (field "cursor").
  Result<Page> list(std::string_view cursor = {}, std::size_t limit = kMaxPage);
  Result<domain::User> get(std::string_view user_id);

  // From the server's own shell only; the network never reaches these two. An admin who exists already gets
  // a new one-time password, so that a locked-out district can help itself.
  Result<Created> create_admin_from_shell(std::string_view name);
  // A command-line session without a password, for `rollcalld admin profile`. Errors: not_found, conflict
  // (disabled).
  Result<Sessions::Opened> mint_profile_from_shell(std::string_view name);

 private:
  struct Verified {
    std::optional<storage::UserRow> row{};  // as it was when the password was compared
    bool right{};                           // and may sign in; implies `row`
    std::string target() const { return row ? "user:" + row->user.user_id : std::string(); }
  };
  Result<Verified> verify(const Passwords::Turn& turn, std::string_view name, std::string_view password);
  // The try was no guess: the password was right, only something else was not.
  Result<> forgive(const SignInTries::Try& counted);
  Result<std::string> accepted_hash(const Passwords::Turn& turn, std::string_view password,
                                    std::string_view old_password, std::string_view user_name,
                                    const SignInTries::Try& counted);
  Result<Sessions::Opened> open_session(const storage::UserRow& seen,
                                        const std::optional<std::string>& new_hash, domain::SessionKind kind,
                                        const char* action, const SignInTries::Try& counted);
  std::string make_one_time_password();
  Result<> check_scope(const domain::Scope& scope) const;

  sql::Database& db_;
  const Clock& clock_;
  Random& random_;
  Sessions& sessions_;
  Passwords& passwords_;
  Audit& audit_;
  const Schools& schools_;
  SignInTries tries_;
  // A change in the database and its twin in the sessions' memory are one step, so that a sign-in cannot
  // slip in between disabling somebody and ending their sessions. Not held while hashing.
  std::mutex change_mutex_;
};

}  // namespace rollcall::service
