#include "agent/act/collect_now.h"

namespace rollcall::act {

void collect_now(Agent& agent) { agent.report_now(); }

}  // namespace rollcall::act
