#include "agent/act/action.h"

#include <fmt/core.h>

#include <algorithm>

#include "agent/act/collect_now.h"
#include "agent/act/renew_certificate.h"
#include "agent/act/send_identity.h"
#include "common/base/text.h"

namespace rollcall::act {

namespace {

struct Action {
  std::string_view name;
  void (*run)(Agent&);
};

// The one visible list.
constexpr Action kActions[] = {
    {"send_identity", send_identity},
    {"collect_now", collect_now},
    {"renew_certificate", renew_certificate},
};

constexpr std::size_t kRemembered = 64;

}  // namespace

Result<> Actions::carry_out(const wire::Command& command) {
  const auto* action = std::ranges::find(kActions, command.name, &Action::name);
  if (action == std::end(kActions)) {
    return fail(Errc::not_found, fmt::format("this agent knows no action {}", printable(command.name)), "name");
  }
  if (std::ranges::find(done_, command.id) != done_.end()) return {};
  if (done_.size() == kRemembered) done_.erase(done_.begin());
  done_.push_back(command.id);
  action->run(agent_);
  return {};
}

}  // namespace rollcall::act
