// Who has which device. Every movement is one act in one transaction: rows of the ledger close and open, the device's
// lifecycle and condition follow, the audit log says so. What stands in the way is a list, never the first thing that
// was found, so that the person at the counter clears it piece by piece; when the list is not empty nothing was
// changed. Thread-safe; every call reads or writes the database, so none belongs on the loop thread.
//
// Of two who move one device at once the second finds it moved and is told who has it: a movement names the row that it
// starts from (`from`), and one partial unique index stands behind it.
//
// To build upon (loans, hand-out, kiosks, repairs): call these with the Write& of your own use case, so that both are
// one transaction and one answer; add what stands in the way as a domain::BlockerCode with its remedy.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/custody.h"
#include "server/domain/user.h"
#include "server/service/audit.h"
#include "server/service/writes.h"

namespace rollcall::service {

// To whom: one of the two. A person by id or student number, a place by id.
struct Receiver {
  std::string person{}, place{};
};

// What is told at the counter when a device changes hands. What is not told stays as it was: the condition of the
// device, the kit that belongs to it or that went with it.
struct Handing {
  std::optional<domain::Condition> condition{};
  std::optional<domain::Kit> kit{};
  std::string note{};
  std::string agreement{};  // for giving
};

// A device is named as it is scanned: by tag, serial or id.
struct Giving {
  std::string device{};
  Receiver to{};
  Handing handing{};
};
struct Taking {
  std::string device{};
  std::string from{};   // the custody_id that the caller saw; empty: whoever has it
  std::string place{};  // where it goes; empty: it is in nobody's hands
  Handing handing{};
};
struct Moving {
  std::string device{};
  std::string from{};  // the custody_id that the caller saw
  Receiver to{};
  Handing handing{};
};
struct Swapping {
  Taking in{};           // whoever has this one …
  std::string device{};  // … gets this one
  Handing handing{};
};

// A holder as somebody may see them.
struct HolderView {
  domain::HolderKind kind{domain::HolderKind::nobody};
  std::string id{};    // person_id or place_id; empty: not to be seen
  std::string name{};  // the same
  std::string number{};  // the student number; the same, and of places
};
struct CustodyView {
  domain::Custody custody{};
  HolderView holder{};
};
struct HeldDevice {
  domain::Device device{};
  std::optional<CustodyView> custody{};  // absent: nobody has it
};

struct Handed {
  std::string act_id{};               // what undo() takes; empty when something was in the way
  std::vector<HeldDevice> devices{};  // as they are now
  domain::Blockers blockers{};
  bool done() const { return blockers.empty(); }
};

class CustodyLedger {
 public:
  CustodyLedger(sql::Database& db, const Clock& clock, Random& random, Audit& audit)
      : db_(db), clock_(clock), random_(random), audit_(audit) {}

  // `who` bounds which devices, people and places there are for them. Errors: invalid_argument (with its field).
  Result<Handed> give(Write& write, const domain::Principal& who, const Giving& order);
  Result<Handed> take_back(Write& write, const domain::Principal& who, const Taking& order);
  // From one holder to the next, in one step.
  Result<Handed> move(Write& write, const domain::Principal& who, const Moving& order);
  // In from somebody, another one out to the same.
  Result<Handed> swap(Write& write, const domain::Principal& who, const Swapping& order);
  // Takes back one's own act of the last minutes (domain::kUndoMs): what was given is nobody's or with whoever had it
  // before, and the other way round. Errors: not_found (no such act of theirs), conflict (too late, undone already, or
  // the device changed hands since; the message says which).
  Result<Handed> undo(Write& write, const domain::Principal& who, std::string_view act_id);

  // What would be in the way, without changing anything: what a scan is answered with. Without a receiver of the device
  // alone.
  Result<Handed> check(const domain::Principal& who, const std::string& device, const Receiver& to);

 private:
  sql::Database& db_;
  const Clock& clock_;
  Random& random_;
  Audit& audit_;
};

}  // namespace rollcall::service
