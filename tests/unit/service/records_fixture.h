// Everything that keeps records, over a database of its own, with a clock that stands still. Random is the
// machine's, because some tests come with many threads.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/pki.h"
#include "common/base/random.h"
#include "common/wire/enrolment.h"
#include "server/service/agents.h"
#include "server/service/audit.h"
#include "server/service/devices.h"
#include "server/service/enrolment.h"
#include "server/service/reviews.h"
#include "server/service/schools.h"
#include "server/service/sessions.h"
#include "server/service/tokens.h"
#include "server/service/users.h"
#include "server/service/writes.h"
#include "tests/contract/contract.h"
#include "tests/must.h"

namespace rollcall::service {

inline pki::CertificateAuthority test_authority(const Clock& clock, Random& random) {
  return must(pki::CertificateAuthority::open(
      must(pki::CertificateAuthority::create("Test authority", clock, random))));
}

struct Laptop {
  std::string serial{};
  std::string uuid{"4c4c4544-0042-3510-8056-b4c04f4e4d32"};
  std::string maker{"LENOVO"};
  pki::PrivateKey key{must(pki::PrivateKey::generate())};
};

class Listener final : public RecordsListener {
 public:
  void device_changed(const domain::Device& device) override { devices.push_back(device); }
  void agent_changed(const domain::AgentHandle& agent) override { agents.push_back(agent); }
  std::vector<domain::Device> devices;
  std::vector<domain::AgentHandle> agents;
};

struct TwoSchools : Schools {
  TwoSchools(sql::Database& db, const Clock& clock) : Schools(db, clock) {
    const std::vector<ConfiguredSchool> configured{{"north", "North High", {}}, {"south", "South High", {}}};
    must(load(configured));
  }
};

struct Records {
  contract::FreshDatabase fresh{contract::Engine::sqlite};
  sql::Database& db{fresh.database()};
  FakeClock clock;
  SystemRandom random;
  pki::CertificateAuthority authority{test_authority(clock, random)};
  TwoSchools schools{db, clock};
  Audit audit{db, clock};
  Agents agents{db, clock, audit};
  Devices devices{db, clock, random, agents, audit, schools};
  Writes writes{db, clock, agents};
  Tokens tokens{db, clock, random, audit, authority.fingerprint(), schools};
  Policies policies{{}, {{.id = "north", .name = "North", .policy = {.school_ssids = {"north-wifi"}}}}};
  Enrolment enrolment{db, clock, random, authority, policies, agents, audit};
  Reviews reviews{db, clock, random, agents, audit};
  Sessions sessions{db, clock, random};
  Passwords passwords{Passwords::Cost{.passes = 1, .memory_bytes = 8192}};
  Users users{db, clock, random, sessions, passwords, audit, schools};
  domain::Actor admin{domain::Actor::Kind::user, "01TESTADMIN"};

  Tokens::Created token(NewToken wanted = {}) { return must(tokens.create(admin, wanted)); }

  wire::EnrolRequest request(const Laptop& laptop, const std::string& token_text) {
    wire::EnrolRequest out;
    out.secret = to_base64url(must(wire::EnrolmentToken::parse(token_text)).secret);
    out.request_pem = must(pki::make_request_pem(laptop.key));
    out.identity.serial = laptop.serial;
    out.identity.manufacturer = laptop.maker;
    out.identity.model = "20XW";
    out.identity.system_uuid = laptop.uuid;
    return out;
  }
  domain::AgentHandle enrol(const Laptop& laptop, NewToken wanted = {}) {
    must(enrolment.enroll(request(laptop, token(std::move(wanted)).text)));
    return agents.find(laptop.key.id());
  }
  Result<domain::Device> edit(const std::string& device_id, const domain::DeviceChange& change, std::int64_t seen) {
    return writes.run(admin, [&](Write& write) -> Result<domain::Device> {
      return TRY(devices.edit(write, device_id, change, seen)).device;
    });
  }
  std::vector<AuditRecord> log() { return must(audit.page("", 500)).records; }
};

}  // namespace rollcall::service
