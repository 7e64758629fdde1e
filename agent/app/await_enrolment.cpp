#include "agent/app/await_enrolment.h"

#include "agent/app/client.h"
#include "agent/app/events.h"
#include "agent/app/file_enrolment.h"
#include "agent/app/identify.h"

namespace rollcall::app {

Result<bool> await_enrolment(const AgentConfig& config, const std::shared_ptr<const collect::Machine>& machine,
                             const Clock& clock) {
  SystemFiles files;
  SystemRandom random;
  sync::StateFolder folder(files, config.state);
  TRY(folder.prepare());
  std::unique_ptr<Events> events;
  FileEnrolment enrolment({
      .clock = clock,
      .random = random,
      .files = files,
      .folder = folder,
      .path = config.enroll_file,
      .open = [&](const sync::EnrolInput& input) { return open_enrolment(input, config.proxy, clock); },
      .identify = [&](const std::string& hash_key) { return identify(machine, hash_key, clock); },
      .urgent = [&] { return events->is_urgent(); },
      .start_jitter_ms = config.start_jitter_ms});
  if (TRY(enrolment.is_enrolled())) return true;
  events = TRY(Events::open(clock));
  events->ready("not enrolled; see: rollcall-agent status");
  for (;;) {
    switch (TRY(events->wait(enrolment.next_due_ms()))) {
      case Event::due:
        enrolment.run_due();
        if (TRY(enrolment.is_enrolled())) return true;
        break;
      case Event::resumed:
        enrolment.resumed();
        break;
      case Event::going_to_sleep:
      case Event::shutting_down:
        events->let_go();
        break;
      case Event::terminate:
        events->stopping();
        return false;
    }
  }
}

}  // namespace rollcall::app
