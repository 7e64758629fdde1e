#include "agent/act/send_identity.h"

namespace rollcall::act {

void send_identity(Agent& agent) { agent.send_identity_again(); }

}  // namespace rollcall::act
