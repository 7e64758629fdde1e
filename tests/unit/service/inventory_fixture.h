// A district with devices, places and people, and everything that moves one to the other.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "server/service/custody.h"
#include "server/service/holdings.h"
#include "server/service/models.h"
#include "server/service/places.h"
#include "server/storage/person_store.h"
#include "tests/unit/service/records_fixture.h"

namespace rollcall::service {

struct Inventory : Records {
  ModelNames model_names{db, writes};
  Models models{db, clock, random, audit, model_names};
  Places places{db, clock, random, audit, schools};
  CustodyLedger custody{db, clock, random, audit};
  Holdings holdings{db, audit};
  domain::Principal everywhere{
      .user_id = admin.id, .role = domain::Role::admin, .scope = {domain::ScopeKind::district, {}}};
  domain::Principal north{
      .user_id = "01NORA", .role = domain::Role::technician, .scope = {domain::ScopeKind::school, {"north"}}};

  Result<Devices::Added> list(const domain::DeviceChange& wanted, bool reuse = false) {
    return writes.run(admin, [&](Write& write) { return devices.add(write, wanted, reuse); });
  }
  // A device with this tag, ready at North.
  std::string device(const std::string& tag, const std::string& school = "north") {
    return must(list({.tag = tag, .school_id = school})).asset.device.device_id;
  }
  domain::Device now(const std::string& device_id) { return must(devices.get(device_id)); }

  // Somebody of a school; returns the id. The student number is 1000 more than the number.
  std::string person(std::int64_t number, const std::string& name, const std::string& school = "north",
                     bool enabled = true) {
    storage::PersonRow row{.sort_name = name};
    row.person = {.person_no = number,
                  .person_id = "01ARZ3NDEKTSV4RRFFQ69G5P" + std::to_string(10 + number),
                  .source_id = "s" + std::to_string(number),
                  .student_number = std::to_string(1000 + number),
                  .given_name = name,
                  .school_ids = {school},
                  .school_id = school,
                  .enabled = enabled};
    must(db.write([&](sql::Transaction& transaction) { return storage::put_person(transaction, row); }));
    return row.person.person_id;
  }
  std::string place(domain::PlaceKind kind, const std::string& name, const std::string& school = "north") {
    return must(writes.run(admin,
                           [&](Write& write) {
                             return places.create(write, everywhere, {.kind = kind, .name = name, .school_id = school});
                           }))
        .place_id;
  }

  Result<Handed> give(const Giving& order) { return give(everywhere, order); }
  Result<Handed> give(const domain::Principal& who, const Giving& order) {
    return writes.run(domain::Actor::of(who), [&](Write& write) { return custody.give(write, who, order); });
  }
  Result<Handed> take_back(const Taking& order) {
    return writes.run(admin, [&](Write& write) { return custody.take_back(write, everywhere, order); });
  }
  Result<Handed> move(const Moving& order) {
    return writes.run(admin, [&](Write& write) { return custody.move(write, everywhere, order); });
  }
  Result<Handed> swap(const Swapping& order) {
    return writes.run(admin, [&](Write& write) { return custody.swap(write, everywhere, order); });
  }
  Result<Handed> undo(const domain::Principal& who, const std::string& act) {
    return writes.run(domain::Actor::of(who), [&](Write& write) { return custody.undo(write, who, act); });
  }
  std::vector<CustodyView> history(const std::string& device_id) {
    return must(holdings.of_device(everywhere, device_id, "", 100)).rows;
  }
  // "person Ana, cart Cart 7 until now": newest first.
  std::string told(const std::string& device_id) {
    std::string out;
    for (const auto& row : history(device_id)) {
      out.append(out.empty() ? "" : ", ").append(name_of(row.holder.kind)).append(" ").append(row.holder.name);
      out.append(row.custody.open() ? " now" : " " + std::string(name_of(row.custody.taken->reason)));
    }
    return out;
  }
};

// "already_held lost"
inline std::string codes(const Handed& handed) {
  std::string out;
  for (const auto& it : handed.blockers) out.append(out.empty() ? "" : " ").append(name_of(it.code));
  return out;
}

}  // namespace rollcall::service
