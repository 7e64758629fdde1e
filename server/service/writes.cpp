#include "server/service/writes.h"

#include "common/base/log.h"
#include "server/storage/kept_answer_store.h"

namespace rollcall::service {
namespace {

constexpr std::size_t kForgottenAtOnce = 500;  // within 20 ms

}  // namespace

Result<std::optional<Writes::Once>> Writes::kept(sql::Snapshot& snapshot, const std::string& owner,
                                                 const Attempt& attempt) const {
  if (attempt.key.empty()) return std::optional<Once>();
  auto found = TRY(storage::find_kept_answer(snapshot, owner, attempt.key));
  if (!found) return std::optional<Once>();
  if (found->request_hash != attempt.request) return std::optional(Once{.other_request = true});
  return std::optional(Once{{found->status, std::move(found->etag), std::move(found->body)}, true, false});
}

Result<> Writes::keep(Write& write, const std::string& owner, const Attempt& attempt, const Answer& answer) const {
  if (attempt.key.empty()) return {};
  return storage::insert_kept_answer(write.transaction(), {owner, attempt.key, attempt.request, answer.status,
                                                           answer.etag, answer.body, write.now_ms() + kKeptMs});
}

Result<Writes::Once> Writes::once(const domain::Actor& actor, const Attempt& attempt, const Work& work,
                                  const Refusal& refusal) {
  const std::string owner = actor.to_text();
  auto done = run(actor, [&](Write& write) -> Result<Once> {
    if (auto before = TRY(kept(write.transaction(), owner, attempt))) return std::move(*before);
    Once first{TRY(work(write))};
    TRY(keep(write, owner, attempt, first.answer));
    return first;
  });
  if (done) return done;
  const auto refused = refusal(done.error());
  if (!refused) return done;
  // Of the change nothing is left, so that the refusal has a transaction of its own. Who came with the same key in
  // between was first.
  return run(actor, [&](Write& write) -> Result<Once> {
    if (auto before = TRY(kept(write.transaction(), owner, attempt))) return std::move(*before);
    TRY(keep(write, owner, attempt, *refused));
    return Once{*refused};
  });
}

void Writes::run_due(std::int64_t now_ms) {
  const auto forgotten = db_.write([&](sql::Transaction& transaction) {
    return storage::delete_expired_answers(transaction, now_ms, kForgottenAtOnce);
  });
  if (!forgotten) log::warn("answers that are kept for a second try: {}", forgotten.error().message);
  const bool more = forgotten && *forgotten == static_cast<std::int64_t>(kForgottenAtOnce);
  next_due_ms_ = now_ms + (more ? 1'000 : kHourMs);
}

}  // namespace rollcall::service
