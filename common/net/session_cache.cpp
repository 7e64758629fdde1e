#include "common/net/session_cache.h"

#include <utility>

namespace rollcall::net {

void SessionCache::put(std::string_view id, std::string der) {
  if (limit_ == 0) return;
  remove(id);
  if (entries_.size() >= limit_) {
    index_.erase(entries_.front().id);
    entries_.pop_front();
  }
  entries_.push_back(Entry{std::string(id), std::move(der)});
  const auto last = std::prev(entries_.end());
  index_.emplace(last->id, last);
}

std::optional<std::string> SessionCache::find(std::string_view id) const {
  const auto found = index_.find(id);
  if (found == index_.end()) return std::nullopt;
  return found->second->der;
}

void SessionCache::remove(std::string_view id) {
  const auto found = index_.find(id);
  if (found == index_.end()) return;
  const auto entry = found->second;
  index_.erase(found);
  entries_.erase(entry);
}

void SessionCache::clear() {
  index_.clear();
  entries_.clear();
}

}  // namespace rollcall::net
