#include "common/net/door.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "common/base/address.h"
#include "common/net/connection.h"

namespace rollcall::net {
namespace {

// One look at everybody makes room for many, so that a flood does not make the door look for each newcomer.
constexpr std::size_t kShareThatGoes = 64;  // one of so many

}  // namespace

bool Door::admit(const std::string& address) {
  if (stopping) return false;
  const auto full = [this] { return inside_.size() - leaving_ >= limits.connections; };
  if (full()) make_room(For::connections);
  if (full()) return false;
  if (limits.connections_per_address == 0) return true;
  std::size_t& count = per_address_[address];
  if (count >= limits.connections_per_address) return false;
  ++count;
  return true;
}

void Door::join(Connection& connection) {
  connection.place = inside_.size();
  inside_.push_back(&connection);
  ++counts.open;
  ++counts.total;
}

void Door::leave(Connection& connection, const std::string& address) {
  if (connection.asked_to_leave) --leaving_;
  inside_.back()->place = connection.place;
  inside_[connection.place] = inside_.back();
  inside_.pop_back();
  --counts.open;
  if (const auto found = per_address_.find(address); found != per_address_.end() && --found->second == 0) {
    per_address_.erase(found);
  }
  if (stopping && inside_.empty() && on_empty) on_empty();
}

void Door::hold(std::int64_t bytes) {
  held_bytes_ += bytes;
  if (bytes > 0 && held_bytes_ > static_cast<std::int64_t>(limits.unfinished_bytes)) make_room(For::bytes);
}

void Door::make_room(For what) {
  std::unordered_map<std::string, std::vector<Connection*>> waiting;  // by neighborhood
  for (Connection* it : inside_) {
    if (it->asked_to_leave) continue;
    const bool may_go = what == For::connections ? it->is_dispensable() : it->keeps_waiting() && it->held_bytes() > 0;
    if (may_go) waiting[neighborhood_of(it->address())].push_back(it);
  }
  if (waiting.empty()) return;
  auto& busiest = std::ranges::max_element(waiting, {}, [](const auto& it) { return it.second.size(); })->second;
  std::ranges::stable_sort(busiest, {}, &Connection::since_ms);
  const auto places = limits.connections - limits.connections / kShareThatGoes;
  const auto bytes = static_cast<std::int64_t>(limits.unfinished_bytes - limits.unfinished_bytes / kShareThatGoes);
  for (Connection* it : busiest) {
    if (what == For::connections ? inside_.size() - leaving_ < places : held_bytes_ <= bytes) return;
    it->asked_to_leave = true;
    ++leaving_;
    it->cut();
  }
}

void Door::hand_over(Reply reply) {
  const std::lock_guard lock(replies_mutex_);
  if (const auto waiting = replies_.lock()) {
    waiting->push_back(std::move(reply));
    return;
  }
  auto replies = std::make_shared<std::vector<Reply>>();
  replies->push_back(std::move(reply));
  replies_ = replies;
  // The connections among them keep this door.
  asio::post(io, [this, replies = std::move(replies)] {
    {
      const std::lock_guard taking(replies_mutex_);
      replies_.reset();
    }
    for (Reply& it : *replies) it.connection->accept_reply(it.turn, std::move(it.response));
  });
}

// Backwards, because a connection that ends meanwhile is replaced by the last, which was looked at already.
void Door::sweep() {
  const std::int64_t now_ms = clock.monotonic_ms();
  for (std::size_t i = inside_.size(); i-- > 0;) {
    if (i < inside_.size()) inside_[i]->shared_from_this()->sweep(now_ms);
  }
}

void Door::cut(Whom whom) {
  for (std::size_t i = inside_.size(); i-- > 0;) {
    if (i >= inside_.size()) continue;
    const auto connection = inside_[i]->shared_from_this();
    const bool goes = whom == Whom::everybody || connection->is_interruptible() ||
                      (whom == Whom::unfinished && connection->keeps_waiting());
    if (goes) connection->cut();
  }
}

}  // namespace rollcall::net
