// Resumable TLS sessions of one door as DER, bounded and in memory only. A session of TLS 1.3 is used once:
// the resumed connection gets a new one. Not thread-safe: handshakes happen on the loop thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace rollcall::net {

class SessionCache {
 public:
  explicit SessionCache(std::size_t limit) : limit_(limit) {}

  void put(std::string_view id, std::string der);  // beyond the limit the oldest goes
  std::optional<std::string> find(std::string_view id) const;
  void remove(std::string_view id);
  void clear();
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string id, der;
  };
  std::size_t limit_;
  std::list<Entry> entries_;  // oldest first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> index_;  // keys borrow from entries_
};

}  // namespace rollcall::net
