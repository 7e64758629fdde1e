// Who is asking, as the door proved it.
#pragma once

#include <optional>
#include <string>

#include "server/domain/agent.h"
#include "server/domain/user.h"

namespace rollcall::api {

struct Caller {
  std::optional<domain::Principal> person;  // on the people's door, signed in
  domain::AgentHandle agent;                // on the agents' door, with a certificate that is known here

  // Of the person; a handler behind a person's permission always has one.
  domain::Actor actor() const { return person ? domain::Actor::of(*person) : domain::Actor{}; }
};

}  // namespace rollcall::api
