#include "server/storage/kept_answer_store.h"

#include "server/storage/columns.h"

namespace rollcall::storage {

Result<> insert_kept_answer(sql::Transaction& transaction, const KeptAnswer& answer) {
  TRY(
      transaction.execute("INSERT INTO kept_answers (owner, key, request_hash, status, etag, body, expires_ms)"
                          " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                          answer.owner, answer.key, blob_of(answer.request_hash), answer.status, answer.etag,
                          answer.body, answer.expires_ms));
  return {};
}

Result<std::optional<KeptAnswer>> find_kept_answer(sql::Snapshot& snapshot, std::string_view owner,
                                                   std::string_view key) {
  return first_row<KeptAnswer>(
      snapshot.query("SELECT owner, key, request_hash, status, etag, body, expires_ms FROM kept_answers"
                     " WHERE owner = $1 AND key = $2",
                     owner, key),
      [](sql::Rows& row) -> Result<KeptAnswer> {
        return KeptAnswer{
            row.string(0), row.string(1), TRY(digest_of(row.blob(2))), static_cast<int>(row.integer(3)), row.string(4),
            row.string(5), row.integer(6)};
      });
}

Result<std::int64_t> delete_expired_answers(sql::Transaction& transaction, std::int64_t now_ms, std::size_t limit) {
  return transaction.execute(
      "DELETE FROM kept_answers WHERE (owner, key) IN"
      " (SELECT owner, key FROM kept_answers WHERE expires_ms <= $1 ORDER BY expires_ms LIMIT $2)",
      now_ms, limit);
}

}  // namespace rollcall::storage
