#include "server/storage/review_store.h"

#include "server/storage/columns.h"

namespace rollcall::storage {
namespace {

using domain::Review;

Result<Review> read_review(sql::Rows& row) {
  Review review;
  review.review_id = row.string(0);
  const auto kind = domain::parse_review_kind(row.text(1));
  if (!kind) return fail(Errc::corrupt, "a review of unknown kind is stored");
  review.kind = *kind;
  review.agent_no = row.integer(2);
  if (!row.is_null(3)) review.other_device_id = row.string(3);
  review.claimed_serial = row.string(4);
  review.created_ms = row.integer(5);
  review.resolved_ms = row.optional_integer(6);
  if (!row.is_null(7)) review.resolution = domain::parse_review_action(row.text(7));
  review.agent_id = row.string(8);
  review.device_id = row.string(9);
  review.maker = row.string(10);
  review.model = row.string(11);
  return review;
}

}  // namespace

Result<> insert_review(sql::Transaction& transaction, const Review& review) {
  TRY(transaction.execute(
      "INSERT INTO reviews (review_id, kind, agent_no, other_device_id, claimed_serial, created_ms)"
      " VALUES ($1, $2, $3, $4, $5, $6)",
      review.review_id, domain::name_of(review.kind), review.agent_no, null_if_empty(review.other_device_id),
      review.claimed_serial, review.created_ms));
  return {};
}

Result<bool> resolve_review(sql::Transaction& transaction, std::string_view review_id,
                            domain::ReviewAction resolution, std::int64_t now_ms) {
  const std::int64_t changed = TRY(transaction.execute(
      "UPDATE reviews SET resolved_ms = $3, resolution = $2 WHERE review_id = $1 AND resolved_ms IS NULL",
      review_id, domain::name_of(resolution), now_ms));
  return changed == 1;
}

Result<> dismiss_reviews_of(sql::Transaction& transaction, std::string_view device_id, std::int64_t now_ms) {
  TRY(transaction.execute(
      "UPDATE reviews SET resolved_ms = $2, resolution = 'dismiss' WHERE resolved_ms IS NULL"
      " AND ((other_device_id = $1 AND kind = 'contested_serial')"
      " OR agent_no IN (SELECT agent_no FROM agents WHERE device_id = $1))",
      device_id, now_ms));
  return {};
}

Result<std::optional<Review>> find_review(sql::Snapshot& snapshot, std::string_view review_id) {
  return first_row<Review>(
      snapshot.query("SELECT r.review_id, r.kind, r.agent_no, r.other_device_id, r.claimed_serial,"
                     " r.created_ms, r.resolved_ms, r.resolution, a.agent_id, a.device_id, d.maker, d.model"
                     " FROM reviews r JOIN agents a ON a.agent_no = r.agent_no"
                     " JOIN devices d ON d.device_id = a.device_id WHERE r.review_id = $1",
                     review_id),
      read_review);
}

Result<std::optional<Review>> find_open_review(sql::Snapshot& snapshot, std::int64_t agent_no) {
  return first_row<Review>(
      snapshot.query("SELECT r.review_id, r.kind, r.agent_no, r.other_device_id, r.claimed_serial,"
                     " r.created_ms, r.resolved_ms, r.resolution, a.agent_id, a.device_id, d.maker, d.model"
                     " FROM reviews r JOIN agents a ON a.agent_no = r.agent_no"
                     " JOIN devices d ON d.device_id = a.device_id"
                     " WHERE r.agent_no = $1 AND r.resolved_ms IS NULL",
                     agent_no),
      read_review);
}

Result<bool> was_contested(sql::Snapshot& snapshot, std::int64_t agent_no, std::string_view serial) {
  const auto rows = TRY(
      snapshot.query("SELECT 1 FROM reviews WHERE agent_no = $1 AND claimed_serial = $2 AND kind = 'contested_serial'",
                     agent_no, serial));
  return rows->next();
}

Result<std::vector<Review>> list_open_reviews(sql::Snapshot& snapshot, std::string_view after_id,
                                              std::size_t limit) {
  return all_rows<Review>(
      snapshot.query("SELECT r.review_id, r.kind, r.agent_no, r.other_device_id, r.claimed_serial,"
                     " r.created_ms, r.resolved_ms, r.resolution, a.agent_id, a.device_id, d.maker, d.model"
                     " FROM reviews r JOIN agents a ON a.agent_no = r.agent_no"
                     " JOIN devices d ON d.device_id = a.device_id"
                     " WHERE r.resolved_ms IS NULL AND r.review_id > $1 ORDER BY r.review_id LIMIT $2",
                     after_id, limit),
      read_review);
}

Result<std::int64_t> count_open_reviews_of(sql::Snapshot& snapshot, std::string_view device_id) {
  const auto rows = TRY(snapshot.query(
      "SELECT count(*) FROM reviews WHERE resolved_ms IS NULL AND (other_device_id = $1"
      " OR agent_no IN (SELECT agent_no FROM agents WHERE device_id = $1))",
      device_id));
  TRY(rows->next());
  return rows->integer(0);
}

Result<std::int64_t> count_open_reviews(sql::Snapshot& snapshot) {
  const auto rows = TRY(snapshot.query("SELECT count(*) FROM reviews WHERE resolved_ms IS NULL"));
  TRY(rows->next());
  return rows->integer(0);
}

Result<std::optional<std::string>> find_contestant(sql::Snapshot& snapshot, std::string_view serial,
                                                   std::string_view system_uuid) {
  return first_row<std::string>(
      snapshot.query("SELECT a.device_id FROM reviews r JOIN agents a ON a.agent_no = r.agent_no"
                     " JOIN devices d ON d.device_id = a.device_id"
                     " WHERE r.kind = 'contested_serial' AND r.claimed_serial = $1 AND a.system_uuid = $2"
                     " AND a.system_uuid <> '' AND a.revoked_ms IS NULL AND d.deleted_ms IS NULL"
                     " ORDER BY a.agent_no DESC LIMIT 1",
                     serial, system_uuid),
      [](sql::Rows& row) -> Result<std::string> { return row.string(0); });
}

}  // namespace rollcall::storage
