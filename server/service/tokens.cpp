#include "server/service/tokens.h"

#include <algorithm>

#include "common/base/id.h"
#include "common/base/text.h"
#include "common/wire/enrolment.h"
#include "server/domain/device.h"
#include "server/service/id_cursor.h"
#include "server/storage/token_store.h"

namespace rollcall::service {
namespace {

constexpr std::size_t kSecretBytes = 16;

Result<std::vector<std::string>> normalised_serials(const std::vector<std::string>& wanted) {
  if (wanted.size() > domain::kMaxTokenSerials) {
    return fail(Errc::invalid_argument, "a token lists at most 10,000 serials", "serials");
  }
  std::vector<std::string> out;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    std::string serial = domain::normalise_serial(wanted[i]);
    if (serial.empty()) {
      return fail(Errc::invalid_argument, "this is not a serial, or one that many laptops share",
                  "serials[" + std::to_string(i) + "]");
    }
    out.push_back(std::move(serial));
  }
  std::ranges::sort(out);
  const auto repeated = std::ranges::unique(out);
  out.erase(repeated.begin(), repeated.end());
  return out;
}

}  // namespace

Result<Tokens::Created> Tokens::create(const domain::Actor& actor, const NewToken& wanted) {
  const std::string_view note = trim(wanted.note);
  if (note.size() > domain::kMaxTokenNote || !is_utf8(note)) {
    return fail(Errc::invalid_argument, "a note is at most 200 bytes of text", "note");
  }
  if (wanted.max_uses < 1 || wanted.max_uses > domain::kMaxTokenUses) {
    return fail(Errc::invalid_argument, "a token has 1 to 100,000 uses", "max_uses");
  }
  if (wanted.life_ms < kMinuteMs || wanted.life_ms > domain::kMaxTokenLifeMs) {
    return fail(Errc::invalid_argument, "a token lives for a minute to a year", "life_ms");
  }
  if (!wanted.school_id.empty()) TRY(schools_.expect(wanted.school_id, "school"));
  Created created;
  domain::TokenRecord& record = created.record;
  record.serials = TRY(normalised_serials(wanted.serials));
  record.token_id = make_ulid(clock_, random_);
  record.note = printable(note);
  record.max_uses = wanted.max_uses;
  record.created_ms = clock_.wall_ms();
  record.expires_ms = record.created_ms + wanted.life_ms;
  record.created_by = actor.to_text();
  record.school_id = wanted.school_id;

  const std::string secret = random_.bytes(kSecretBytes);
  TRY(db_.write([&](sql::Transaction& transaction) -> Result<> {
    TRY(storage::insert_token(transaction, record, sha256(secret)));
    return audit_.append(
        transaction, actor, "token.create", "token:" + record.token_id,
        "uses " + std::to_string(record.max_uses) + ", serials " + std::to_string(record.serials.size()));
  }));
  const wire::EnrolmentToken token{.secret = secret, .authority_fingerprint = authority_fingerprint_};
  created.text = token.to_text();
  return created;
}

Result<Tokens::Page> Tokens::page(std::string_view cursor, std::size_t limit) {
  TRY(expect_id_cursor(cursor, "tokens"));
  const std::size_t most = std::clamp<std::size_t>(limit, 1, kMaxPage);
  Page page;
  page.tokens = TRY(db_.read([&](sql::Snapshot& snapshot) { return storage::list_tokens(snapshot, cursor, most); }));
  if (page.tokens.size() == most) page.next_cursor = page.tokens.back().token_id;
  return page;
}

Result<domain::TokenRecord> Tokens::revoke(const domain::Actor& actor, std::string_view token_id) {
  return db_.write([&](sql::Transaction& transaction) -> Result<domain::TokenRecord> {
    auto row = TRY(storage::find_token(transaction, token_id));
    if (!row) return fail(Errc::not_found, "there is no token " + std::string(token_id));
    if (row->record.revoked_ms) return std::move(row->record);
    row->record.revoked_ms = clock_.wall_ms();
    TRY(storage::revoke_token(transaction, token_id, *row->record.revoked_ms));
    TRY(audit_.append(transaction, actor, "token.revoke", "token:" + row->record.token_id));
    return std::move(row->record);
  });
}

}  // namespace rollcall::service
