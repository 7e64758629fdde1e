#include "server/storage/token_store.h"

#include "server/storage/columns.h"

namespace rollcall::storage {
namespace {

using domain::TokenRecord;

Result<TokenRow> read_token(sql::Rows& row) {
  TokenRow out;
  out.record.token_id = row.string(0);
  out.secret_hash = TRY(digest_of(row.blob(1)));
  out.record.note = row.string(2);
  out.record.uses = row.integer(3);
  out.record.max_uses = row.integer(4);
  out.record.created_ms = row.integer(5);
  out.record.created_by = row.string(6);
  out.record.expires_ms = row.integer(7);
  out.record.revoked_ms = row.optional_integer(8);
  out.record.last_used_ms = row.optional_integer(9);
  if (!row.is_null(10)) out.record.school_id = row.string(10);
  out.any_serial = row.integer(11) != 0;
  return out;
}

Result<bool> has_row(Result<std::unique_ptr<sql::Rows>> rows) {
  if (!rows) return std::unexpected(std::move(rows).error());
  return (*rows)->next();
}

Result<std::vector<std::string>> serials_of(sql::Snapshot& snapshot, std::string_view token_id) {
  return all_rows<std::string>(
      snapshot.query("SELECT serial FROM token_serials WHERE token_id = $1 ORDER BY serial", token_id),
      [](sql::Rows& row) -> Result<std::string> { return row.string(0); });
}

}  // namespace

Result<> insert_token(sql::Transaction& transaction, const TokenRecord& record, const Sha256& secret_hash) {
  TRY(transaction.execute(
      "INSERT INTO enrolment_tokens (token_id, secret_hash, note, uses, max_uses, created_ms, created_by,"
      " expires_ms, school_id, any_serial) VALUES ($1, $2, $3, 0, $4, $5, $6, $7, $8, $9)",
      record.token_id, blob_of(secret_hash), record.note, record.max_uses, record.created_ms,
      record.created_by, record.expires_ms, null_if_empty(record.school_id), record.serials.empty()));
  for (const std::string& serial : record.serials) {
    TRY(transaction.execute("INSERT INTO token_serials (token_id, serial) VALUES ($1, $2)", record.token_id,
                            serial));
  }
  return {};
}

Result<> revoke_token(sql::Transaction& transaction, std::string_view token_id, std::int64_t now_ms) {
  TRY(transaction.execute(
      "UPDATE enrolment_tokens SET revoked_ms = $2 WHERE token_id = $1 AND revoked_ms IS NULL", token_id,
      now_ms));
  return {};
}

Result<bool> use_token(sql::Transaction& transaction, std::string_view token_id, std::int64_t now_ms) {
  const std::int64_t counted = TRY(transaction.execute(
      "UPDATE enrolment_tokens SET uses = uses + 1, last_used_ms = $2"
      " WHERE token_id = $1 AND uses < max_uses AND revoked_ms IS NULL AND expires_ms > $2",
      token_id, now_ms));
  return counted == 1;
}

Result<> insert_token_use(sql::Transaction& transaction, std::string_view token_id, std::int64_t agent_no,
                          std::int64_t now_ms) {
  TRY(transaction.execute("INSERT INTO token_uses (token_id, agent_no, used_ms) VALUES ($1, $2, $3)",
                          token_id, agent_no, now_ms));
  return {};
}

Result<std::optional<TokenRow>> find_token(sql::Snapshot& snapshot, std::string_view token_id) {
  return first_row<TokenRow>(
      snapshot.query("SELECT token_id, secret_hash, note, uses, max_uses, created_ms, created_by, expires_ms,"
                     " revoked_ms, last_used_ms, school_id, any_serial"
                     " FROM enrolment_tokens WHERE token_id = $1",
                     token_id),
      read_token);
}

Result<std::optional<TokenRow>> find_token_by_hash(sql::Snapshot& snapshot, const Sha256& secret_hash) {
  return first_row<TokenRow>(
      snapshot.query("SELECT token_id, secret_hash, note, uses, max_uses, created_ms, created_by, expires_ms,"
                     " revoked_ms, last_used_ms, school_id, any_serial"
                     " FROM enrolment_tokens WHERE secret_hash = $1",
                     blob_of(secret_hash)),
      read_token);
}

Result<bool> token_lists_serial(sql::Snapshot& snapshot, std::string_view token_id, std::string_view serial) {
  return has_row(
      snapshot.query("SELECT 1 FROM token_serials WHERE token_id = $1 AND serial = $2", token_id, serial));
}

Result<bool> token_enrolled(sql::Snapshot& snapshot, std::string_view token_id, std::int64_t agent_no) {
  return has_row(
      snapshot.query("SELECT 1 FROM token_uses WHERE token_id = $1 AND agent_no = $2", token_id, agent_no));
}

Result<std::vector<TokenRecord>> list_tokens(sql::Snapshot& snapshot, std::string_view before_id, std::size_t limit) {
  auto rows = TRY(all_rows<TokenRow>(
      snapshot.query("SELECT token_id, secret_hash, note, uses, max_uses, created_ms, created_by, expires_ms,"
                     " revoked_ms, last_used_ms, school_id, any_serial"
                     " FROM enrolment_tokens WHERE $1 = '' OR token_id < $1 ORDER BY token_id DESC LIMIT $2",
                     before_id, limit),
      read_token));
  std::vector<TokenRecord> tokens;
  for (TokenRow& row : rows) {
    if (!row.any_serial) row.record.serials = TRY(serials_of(snapshot, row.record.token_id));
    tokens.push_back(std::move(row.record));
  }
  return tokens;
}

}  // namespace rollcall::storage
