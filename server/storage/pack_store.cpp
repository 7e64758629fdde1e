#include "server/storage/pack_store.h"

#include <algorithm>

#include "common/base/text.h"
#include "server/domain/device_state.h"
#include "server/storage/columns.h"

namespace rollcall::storage {
namespace {

// Keys use all 64 bits; the column is signed.
std::int64_t column_of(std::uint64_t key) { return static_cast<std::int64_t>(key); }

bool tells_packs_apart(std::string_view serial) {
  const std::string_view text = trim(serial);
  if (text.size() < 3) return false;
  return std::ranges::any_of(text, [&](char c) { return c != text.front(); }) &&
         text.find_first_not_of("0 ") != std::string_view::npos;
}

Result<PackStay> read_stay(const sql::Rows& rows) {
  return PackStay{rows.integer(0), static_cast<std::uint64_t>(rows.integer(1)), rows.string(2), rows.integer(3),
                  rows.optional_integer(4)};
}

Result<> put_pack(sql::Transaction& transaction, const Pack& pack, std::int64_t observed_ms) {
  TRY(transaction.execute(
      "INSERT INTO packs (pack_key, manufacturer, model, serial, technology, design_mwh, first_seen_ms) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (pack_key) DO UPDATE SET "
      "technology = excluded.technology, design_mwh = excluded.design_mwh",
      column_of(pack.key), pack.manufacturer, pack.model, pack.serial, pack.technology, pack.design_mwh, observed_ms));
  return {};
}

}  // namespace

std::uint64_t pack_key(std::int64_t agent_no, std::string_view name, std::string_view manufacturer,
                       std::string_view model, std::string_view serial) {
  std::string identity = std::string(manufacturer) + '\n' + std::string(model) + '\n';
  if (tells_packs_apart(serial)) {
    identity.append(trim(serial));
  } else {
    identity.append("agent ").append(std::to_string(agent_no)).append("\n").append(name);
  }
  return domain::stable_hash(identity);
}

Result<> put_packs(sql::Transaction& transaction, std::int64_t agent_no, std::span<const Pack> packs,
                   std::int64_t observed_ms) {
  std::vector<PackStay> open = TRY(stays_of_agent(transaction, agent_no));
  std::erase_if(open, [](const PackStay& stay) { return stay.until_ms.has_value(); });
  for (const PackStay& stay : open) {
    if (std::ranges::any_of(packs, [&](const Pack& pack) { return pack.key == stay.key; })) continue;
    TRY(transaction.execute(
        "UPDATE pack_stays SET until_ms = $1 WHERE agent_no = $2 AND pack_key = $3 AND from_ms = $4",
        std::max(observed_ms, stay.from_ms), agent_no, column_of(stay.key), stay.from_ms));
  }
  for (const Pack& pack : packs) {
    TRY(put_pack(transaction, pack, observed_ms));
    if (std::ranges::any_of(open, [&](const PackStay& stay) { return stay.key == pack.key; })) continue;
    TRY(transaction.execute("INSERT INTO pack_stays (agent_no, pack_key, from_ms, until_ms, name) "
                            "VALUES ($1, $2, $3, NULL, $4) ON CONFLICT (agent_no, pack_key, from_ms) DO NOTHING",
                            agent_no, column_of(pack.key), observed_ms, pack.name));
  }
  return {};
}

Result<std::vector<PackStay>> stays_of_agent(sql::Snapshot& snapshot, std::int64_t agent_no) {
  return all_rows<PackStay>(snapshot.query("SELECT agent_no, pack_key, name, from_ms, until_ms FROM pack_stays "
                                           "WHERE agent_no = $1 ORDER BY from_ms, pack_key",
                                           agent_no),
                            read_stay);
}

Result<> delete_pack_stays(sql::Transaction& transaction, std::int64_t agent_no) {
  const std::vector<PackStay> stays = TRY(stays_of_agent(transaction, agent_no));
  TRY(transaction.execute("DELETE FROM pack_stays WHERE agent_no = $1", agent_no));
  for (const PackStay& stay : stays) {
    TRY(transaction.execute(
        "DELETE FROM packs WHERE pack_key = $1 AND NOT EXISTS (SELECT 1 FROM pack_stays WHERE pack_key = $1)",
        column_of(stay.key)));
  }
  return {};
}

}  // namespace rollcall::storage
