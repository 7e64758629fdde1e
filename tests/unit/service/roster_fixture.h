// A district that imports its roster: a database, a spool, the import stepped by hand.
#pragma once

#include <zip.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "common/base/files.h"
#include "common/base/log.h"
#include "common/base/random.h"
#include "server/service/roster.h"
#include "server/service/imports.h"
#include "server/service/schools.h"
#include "server/storage/person_store.h"
#include "server/storage/roster_store.h"
#include "tests/contract/contract.h"
#include "tests/must.h"

namespace rollcall::service {

using Tables = std::map<std::string, std::string>;

inline void write_text(const std::string& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

inline void write_zip(const std::string& path, const Tables& tables) {
  int code = 0;
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  if (!zip) throw std::runtime_error("no zip");
  for (const auto& [name, text] : tables) {
    zip_file_add(zip, name.c_str(), zip_source_buffer(zip, text.data(), text.size(), 0), ZIP_FL_ENC_UTF_8);
  }
  if (zip_close(zip) != 0) throw std::runtime_error("zip");
}

// A small district of OneRoster 1.1: two schools, two teachers, three students, two classes.
inline Tables small_district() {
  return {
      {"manifest.csv",
       "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\nfile.orgs,bulk\nfile.users,bulk\n"
       "file.academicSessions,bulk\nfile.courses,bulk\nfile.classes,bulk\nfile.enrollments,bulk\n"},
      {"orgs.csv",
       "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\nd1,,,District,district,,\n"
       "o1,,,North High,school,101,d1\no2,,,East Middle,school,102,d1\n"},
      {"academicSessions.csv",
       "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear\n"
       "t1,,,Fall,term,2026-08-24,2026-12-18,,2027\n"},
      {"courses.csv",
       "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes\n"
       "c1,,,,Algebra,ALG1,09,o1,,\n"},
      {"classes.csv",
       "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,"
       "termSourcedIds,subjects,subjectCodes,periods\n"
       "k1,,,Algebra 1,09,c1,A-1,scheduled,R12,o1,t1,,,3\nk2,,,Homeroom 6,06,,H-6,homeroom,R1,o2,t1,,,1\n"},
      {"users.csv",
       "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,"
       "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n"
       "u1,,,true,o1,teacher,pcurie,,Paula,Curie,,,paula@d.example,,,,,\n"
       "u2,,,true,o2,teacher,bohr,,Niels,Bohr,,,niels@d.example,,,,,\n"
       "s1,,,true,o1,student,ana,,Ana,Silva,,1001,ana@d.example,,,,09,\n"
       "s2,,,true,\"o1,o2\",student,bo,,Bo,Li,,1002,bo@d.example,,,,09,\n"
       "s3,,,false,o2,student,cy,,Cy,Reyes,,1003,cy@d.example,,,,06,\n"},
      {"enrollments.csv",
       "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\n"
       "e1,,,k1,o1,u1,teacher,true,,\ne2,,,k1,o1,s1,student,,2026-08-24,2026-12-18\n"
       "e3,,,k1,o1,s2,student,,,\ne4,,,k2,o2,s3,student,,,\n"}};
}

struct District {
  contract::FreshDatabase fresh{contract::Engine::sqlite};
  sql::Database& db{fresh.database()};
  TemporaryFolder folder;
  SystemFiles files;
  FakeClock clock;
  SystemRandom random;
  Schools schools{db, clock};
  Audit audit{db, clock};
  RosterKeys keys{std::string(32, 'k')};
  Imports imports{db, files, clock, random, schools, audit, keys, {.spool = folder / "spool"}};
  Roster roster{db, audit};
  domain::Actor admin{domain::Actor::Kind::user, "01TESTADMIN"};
  domain::Principal everywhere{.user_id = "01TESTADMIN", .scope = {domain::ScopeKind::district, {}}};

  District() {
    log::set_level(log::Level::error);
    must(imports.load());
  }

  domain::Import submit(const Tables& tables, bool dry_run = false) {
    const std::string path = imports.spool() + "/incoming";
    write_zip(path, tables);
    return must(imports.submit(admin, {domain::ImportKind::oneroster, dry_run, "upload", path}));
  }
  domain::Import submit_students(const std::string& text) {
    const std::string path = imports.spool() + "/incoming";
    write_text(path, text);
    return must(imports.submit(admin, {domain::ImportKind::students, false, "upload", path}));
  }
  // Runs what waits; how the given one ended.
  domain::Import settle(const domain::Import& import) {
    clock.advance(10);
    imports.run_due(clock.wall_ms());
    return must(imports.get(import.import_id)).import;
  }
  domain::Import run(const Tables& tables, bool dry_run = false) { return settle(submit(tables, dry_run)); }

  domain::FileCounts counts(const domain::Import& import, std::string_view file) {
    for (const auto& it : import.files) {
      if (it.file == file) return it;
    }
    FAIL("no counts of " << file << ": " << import.error);
    return {};
  }
  std::vector<domain::ImportFinding> findings(const domain::Import& import) {
    return must(imports.findings(import.import_id, 0, 100'000));
  }
  // "users.csv:3 givenName error: is empty"
  std::vector<std::string> said(const domain::Import& import) {
    std::vector<std::string> out;
    for (const auto& it : findings(import)) {
      out.push_back(it.file + ":" + std::to_string(it.line) + " " + it.column + " " +
                    std::string(domain::name_of(it.severity)) + ": " + it.reason);
    }
    return out;
  }
  std::vector<domain::Person> people(PeopleQuery query = {}) {
    return must(roster.list(everywhere, query)).people;
  }
  domain::Person person(const std::string& name) {
    const auto found = people({.search = name});
    if (found.size() != 1) FAIL(found.size() << " people are called " << name);
    return must(roster.view(everywhere, found.front().person_id)).person;
  }
};

// Replaces the one place where `from` stands.
inline void edit(std::string& text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("nothing to edit");
  text.replace(at, from.size(), to);
}

}  // namespace rollcall::service
