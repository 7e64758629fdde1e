// A district's things to be found, changed as its services change them and indexed by hand.
#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "server/service/audit.h"
#include "server/service/roster.h"
#include "server/service/search.h"
#include "server/service/search_indexer.h"
#include "server/storage/device_store.h"
#include "server/storage/model_store.h"
#include "server/storage/person_store.h"
#include "server/storage/place_store.h"
#include "server/storage/school_store.h"
#include "tests/contract/contract.h"
#include "tests/must.h"

namespace rollcall::service {

struct Findable {
  contract::FreshDatabase fresh{contract::Engine::sqlite};
  sql::Database& db{fresh.database()};
  FakeClock clock;
  Audit audit{db, clock};
  Roster roster{db, audit};
  Search search{db};
  SearchIndexer indexer{db, clock};
  domain::Principal admin{.user_id = "01ADMIN",
                          .role = domain::Role::admin,
                          .scope = {domain::ScopeKind::district, {}}};

  Findable() {
    log::set_level(log::Level::error);
    must(db.write([](sql::Transaction& transaction) -> Result<> {
      TRY(storage::put_school(transaction, {.school_id = "north", .name = "North"}));
      return storage::put_school(transaction, {.school_id = "south", .name = "South"});
    }));
  }

  static domain::Principal of(domain::Role role, std::vector<std::string> schools) {
    return {.user_id = "01U", .role = role, .scope = {domain::ScopeKind::school, std::move(schools)}};
  }

  // Devices are newer the greater their number.
  static std::string device_id(int number) {
    const auto digits = std::to_string(number);
    return "01D" + std::string(23 - digits.size(), '0') + digits;
  }
  void add_device(int number, const std::string& tag, const std::string& serial = {}, const std::string& school = {},
                  const std::string& model = "300e") {
    must(db.write([&](sql::Transaction& transaction) {
      return storage::insert_device(transaction, {.device_id = device_id(number),
                                                  .serial = serial,
                                                  .maker = "LENOVO",
                                                  .model = model,
                                                  .tag = tag,
                                                  .school_id = school});
    }));
  }
  void change_device(int number, const std::function<void(domain::Device&)>& change) {
    must(db.write([&](sql::Transaction& transaction) -> Result<> {
      auto device = *TRY(storage::find_device(transaction, device_id(number)));
      change(device);
      TRY(storage::update_device(transaction, device, device.version));
      return {};
    }));
  }
  void delete_device(int number) {
    must(db.write([&](sql::Transaction& transaction) {
      return storage::delete_device(transaction, device_id(number), 9);
    }));
  }
  void put_person(int number, const std::string& given, const std::string& family,
                  const std::string& student_number = {}, std::vector<std::string> schools = {}, bool enabled = true) {
    storage::PersonRow row{.sort_name = family + ", " + given};
    row.person = {.person_no = number,
                  .person_id = "01P" + std::to_string(number),
                  .source_id = "s" + std::to_string(number),
                  .student_number = student_number,
                  .given_name = given,
                  .family_name = family,
                  .school_ids = schools,
                  .school_id = schools.empty() ? "" : schools.front(),
                  .enabled = enabled};
    must(db.write([&](sql::Transaction& transaction) { return storage::put_person(transaction, row); }));
  }
  void add_place(const std::string& id, domain::PlaceKind kind, const std::string& name, const std::string& school = {}) {
    must(db.write([&](sql::Transaction& transaction) {
      return storage::insert_place(transaction,
                                   {{.place_id = id, .kind = kind, .name = name, .school_id = school}, name, 0});
    }));
  }
  // The clock stands still, so that one call does all there is.
  void index() {
    clock.advance(kSecondMs);
    indexer.run_due(clock.wall_ms());
  }

  // "0012 exact, 0013 typo | Ana Silva words +": titles and how they match, by kind; + when there are more.
  std::string found(const std::string& text, const domain::Principal& who, std::size_t hits = 8) {
    std::string out;
    for (const auto& group : must(search.find(who, {.text = text, .kind = {}, .hits = hits})).groups) {
      if (!out.empty()) out += " | ";
      for (std::size_t i = 0; i < group.hits.size(); ++i) {
        const auto& hit = group.hits[i];
        out += (i == 0 ? "" : ", ") + hit.title + " " + std::string(domain::name_of(hit.rank));
        if (hit.state != "active") out += " " + hit.state;
      }
      if (group.more) out += " +";
    }
    return out;
  }
  std::string found(const std::string& text) { return found(text, admin); }

  // What the index holds, by subjects instead of numbers.
  std::multiset<std::string> postings() {
    std::multiset<std::string> out;
    must(db.read([&](sql::Snapshot& snapshot) -> Result<> {
      auto rows = TRY(snapshot.query("SELECT s.kind, s.school_id, p.term, d.subject FROM search_postings p"
                                     " JOIN search_scopes s ON s.scope_no = p.scope_no"
                                     " LEFT JOIN search_documents d ON d.doc_no = p.doc_no"));
      while (TRY(rows->next())) {
        out.insert(std::to_string(rows->integer(0)) + " " + rows->string(1) + " " + rows->string(2) + " " +
                   rows->string(3));
      }
      return {};
    }));
    return out;
  }
};

}  // namespace rollcall::service
