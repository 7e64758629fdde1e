// What a roster says beyond what a counter needs is nowhere afterwards: not in the database's bytes, its log, the
// server's own log, the findings or the spool.
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

#include "common/base/log.h"
#include "tests/unit/service/roster_fixture.h"

namespace rollcall::service {
namespace {

// One for each column that must not be kept, unlike anything else.
const std::vector<std::string> kSecrets{"Zephyrine-middle", "555-0182-phone", "555-0183-sms",   "hunter2-password",
                                        "2011-02-03",       "agent-g77",      "they/them-prn",  "Quintessa-guardian",
                                        "race-hispanic-x",  "anasilva-login", "umi-0042-master"};

Tables talkative() {
  auto tables = small_district();
  tables["users.csv"] =
      "sourcedId,status,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,"
      "sms,phone,agentSourcedIds,grades,password,pronouns,birthDate,userMasterIdentifier\n"
      "s1,,true,o1,student,anasilva-login,{LDAP:anasilva-login},Ana,Silva,Zephyrine-middle,1001,ana@d.example,"
      "555-0183-sms,555-0182-phone,agent-g77,09,hunter2-password,they/them-prn,2011-02-03,umi-0042-master\n"
      "g77,,true,o1,guardian,Quintessa-guardian,,Quintessa-guardian,Silva,,,,,,,,,,,\n"
      // Rows that are refused and warned about hold the same.
      "s8,,true,o77,wizard,anasilva-login,,Bo,Li,Zephyrine-middle,6.3E+15,,555-0183-sms,,agent-g77,,,,,\n"
      "hunter2-password,555-0182-phone,Zephyrine-middle,they/them-prn,2011-02-03,a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p\n";
  tables["demographics.csv"] = "sourcedId,birthDate,sex,race\ns1,2011-02-03,female,race-hispanic-x\n";
  tables["enrollments.csv"] = "sourcedId,classSourcedId,userSourcedId,role\ne1,k1,hunter2-password,student\n";
  return tables;
}

std::string bytes_below(const std::string& folder) {
  std::string out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    out.append(std::istreambuf_iterator<char>(file), {});
  }
  return out;
}

TEST_CASE("birth dates, phones, passwords, middle names, guardians and user names are nowhere after an import") {
  District district;
  const std::string log_path = district.folder / "stderr";
  const int saved = ::dup(2);
  const int log_file = ::open(log_path.c_str(), O_CREAT | O_WRONLY, 0600);
  ::dup2(log_file, 2);
  log::set_level(log::Level::debug);
  const auto first = district.run(talkative());
  const auto dry = district.run(talkative(), true);
  auto broken = talkative();
  broken["users.csv"] += "\"hunter2-password";
  const auto failed = district.run(broken);
  log::set_level(log::Level::error);
  ::dup2(saved, 2);
  ::close(saved), ::close(log_file);

  INFO(first.error);
  REQUIRE(first.state == domain::ImportState::done);
  REQUIRE(failed.state == domain::ImportState::failed);
  CHECK(district.person("Ana").student_number == "1001");
  CHECK(district.counts(first, "users.csv").errors == 2);
  const auto database = bytes_below(district.fresh.folder());
  const auto around = bytes_below(district.folder.path());
  CHECK(database.find("Silva") != std::string::npos);  // the search finds what is there
  CHECK(around.find("import " + first.import_id) != std::string::npos);
  for (const auto& secret : kSecrets) {
    INFO(secret);
    CHECK(database.find(secret) == std::string::npos);
    CHECK(around.find(secret) == std::string::npos);
    CHECK(failed.error.find(secret) == std::string::npos);
  }
}

}  // namespace
}  // namespace rollcall::service
