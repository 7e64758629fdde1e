// Accounts: made, changed, disabled, reset; and what only the server's own shell may do.
#include <algorithm>

#include "common/base/digest.h"
#include "common/base/id.h"
#include "common/base/text.h"
#include "server/service/users.h"

namespace rollcall::service {
namespace {

using domain::Actor;
using domain::Role;
using domain::ScopeKind;
using domain::User;

Result<storage::UserRow> row_of(sql::Snapshot& snapshot, std::string_view user_id) {
  auto row = TRY(storage::find_user(snapshot, user_id));
  if (!row) return fail(Errc::not_found, "there is no user " + std::string(user_id));
  return std::move(*row);
}

bool runs_the_district(const User& user) {
  return user.role == Role::admin && user.scope.kind == ScopeKind::district && !user.disabled;
}

Result<> expect_another_admin(sql::Snapshot& snapshot, const User& without, std::int64_t now_ms) {
  if (TRY(storage::has_other_admin(snapshot, without.user_id, now_ms))) return {};
  return fail(Errc::conflict, "this is the last admin who can sign in; make another one first");
}

std::string what_changes(const User& before, const User& after) {
  std::string out;
  const auto add = [&](std::string text) { out += (out.empty() ? "" : ", ") + std::move(text); };
  if (before.role != after.role) {
    add("role " + std::string(domain::name_of(before.role)) + " to " +
        std::string(domain::name_of(after.role)));
  }
  if (before.scope != after.scope) add("scope");
  if (before.disabled != after.disabled) add(after.disabled ? "disabled" : "enabled");
  return out;
}

}  // namespace

// 100 bits in the alphabet of ULIDs, in groups that can be read out over a telephone.
std::string Users::make_one_time_password() {
  constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
  std::string out;
  for (int i = 0; i < 20; ++i) {
    if (i > 0 && i % 5 == 0) out += '-';
    out += kAlphabet[random_.below(kAlphabet.size())];
  }
  return out;
}

Result<> Users::check_scope(const domain::Scope& scope) const {
  switch (scope.kind) {
    case ScopeKind::district:
      if (scope.ids.empty()) return {};
      return fail(Errc::invalid_argument, "the district's scope names no school", "scope");
    case ScopeKind::school:
      if (scope.ids.empty()) return fail(Errc::invalid_argument, "a school's scope names its schools", "scope");
      for (const auto& id : scope.ids) TRY(schools_.expect(id, "scope"));
      return {};
    default:
      return fail(Errc::invalid_argument, "an account reaches the district or some schools", "scope");
  }
}

Result<Users::Created> Users::create(const Actor& actor, const NewUser& wanted) {
  const auto name = domain::normalise_user_name(wanted.name);
  if (!name) {
    return fail(Errc::invalid_argument,
                "a name has up to 64 of a-z, 0-9, '.', '_', '-' and '@' and starts with a letter or digit",
                "name");
  }
  TRY(check_scope(wanted.scope));
  Created created;
  created.one_time_password = make_one_time_password();
  std::string hash;
  {
    const auto turn = TRY(passwords_.wait_for_turn());
    hash = TRY(passwords_.hash(turn, created.one_time_password));
  }
  const std::int64_t now_ms = clock_.wall_ms();
  created.user = {.user_id = make_ulid(clock_, random_),
                  .name = *name,
                  .role = wanted.role,
                  .scope = wanted.scope,
                  .disabled = false,
                  .one_time_until_ms = now_ms + domain::kOneTimePasswordMs,
                  .created_ms = now_ms};
  TRY(db_.write([&](sql::Transaction& transaction) -> Result<> {
    if (TRY(storage::find_user_by_name(transaction, *name))) {
      return fail(Errc::already_exists, "there is a user of this name already", "name");
    }
    TRY(storage::insert_user(transaction, {.user = created.user, .password_hash = hash}));
    return audit_.append(transaction, actor, "user.create", "user:" + created.user.user_id,
                         "role " + std::string(domain::name_of(wanted.role)));
  }));
  return created;
}

Result<Users::Created> Users::reset_password(const Actor& actor, std::string_view user_id) {
  Created created;
  created.one_time_password = make_one_time_password();
  std::string hash;
  {
    const auto turn = TRY(passwords_.wait_for_turn());
    hash = TRY(passwords_.hash(turn, created.one_time_password));
  }
  const std::scoped_lock changing(change_mutex_);
  created.user = TRY(db_.write([&](sql::Transaction& transaction) -> Result<User> {
    auto row = TRY(row_of(transaction, user_id));
    row.password_hash = hash;
    row.user.one_time_until_ms = clock_.wall_ms() + domain::kOneTimePasswordMs;
    TRY(storage::update_user(transaction, row));
    TRY(sessions_.revoke_all(transaction, user_id));
    TRY(tries_.forget_name(transaction, row.user.name));
    TRY(audit_.append(transaction, actor, "user.reset_password", "user:" + row.user.user_id));
    return row.user;
  }));
  sessions_.revoked_all(user_id);
  return created;
}

Result<User> Users::edit(const Actor& actor, std::string_view user_id, const UserChange& change) {
  if (change.scope) TRY(check_scope(*change.scope));
  const std::scoped_lock changing(change_mutex_);
  User user = TRY(db_.write([&](sql::Transaction& transaction) -> Result<User> {
    auto row = TRY(row_of(transaction, user_id));
    const User before = row.user;
    if (change.role) row.user.role = *change.role;
    if (change.scope) row.user.scope = *change.scope;
    if (change.disabled) row.user.disabled = *change.disabled;
    const std::string changes = what_changes(before, row.user);
    if (changes.empty()) return row.user;
    if (runs_the_district(before) && !runs_the_district(row.user)) {
      TRY(expect_another_admin(transaction, before, clock_.wall_ms()));
    }
    TRY(storage::update_user(transaction, row));
    if (row.user.disabled) TRY(sessions_.revoke_all(transaction, user_id));
    TRY(audit_.append(transaction, actor, "user.edit", "user:" + row.user.user_id, changes));
    return row.user;
  }));
  if (user.disabled) sessions_.revoked_all(user_id);
  sessions_.user_changed(user);
  return user;
}

Result<Users::Page> Users::list(std::string_view cursor, std::size_t limit) {
  const auto after = cursor.empty() ? std::optional<std::string>("") : from_base64url(cursor);
  if (!after || !is_utf8(*after)) return fail(Errc::invalid_argument, "this is not a cursor of the accounts", "cursor");
  const std::size_t most = std::clamp<std::size_t>(limit, 1, kMaxPage);
  const auto rows = TRY(db_.read([&](sql::Snapshot& snapshot) { return storage::list_users(snapshot, *after, most); }));
  Page page;
  for (const auto& row : rows) page.users.push_back(row.user);
  if (rows.size() == most) page.next_cursor = to_base64url(rows.back().user.name);
  return page;
}

Result<User> Users::get(std::string_view user_id) {
  const auto row = TRY(db_.read([&](sql::Snapshot& snapshot) { return row_of(snapshot, user_id); }));
  return row.user;
}

Result<Users::Created> Users::create_admin_from_shell(std::string_view name) {
  const Actor shell{Actor::Kind::shell, ""};
  const auto normalised = domain::normalise_user_name(name);
  const auto known = TRY(db_.read([&](sql::Snapshot& snapshot) {
    return storage::find_user_by_name(snapshot, normalised.value_or(""));
  }));
  if (!known)
    return create(shell,
                  {.name = std::string(name), .role = Role::admin, .scope = {ScopeKind::district, {}}});
  TRY(edit(shell, known->user.user_id,
           {.role = Role::admin, .scope = domain::Scope{ScopeKind::district, {}}, .disabled = false}));
  return reset_password(shell, known->user.user_id);
}

Result<Sessions::Opened> Users::mint_profile_from_shell(std::string_view name) {
  const std::scoped_lock changing(change_mutex_);
  Sessions::Prepared session;
  TRY(db_.write([&](sql::Transaction& transaction) -> Result<> {
    const auto row =
        TRY(storage::find_user_by_name(transaction, domain::normalise_user_name(name).value_or("")));
    if (!row) return fail(Errc::not_found, "there is no user of this name");
    if (row->user.disabled) return fail(Errc::conflict, "this account is disabled");
    session = sessions_.prepare(row->user, domain::SessionKind::command_line);
    TRY(sessions_.store(transaction, session));
    return audit_.append(transaction, {Actor::Kind::shell, ""}, "session.mint", "user:" + row->user.user_id);
  }));
  sessions_.opened(session);
  return session.opened;
}

}  // namespace rollcall::service
