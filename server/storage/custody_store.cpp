#include "server/storage/custody_store.h"

#include <utility>

#include "server/storage/columns.h"

namespace rollcall::storage {
namespace {

using domain::Custody;

// Seven columns from `first` on: ms, by, act, reason, condition, kit, note.
Result<Custody::End> read_end(sql::Rows& row, int first) {
  const auto reason = domain::parse_custody_reason(row.text(first + 3));
  const auto condition = domain::parse_condition(row.text(first + 4));
  const auto kit = domain::Kit::parse(row.text(first + 5));
  if (!reason || !condition || !kit) return fail(Errc::corrupt, "a custody of unknown words is stored");
  return Custody::End{row.integer(first),   row.string(first + 1), row.string(first + 2), *reason, *condition, *kit,
                      row.string(first + 6)};
}

// Of every query that reads custody, in this order.
Result<Custody> read_custody(sql::Rows& row) {
  const auto kind = domain::parse_holder_kind(row.text(2));
  if (!kind) return fail(Errc::corrupt, "a custody of unknown holder is stored");
  Custody out{.custody_id = row.string(0),
              .device_id = row.string(1),
              .holder = {*kind, row.integer(3), row.string(4)},
              .agreement = row.string(5),
              .given = TRY(read_end(row, 6))};
  if (!row.is_null(13)) out.taken = TRY(read_end(row, 13));
  return out;
}

Result<std::optional<Custody>> first_custody(Result<std::unique_ptr<sql::Rows>> rows) {
  return first_row<Custody>(std::move(rows), read_custody);
}

std::optional<std::int64_t> person_of(const domain::Holder& holder) {
  return holder.kind == domain::HolderKind::person ? std::optional(holder.person_no) : std::nullopt;
}

}  // namespace

Result<> open_custody(sql::Transaction& transaction, const Custody& custody) {
  const Custody::End& given = custody.given;
  TRY(transaction.execute(
      "INSERT INTO custody (custody_id, device_id, holder_kind, person_no, place_id, agreement, given_ms, given_by,"
      " given_act, given_reason, given_condition, given_kit, given_note)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
      custody.custody_id, custody.device_id, domain::name_of(custody.holder.kind), person_of(custody.holder),
      null_if_empty(custody.holder.place_id), custody.agreement, given.at_ms, given.actor, given.act_id,
      domain::name_of(given.reason), domain::name_of(given.condition), given.kit.to_text(), given.note));
  return {};
}

Result<bool> close_custody(sql::Transaction& transaction, std::string_view custody_id, const Custody::End& taken) {
  const std::int64_t changed = TRY(transaction.execute(
      "UPDATE custody SET taken_ms = $2, taken_by = $3, taken_act = $4, taken_reason = $5, taken_condition = $6,"
      " taken_kit = $7, taken_note = $8 WHERE custody_id = $1 AND taken_ms IS NULL",
      custody_id, taken.at_ms, taken.actor, taken.act_id, domain::name_of(taken.reason),
      domain::name_of(taken.condition), taken.kit.to_text(), taken.note));
  return changed == 1;
}

Result<std::optional<Custody>> find_custody(sql::Snapshot& snapshot, std::string_view custody_id) {
  return first_custody(snapshot.query(
      "SELECT custody_id, device_id, holder_kind, person_no, place_id, agreement, given_ms, given_by, given_act,"
      " given_reason, given_condition, given_kit, given_note, taken_ms, taken_by, taken_act, taken_reason,"
      " taken_condition, taken_kit, taken_note FROM custody WHERE custody_id = $1",
      custody_id));
}

Result<std::optional<Custody>> find_open_custody(sql::Snapshot& snapshot, std::string_view device_id) {
  return first_custody(snapshot.query(
      "SELECT custody_id, device_id, holder_kind, person_no, place_id, agreement, given_ms, given_by, given_act,"
      " given_reason, given_condition, given_kit, given_note, taken_ms, taken_by, taken_act, taken_reason,"
      " taken_condition, taken_kit, taken_note FROM custody WHERE device_id = $1 AND taken_ms IS NULL",
      device_id));
}

Result<std::vector<Custody>> custody_of_act(sql::Snapshot& snapshot, std::string_view act_id,
                                            std::string_view device_id) {
  return all_rows<Custody>(
      snapshot.query(
          "SELECT custody_id, device_id, holder_kind, person_no, place_id, agreement, given_ms, given_by, given_act,"
          " given_reason, given_condition, given_kit, given_note, taken_ms, taken_by, taken_act, taken_reason,"
          " taken_condition, taken_kit, taken_note FROM custody WHERE device_id = $2"
          " AND (given_act = $1 OR taken_act = $1) ORDER BY given_ms, custody_id",
          act_id, device_id),
      read_custody);
}

Result<std::vector<Custody>> custody_of_device(sql::Snapshot& snapshot, std::string_view device_id,
                                               const CustodyCursor& before, std::size_t limit) {
  return all_rows<Custody>(
      snapshot.query(
          "SELECT custody_id, device_id, holder_kind, person_no, place_id, agreement, given_ms, given_by, given_act,"
          " given_reason, given_condition, given_kit, given_note, taken_ms, taken_by, taken_act, taken_reason,"
          " taken_condition, taken_kit, taken_note FROM custody WHERE device_id = $1"
          " AND (given_ms < $2 OR (given_ms = $2 AND custody_id < $3))"
          " ORDER BY given_ms DESC, custody_id DESC LIMIT $4",
          device_id, before.given_ms, before.custody_id, limit),
      read_custody);
}

Result<std::vector<Custody>> open_custody_of_person(sql::Snapshot& snapshot, std::int64_t person_no) {
  return all_rows<Custody>(
      snapshot.query(
          "SELECT custody_id, device_id, holder_kind, person_no, place_id, agreement, given_ms, given_by, given_act,"
          " given_reason, given_condition, given_kit, given_note, taken_ms, taken_by, taken_act, taken_reason,"
          " taken_condition, taken_kit, taken_note FROM custody WHERE person_no = $1 AND taken_ms IS NULL"
          " ORDER BY given_ms, custody_id",
          person_no),
      read_custody);
}

Result<std::vector<Custody>> custody_of_person(sql::Snapshot& snapshot, std::int64_t person_no,
                                               const CustodyCursor& before, std::size_t limit) {
  return all_rows<Custody>(
      snapshot.query(
          "SELECT custody_id, device_id, holder_kind, person_no, place_id, agreement, given_ms, given_by, given_act,"
          " given_reason, given_condition, given_kit, given_note, taken_ms, taken_by, taken_act, taken_reason,"
          " taken_condition, taken_kit, taken_note FROM custody WHERE person_no = $1"
          " AND (given_ms < $2 OR (given_ms = $2 AND custody_id < $3))"
          " ORDER BY given_ms DESC, custody_id DESC LIMIT $4",
          person_no, before.given_ms, before.custody_id, limit),
      read_custody);
}

Result<std::vector<Custody>> open_custody_of_place(sql::Snapshot& snapshot, std::string_view place_id,
                                                   std::string_view after, std::size_t limit) {
  return all_rows<Custody>(
      snapshot.query(
          "SELECT custody_id, device_id, holder_kind, person_no, place_id, agreement, given_ms, given_by, given_act,"
          " given_reason, given_condition, given_kit, given_note, taken_ms, taken_by, taken_act, taken_reason,"
          " taken_condition, taken_kit, taken_note FROM custody WHERE place_id = $1 AND taken_ms IS NULL"
          " AND device_id > $2 ORDER BY device_id LIMIT $3",
          place_id, after, limit),
      read_custody);
}

Result<> each_holder(sql::Snapshot& snapshot,
                     const std::function<void(std::string_view device_id, domain::HolderKind kind)>& take) {
  auto rows =
      TRY(snapshot.query("SELECT device_id, holder_kind FROM custody WHERE taken_ms IS NULL ORDER BY device_id"));
  while (TRY(rows->next())) {
    const auto kind = domain::parse_holder_kind(rows->text(1));
    if (!kind) return fail(Errc::corrupt, "a custody of unknown holder is stored");
    take(rows->text(0), *kind);
  }
  return {};
}

Result<> insert_act(sql::Transaction& transaction, const CustodyAct& act) {
  TRY(transaction.execute(
      "INSERT INTO custody_acts (act_id, device_id, actor, at_ms, lifecycle_before, condition_before,"
      " undoes) VALUES ($1, $2, $3, $4, $5, $6, $7)",
      act.act_id, act.device_id, act.actor, act.at_ms, domain::name_of(act.lifecycle_before),
      domain::name_of(act.condition_before), null_if_empty(act.undoes)));
  return {};
}

Result<std::vector<CustodyAct>> find_act(sql::Snapshot& snapshot, std::string_view act_id) {
  return all_rows<CustodyAct>(
      snapshot.query("SELECT act_id, device_id, actor, at_ms, lifecycle_before, condition_before, undoes"
                     " FROM custody_acts WHERE act_id = $1 ORDER BY device_id",
                     act_id),
      [](sql::Rows& row) -> Result<CustodyAct> {
        const auto lifecycle = domain::parse_lifecycle(row.text(4));
        const auto condition = domain::parse_condition(row.text(5));
        if (!lifecycle || !condition) return fail(Errc::corrupt, "an act of unknown words is stored");
        return CustodyAct{row.string(0), row.string(1), row.string(2), row.integer(3),
                          *lifecycle,    *condition,    row.string(6)};
      });
}

Result<bool> is_undone(sql::Snapshot& snapshot, std::string_view act_id) {
  return TRY(snapshot.query("SELECT 1 FROM custody_acts WHERE undoes = $1 LIMIT 1", act_id))->next();
}

Result<bool> update_standing(sql::Transaction& transaction, const domain::Device& device,
                             std::int64_t expected_version) {
  const std::int64_t changed =
      TRY(transaction.execute("UPDATE devices SET lifecycle = $3, condition = $4, version = version + 1"
                              " WHERE device_id = $1 AND version = $2 AND deleted_ms IS NULL",
                              device.device_id, expected_version, domain::name_of(device.standing.lifecycle),
                              domain::name_of(device.standing.condition)));
  return changed == 1;
}

}  // namespace rollcall::storage
