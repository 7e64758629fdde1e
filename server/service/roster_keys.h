// How an import recognizes what it has seen: hashes of ids, of contents and of user names. Immutable.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::service {

// Of a sourcedId. 64 bits: among 2,000,000 the chance that any two meet is one in ten million, and then one of them is
// reported as a duplicate.
std::uint64_t source_key_of(std::string_view source_id);

class RosterKeys {
 public:
  // `secret`: 32 random bytes of this server, so that nobody who reads the database can try out names.
  explicit RosterKeys(std::string secret) : secret_(std::move(secret)) {}

  // Equal for equal parts. Another secret makes every row one that has changed.
  std::int64_t content_of(const std::vector<std::string_view>& parts) const;
  // 16 bytes, equal to the user_hash of an agent that holds the same secret; empty for an empty name. Case, a domain
  // ("DISTRICT\ana") and what follows an '@' are no part of a name.
  std::string username_of(std::string_view username) const;

 private:
  std::string secret_;
};

}  // namespace rollcall::service
