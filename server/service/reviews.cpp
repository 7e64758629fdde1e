#include "server/service/reviews.h"

#include <algorithm>

#include "common/base/id.h"
#include "common/base/log.h"
#include "server/service/id_cursor.h"
#include "server/storage/agent_store.h"
#include "server/storage/device_store.h"
#include "server/storage/review_store.h"

namespace rollcall::service {
namespace {

using domain::Review;
using domain::ReviewAction;

Result<Review> review_of(sql::Snapshot& snapshot, std::string_view review_id) {
  auto review = TRY(storage::find_review(snapshot, review_id));
  if (!review) return fail(Errc::not_found, "there is no review " + std::string(review_id));
  return std::move(*review);
}

Result<domain::Device> live_device(sql::Snapshot& snapshot, std::string_view device_id) {
  auto device = TRY(storage::find_device(snapshot, device_id));
  if (!device || device->deleted()) {
    return fail(Errc::invalid_argument, "there is no device " + std::string(device_id), "device_id");
  }
  return std::move(*device);
}

}  // namespace

Result<Reviews::Page> Reviews::open(std::string_view cursor, std::size_t limit) {
  TRY(expect_id_cursor(cursor, "reviews"));
  const std::size_t most = std::clamp<std::size_t>(limit, 1, kMaxPage);
  Page page;
  page.reviews =
      TRY(db_.read([&](sql::Snapshot& snapshot) { return storage::list_open_reviews(snapshot, cursor, most); }));
  if (page.reviews.size() == most) page.next_cursor = page.reviews.back().review_id;
  return page;
}

Result<std::int64_t> Reviews::count_open() {
  return db_.read([](sql::Snapshot& snapshot) { return storage::count_open_reviews(snapshot); });
}

Result<std::int64_t> Reviews::count_open_of(std::string_view device_id) {
  return db_.read([&](sql::Snapshot& snapshot) { return storage::count_open_reviews_of(snapshot, device_id); });
}

Result<Review> Reviews::get(std::string_view review_id) {
  return db_.read([&](sql::Snapshot& snapshot) { return review_of(snapshot, review_id); });
}

// The agents of the review's device move together: a re-image of it may have come in meanwhile. From then on
// all agents of the target belong there by a person's word, so none of them is superseded any more.
Result<> Reviews::attach(sql::Transaction& transaction, const Review& review, const std::string& target) {
  TRY(live_device(transaction, target));
  if (target == review.device_id) {
    return fail(Errc::invalid_argument, "the agent stands on this device already; keep it separate",
                "device_id");
  }
  const std::int64_t now_ms = clock_.wall_ms();
  for (const auto& row : TRY(storage::list_agents_of(transaction, review.device_id))) {
    TRY(storage::move_agent(transaction, row.agent.agent_no, target));
  }
  for (const auto& row : TRY(storage::list_agents_of(transaction, target))) {
    TRY(storage::reinstate_agent(transaction, row.agent.agent_no));
  }
  TRY(storage::delete_device(transaction, review.device_id, now_ms));
  return {};
}

Result<Review> Reviews::resolve(const domain::Actor& actor, std::string_view review_id, ReviewAction action,
                                std::string_view device_id) {
  std::set<std::string> changed;
  Review review = TRY(db_.write([&](sql::Transaction& transaction) -> Result<Review> {
    changed.clear();
    const Review before = TRY(review_of(transaction, review_id));
    const std::int64_t now_ms = clock_.wall_ms();
    if (!TRY(storage::resolve_review(transaction, review_id, action, now_ms))) {
      return fail(Errc::conflict, "this review was resolved already");
    }
    if (action == ReviewAction::attach) {
      const std::string target = device_id.empty() ? before.other_device_id : std::string(device_id);
      if (target.empty()) {
        return fail(Errc::invalid_argument, "say which device the agent belongs to", "device_id");
      }
      TRY(attach(transaction, before, target));
      changed = {before.device_id, target};
    }
    Review after = TRY(review_of(transaction, review_id));
    TRY(audit_.append(transaction, actor, "review.resolve", "review:" + before.review_id,
                      std::string(domain::name_of(action)) + ", device:" + after.device_id));
    return after;
  }));
  for (const std::string& id : changed) TRY(agents_.refresh(id));
  return review;
}

Result<> Reviews::split_off(sql::Transaction& transaction, const domain::Device& from,
                            const domain::Agent& newcomer, std::set<std::string>& changed) {
  const std::int64_t now_ms = clock_.wall_ms();
  domain::Device own = from;
  own.device_id = make_ulid(clock_, random_);
  own.serial.clear();
  own.tag.clear();
  own.version = 1;
  own.created_ms = now_ms;
  TRY(storage::insert_device(transaction, own));
  TRY(storage::move_agent(transaction, newcomer.agent_no, own.device_id));
  changed.insert(own.device_id);
  if (TRY(storage::find_open_review(transaction, newcomer.agent_no))) return {};
  const Review review{.review_id = make_ulid(clock_, random_),
                      .kind = domain::ReviewKind::contested_serial,
                      .agent_no = newcomer.agent_no,
                      .agent_id = newcomer.agent_id,
                      .device_id = own.device_id,
                      .other_device_id = from.device_id,
                      .claimed_serial = from.serial,
                      .maker = from.maker,
                      .model = from.model,
                      .created_ms = now_ms};
  TRY(storage::insert_review(transaction, review));
  return audit_.append(transaction, {domain::Actor::Kind::system, ""}, "review.open",
                       "review:" + review.review_id, "contested serial, agent:" + newcomer.agent_id);
}

Result<> Reviews::report_from_superseded(const domain::AgentHandle& agent, std::int64_t received_ms) {
  if (!agent->superseded_ms || received_ms < *agent->superseded_ms + domain::kSupersededGraceMs) return {};
  std::set<std::string> changed;
  TRY(db_.write([&](sql::Transaction& transaction) -> Result<> {
    changed.clear();
    const auto old = TRY(storage::find_agent(transaction, agent->agent_no));
    if (!old || !old->agent.superseded_ms || old->agent.revoked_ms || old->device_deleted) return {};
    const auto device = TRY(storage::find_device(transaction, old->agent.device_id));
    for (const auto& row : TRY(storage::list_agents_of(transaction, device->device_id))) {
      const bool newcomer =
          row.agent.agent_no > agent->agent_no && !row.agent.revoked_ms && !row.agent.superseded_ms;
      if (newcomer) TRY(split_off(transaction, *device, row.agent, changed));
    }
    TRY(storage::reinstate_agent(transaction, agent->agent_no));
    changed.insert(device->device_id);
    return {};
  }));
  for (const std::string& id : changed) TRY(agents_.refresh(id));
  if (!changed.empty()) {
    log::warn("agent {} still reports though its device {} was enrolled anew; see the reviews",
              agent->agent_id, agent->device_id);
  }
  return {};
}

}  // namespace rollcall::service
