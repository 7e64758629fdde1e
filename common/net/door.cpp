#include "common/net/door.h"

#include "common/net/connection.h"

namespace rollcall::net {

bool Door::admit(const std::string& address) {
  if (stopping || inside_.size() >= limits.connections) return false;
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
  inside_.back()->place = connection.place;
  inside_[connection.place] = inside_.back();
  inside_.pop_back();
  --counts.open;
  if (const auto found = per_address_.find(address); found != per_address_.end() && --found->second == 0) {
    per_address_.erase(found);
  }
  if (stopping && inside_.empty() && on_empty) on_empty();
}

// Backwards, because a connection that ends meanwhile is replaced by the last, which was looked at already.
void Door::sweep() {
  const std::int64_t now_ms = clock.monotonic_ms();
  for (std::size_t i = inside_.size(); i-- > 0;) {
    if (i < inside_.size()) inside_[i]->shared_from_this()->sweep(now_ms);
  }
}

void Door::cut(bool all) {
  for (std::size_t i = inside_.size(); i-- > 0;) {
    if (i >= inside_.size()) continue;
    const auto connection = inside_[i]->shared_from_this();
    if (all || connection->is_interruptible()) connection->cut();
  }
}

}  // namespace rollcall::net
