// Who "user:01H…" is, for people who read a list. Asks for each account once; for one request, one thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "server/service/users.h"

namespace rollcall::api {

class ActorNames {
 public:
  explicit ActorNames(service::Users& users) : users_(users) {}

  // Empty when the actor is not a person, or the account is gone.
  const std::string& of(const std::string& actor) {
    const auto [entry, is_new] = names_.try_emplace(actor);
    constexpr std::string_view kUser = "user:";
    if (is_new && actor.starts_with(kUser)) {
      if (auto user = users_.get(std::string_view(actor).substr(kUser.size()))) entry->second = user->name;
    }
    return entry->second;
  }

 private:
  service::Users& users_;
  std::map<std::string, std::string> names_;
};

}  // namespace rollcall::api
