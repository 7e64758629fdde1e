// Signing in and everything that touches a password or a session; accounts are in people_accounts.cpp.
#include "server/service/users.h"

#include "common/base/text.h"

namespace rollcall::service {
namespace {

using domain::Actor;

std::unexpected<Error> wrong() {
  return fail(Errc::unauthenticated, "the name or the password is wrong");
}

// Apart from the tries at the sign-in (no name holds a blank), or a stranger could lock a signed-in person out.
SignInTries::Try own_try(const domain::Principal& who) { return {"password of " + who.user_id, {}}; }

}  // namespace

Result<> Users::forgive(const SignInTries::Try& counted) {
  return db_.write([&](sql::Transaction& transaction) { return tries_.forgive(transaction, counted); });
}

// An unknown name and a disabled account cost as much as a wrong password.
Result<Users::Verified> Users::verify(const Passwords::Turn& turn, std::string_view name,
                                        std::string_view password) {
  Verified out;
  out.row = TRY(db_.read([&](sql::Snapshot& snapshot) {
    return storage::find_user_by_name(snapshot, domain::normalise_user_name(name).value_or(""));
  }));
  const bool same =
      passwords_.verify(turn, out.row ? std::string_view(out.row->password_hash) : "", password);
  out.right = same && !out.row->user.disabled;
  return out;
}

Result<std::string> Users::accepted_hash(const Passwords::Turn& turn, std::string_view password,
                                          std::string_view old_password, std::string_view user_name,
                                          const SignInTries::Try& counted) {
  std::string objection = domain::password_objection(password, user_name);
  if (objection.empty() && password == old_password) objection = "the new password is the old one";
  if (!objection.empty()) {
    TRY(forgive(counted));
    return fail(Errc::invalid_argument, std::move(objection), "new_password");
  }
  return passwords_.hash(turn, password);
}

// `seen` is what the password was compared with: when it changed while we hashed, this sign-in is void.
Result<Sessions::Opened> Users::open_session(const storage::UserRow& seen,
                                              const std::optional<std::string>& new_hash,
                                              domain::SessionKind kind, const char* action,
                                              const SignInTries::Try& counted) {
  const std::scoped_lock changing(change_mutex_);
  Sessions::Prepared session;
  // A one-time password never opened a session, so those that are open were minted on the server's shell.
  const bool end_others = new_hash && !seen.user.one_time_until_ms;
  TRY(db_.write([&](sql::Transaction& transaction) -> Result<> {
    auto row = TRY(storage::find_user(transaction, seen.user.user_id));
    if (!row || row->user.disabled || row->password_hash != seen.password_hash) return wrong();
    if (new_hash) {
      row->password_hash = *new_hash;
      row->user.one_time_until_ms.reset();
    }
    row->user.last_sign_in_ms = clock_.wall_ms();
    TRY(storage::update_user(transaction, *row));
    TRY(tries_.forgive(transaction, counted));
    if (end_others) TRY(sessions_.revoke_all(transaction, row->user.user_id));
    session = sessions_.prepare(row->user, kind);
    TRY(sessions_.store(transaction, session));
    return audit_.append(transaction, {Actor::Kind::user, row->user.user_id}, action,
                         "user:" + row->user.user_id,
                         new_hash ? std::string(domain::name_of(kind)) + ", new password"
                                  : std::string(domain::name_of(kind)));
  }));
  if (end_others) sessions_.revoked_all(seen.user.user_id);
  sessions_.opened(session);
  tries_.succeeded(counted);
  return session.opened;
}

Result<Sessions::Opened> Users::sign_in(std::string_view name, std::string_view password,
                                         const std::optional<std::string>& new_password,
                                         domain::SessionKind kind, std::string_view neighborhood) {
  if (password.size() > domain::kMaxPasswordBytes || name.size() > 4 * domain::kMaxUserName) return wrong();
  const auto turn = TRY(passwords_.wait_for_turn());
  const SignInTries::Try counted{std::string(name), std::string(neighborhood)};
  if (auto allowed = tries_.count(counted); !allowed) {
    if (allowed.error().code == Errc::rate_limited) {
      TRY(audit_.refused({}, "session.open", "", "too many wrong tries"));
    }
    return std::unexpected(allowed.error());
  }
  const Verified who = TRY(verify(turn, name, password));
  if (!who.right) {
    TRY(audit_.refused({}, "session.open", who.target(), "wrong name or password"));
    return wrong();
  }
  const auto& until_ms = who.row->user.one_time_until_ms;
  if (until_ms && *until_ms <= clock_.wall_ms()) {
    TRY(audit_.refused({}, "session.open", who.target(), "one-time password ran out"));
    return fail(Errc::unauthenticated, "this one-time password has run out; ask for a new one");
  }
  if (until_ms && !new_password) {
    TRY(forgive(counted));
    return fail(Errc::conflict, "choose a password of your own to sign in", "new_password");
  }
  std::optional<std::string> new_hash;
  if (new_password) new_hash = TRY(accepted_hash(turn, *new_password, password, who.row->user.name, counted));
  return open_session(*who.row, new_hash, kind, "session.open", counted);
}

Result<> Users::sign_out(const domain::Principal& who) {
  TRY(sessions_.close(who.session_id));
  return db_.write([&](sql::Transaction& transaction) {
    return audit_.append(transaction, Actor::of(who), "session.close", "user:" + who.user_id);
  });
}

std::int64_t Users::sign_in_wait_s(std::string_view name, std::string_view neighborhood) {
  return tries_.wait_s({std::string(name), std::string(neighborhood)}).value_or(0);
}

std::int64_t Users::change_password_wait_s(const domain::Principal& who) {
  return tries_.wait_s(own_try(who)).value_or(0);
}

Result<Sessions::Opened> Users::change_password(const domain::Principal& who, std::string_view password,
                                                 std::string_view new_password) {
  const auto turn = TRY(passwords_.wait_for_turn());
  const auto counted = own_try(who);
  TRY(tries_.count(counted));
  const Verified known = TRY(verify(turn, who.name, password));
  if (!known.right) {
    TRY(audit_.refused(Actor::of(who), "user.password", "user:" + who.user_id, "wrong password"));
    return fail(Errc::permission_denied, "the password is wrong", "password");
  }
  const std::string hash = TRY(accepted_hash(turn, new_password, password, who.name, counted));
  return open_session(*known.row, hash, who.kind, "user.password", counted);
}

}  // namespace rollcall::service
