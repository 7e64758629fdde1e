// Records and the hot path together: what check-ins do to devices and reviews.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "server/service/access_points.h"
#include "server/service/fleet.h"
#include "server/service/identities.h"
#include "server/service/ingest.h"
#include "server/service/policies.h"
#include "tests/unit/service/records_fixture.h"

namespace rollcall::service {

struct Live : Records {
  Policies policies{wire::Policy{}, {}};
  Fleet fleet{db, clock};
  AccessPoints access_points{db, clock};
  Ingest ingest{db, clock, random, policies, fleet, access_points};
  Identities identities{db, clock, random, agents, audit};
  std::uint64_t sequence{1};

  Live() {
    must(fleet.load());
    agents.listen(fleet);
    fleet.teach(identities);
    ingest.settle_with(reviews);
  }
  // A check-in as the agents' door hands it on; true when its report was acknowledged.
  bool check_in(const Laptop& laptop, std::optional<wire::Identity> identity = {}) {
    wire::DecodedCheckIn message;
    message.message.boot_id = "b";
    wire::Report report;
    report.sequence = sequence++;
    report.boot_id = "b";
    report.wall_ms = clock.wall_ms();
    report.identity = std::move(identity);
    message.message.reports.push_back(report);
    bool accepted = false;
    ingest.submit(agents.find(laptop.key.id()), std::move(message), "127.0.0.1", [&](IngestOutcome outcome) {
      accepted = outcome.reply && !outcome.reply->accepted.empty();
    });
    ingest.commit_pending();
    return accepted;
  }
  std::string device_of(const Laptop& laptop) { return agents.find(laptop.key.id())->device_id; }
};

}  // namespace rollcall::service
