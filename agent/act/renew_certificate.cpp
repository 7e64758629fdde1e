#include "agent/act/renew_certificate.h"

namespace rollcall::act {

void renew_certificate(Agent& agent) { agent.renew_now(); }

}  // namespace rollcall::act
