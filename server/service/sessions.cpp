#include "server/service/sessions.h"

#include <algorithm>
#include <functional>
#include <tuple>
#include <vector>

#include "common/base/id.h"

namespace rollcall::service {
namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kMaxTokenText = 64;
constexpr std::int64_t kSaveEveryMs = kMinuteMs;

std::string key_of(const Sha256& token_hash) {
  return std::string(bytes_of(token_hash));
}

storage::SessionRow row_of(const Sessions::Prepared& session) {
  return {.principal = session.opened.principal,
          .token_hash = session.token_hash,
          .created_ms = session.created_ms,
          .last_seen_ms = session.created_ms,
          .expires_ms = session.opened.expires_ms};
}

std::unexpected<Error> nobody() {
  return fail(Errc::unauthenticated, "sign in first");
}

}  // namespace

// A console session ends when it is idle; a command line may rest for days.
std::int64_t Sessions::end_of(const Session& session) {
  if (session.principal.kind == domain::SessionKind::command_line) return session.expires_ms;
  return std::min(session.expires_ms, session.last_seen_ms + domain::kConsoleIdleMs);
}

Result<> Sessions::load() {
  const auto rows = TRY(db_.read([](sql::Snapshot& snapshot) { return storage::list_sessions(snapshot); }));
  const std::scoped_lock lock(mutex_);
  for (const auto& row : rows) put(row);
  return {};
}

void Sessions::put(const storage::SessionRow& row) {
  hash_by_id_[row.principal.session_id] = key_of(row.token_hash);
  by_hash_[key_of(row.token_hash)] = {.principal = row.principal,
                                      .token_hash = row.token_hash,
                                      .created_ms = row.created_ms,
                                      .last_seen_ms = row.last_seen_ms,
                                      .expires_ms = row.expires_ms};
}

// Looked up by the token's hash: what a guesser could learn from timing is about hashes, not about tokens.
Result<domain::Principal> Sessions::authenticate(std::string_view token) {
  if (token.empty() || token.size() > kMaxTokenText) return nobody();
  const std::string key = key_of(sha256(token));
  const std::int64_t now_ms = clock_.wall_ms();
  const std::scoped_lock lock(mutex_);
  const auto found = by_hash_.find(key);
  if (found == by_hash_.end()) return nobody();
  Session& session = found->second;
  if (end_of(session) <= now_ms) return nobody();
  if (now_ms > session.last_seen_ms) {
    session.last_seen_ms = now_ms;
    session.seen_unsaved = true;
  }
  return session.principal;
}

std::int64_t Sessions::ends_ms(std::string_view session_id) const {
  const std::int64_t now_ms = clock_.wall_ms();
  const std::scoped_lock lock(mutex_);
  const auto key = hash_by_id_.find(std::string(session_id));
  if (key == hash_by_id_.end()) return 0;
  const std::int64_t end_ms = end_of(by_hash_.at(key->second));
  return end_ms > now_ms ? end_ms : 0;
}

std::optional<domain::Principal> Sessions::find(std::string_view session_id) const {
  const std::int64_t now_ms = clock_.wall_ms();
  const std::scoped_lock lock(mutex_);
  const auto key = hash_by_id_.find(std::string(session_id));
  if (key == hash_by_id_.end()) return std::nullopt;
  const Session& session = by_hash_.at(key->second);
  return end_of(session) > now_ms ? std::optional(session.principal) : std::nullopt;
}

Result<> Sessions::close(std::string_view session_id) {
  {
    const std::scoped_lock lock(mutex_);
    const auto key = hash_by_id_.find(std::string(session_id));
    if (key != hash_by_id_.end()) {
      by_hash_.erase(key->second);
      hash_by_id_.erase(key);
    }
  }
  return db_.write(
      [&](sql::Transaction& transaction) { return storage::delete_session(transaction, session_id); });
}

Sessions::Prepared Sessions::prepare(const domain::User& user, domain::SessionKind kind) {
  const std::int64_t now_ms = clock_.wall_ms();
  const bool console = kind == domain::SessionKind::console;
  Prepared session{.opened = {.token = to_base64url(random_.bytes(kTokenBytes)),
                              .principal = {.user_id = user.user_id,
                                            .name = user.name,
                                            .role = user.role,
                                            .scope = user.scope,
                                            .session_id = make_ulid(clock_, random_),
                                            .kind = kind},
                              .expires_ms = now_ms + (console ? domain::kConsoleSessionMs
                                                              : domain::kCommandLineSessionMs)},
                   .token_hash = {},
                   .created_ms = now_ms};
  session.token_hash = sha256(session.opened.token);
  return session;
}

Result<> Sessions::store(sql::Transaction& transaction, const Prepared& session) {
  TRY(storage::insert_session(transaction, row_of(session)));
  return storage::delete_oldest_sessions_of(transaction, session.opened.principal.user_id,
                                            domain::kMaxSessionsOfUser);
}

Result<> Sessions::revoke_all(sql::Transaction& transaction, std::string_view user_id) {
  return storage::delete_sessions_of(transaction, user_id);
}

void Sessions::opened(const Prepared& session) {
  const std::scoped_lock lock(mutex_);
  put(row_of(session));
  std::vector<const Session*> of_user;
  for (const auto& [key, known] : by_hash_) {
    if (known.principal.user_id == session.opened.principal.user_id) of_user.push_back(&known);
  }
  const auto age = [](const Session* it) { return std::tie(it->created_ms, it->principal.session_id); };
  std::ranges::sort(of_user, std::ranges::greater{}, age);
  for (std::size_t i = domain::kMaxSessionsOfUser; i < of_user.size(); ++i) {
    const std::string key = key_of(of_user[i]->token_hash);
    hash_by_id_.erase(of_user[i]->principal.session_id);
    by_hash_.erase(key);
  }
}

void Sessions::revoked_all(std::string_view user_id) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(by_hash_, [&](const auto& entry) {
    if (entry.second.principal.user_id != user_id) return false;
    hash_by_id_.erase(entry.second.principal.session_id);
    return true;
  });
}

void Sessions::user_changed(const domain::User& user) {
  const std::scoped_lock lock(mutex_);
  for (auto& [key, session] : by_hash_) {
    if (session.principal.user_id != user.user_id) continue;
    session.principal.role = user.role;
    session.principal.scope = user.scope;
  }
}

std::int64_t Sessions::next_due_ms() const {
  const std::scoped_lock lock(mutex_);
  return next_due_ms_;
}

Result<> Sessions::run_due(std::int64_t now_ms) {
  std::vector<std::pair<Sha256, std::int64_t>> seen;
  std::vector<std::string> over;
  {
    const std::scoped_lock lock(mutex_);
    next_due_ms_ = now_ms + kSaveEveryMs;
    for (auto& [key, session] : by_hash_) {
      if (end_of(session) <= now_ms) {
        over.push_back(session.principal.session_id);
      } else if (std::exchange(session.seen_unsaved, false)) {
        seen.emplace_back(session.token_hash, session.last_seen_ms);
      }
    }
    for (const std::string& session_id : over) {
      by_hash_.erase(hash_by_id_.at(session_id));
      hash_by_id_.erase(session_id);
    }
  }
  if (seen.empty() && over.empty()) return {};
  return db_.write([&](sql::Transaction& transaction) -> Result<> {
    for (const auto& [hash, last_seen_ms] : seen) {
      TRY(storage::touch_session(transaction, hash, last_seen_ms));
    }
    for (const std::string& session_id : over) TRY(storage::delete_session(transaction, session_id));
    return {};
  });
}

}  // namespace rollcall::service
