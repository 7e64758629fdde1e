// Physical audits: one place is held against the custody ledger. What is expected is frozen when it begins; whoever
// walks past with a scanner is told of each label what it is; it ends when everything is accounted for, and is not
// changed after that. A place has one open audit at most, and any number of people scan in it at once: each scan is a
// transaction, and scanning again changes nothing.
//
// A device whose agent was on the school's network since the audit began is not missing: it has been seen, which is not a
// scan and is shown as something else. Off that network it was not. Who knows is service::Fleet, by the laptop's own word;
// what it knew is written down when the audit is closed.
//
// A place's audits are for whoever reaches its school; a district's place is for those who reach the district. What is
// expected at a place is shown to them whatever its school; of an unexpected device of a school out of their reach they
// learn that it is one and nothing else. Thread-safe; every call reads or writes the database, so none belongs on the
// loop thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/inventory_check.h"
#include "server/domain/user.h"
#include "server/service/audit.h"
#include "server/service/custody.h"
#include "server/service/devices.h"
#include "server/service/writes.h"

namespace rollcall::service {

struct CheckView {
  domain::InventoryCheck check{};
  domain::CheckCounts counts{};  // as they are now; of a closed one its result
};

struct CheckItemView {
  domain::CheckItem item{};
  domain::CheckStatus status{};
  std::optional<HeldDevice> device{};  // as it is now; absent: a label of no device
  bool out_of_reach{};                 // of another school: who has it is not told
};

// What a scan is answered with. person_number: somebody's card, of which nothing is kept.
enum class ScanResult : std::uint8_t {
  expected,
  already_scanned,
  unexpected,
  held_by_person,
  other_school,
  unknown,
  ambiguous,
  person_number
};
std::string_view name_of(ScanResult result);

struct CheckScan {
  ScanResult result{};
  std::optional<CheckItemView> item{};  // absent: nothing was written down
  std::string message{}, remedy{};      // of unknown, ambiguous and person_number
};

// What became of one that is not accounted for.
struct CheckAccount {
  std::string item{};  // as CheckItem::item
  domain::CheckOutcome outcome{};
  std::string note{};
  // Of a missing one that was found elsewhere, is with a person or in repair: it changes hands to there. Neither: the
  // ledger stays as it is.
  Receiver to{};
};
struct CheckAccounted {
  CheckItemView item{};
  domain::Blockers blockers{};  // of the movement; nothing was changed then
};

struct CheckQuery {
  std::optional<std::string> place_id{}, school_id{};  // school "": the district's
  std::optional<domain::CheckState> state{};
  std::string cursor{};  // an earlier page's next_cursor; empty: from the newest
  std::size_t limit{100};
};

class InventoryChecks {
 public:
  static constexpr std::size_t kMaxPage = 500;
  // When this device's agent was last on the school's network; from memory.
  using SeenAtSchool = std::function<std::optional<std::int64_t>(std::string_view device_id)>;
  InventoryChecks(sql::Database& db, const Clock& clock, Random& random, Audit& audit, Devices& devices,
                  CustodyLedger& custody, SeenAtSchool seen)
      : db_(db),
        clock_(clock),
        random_(random),
        audit_(audit),
        devices_(devices),
        custody_(custody),
        seen_(std::move(seen)) {}

  // Errors: not_found (no such place), permission_denied (out of reach), already_exists (one is open here; the message
  // says since when), too_large (it holds more than kMaxExpected), invalid_argument (field "note").
  Result<CheckView> start(Write& write, const domain::Principal& who, std::string_view place_id, std::string_view note);
  // `code` is a tag, a serial number or an id. Errors: not_found, conflict (it has ended), invalid_argument (field
  // "code").
  Result<CheckScan> scan(Write& write, const domain::Principal& who, std::string_view check_id, std::string_view code);
  // Lost and stolen flag the device; moved_here and a receiver move it by the custody ledger. Errors: not_found (also of
  // the item), conflict (it has ended), invalid_argument (field "outcome", "note" or "person"), permission_denied (a
  // device of another school is to be flagged).
  Result<CheckAccounted> account(Write& write, const domain::Principal& who, std::string_view check_id,
                                 const CheckAccount& account);
  // Errors: not_found, conflict (it has ended, or something is not accounted for; the message says how much).
  Result<CheckView> close(Write& write, const domain::Principal& who, std::string_view check_id, std::string_view note);
  // It ends without a result. Errors: not_found, conflict (it has ended), invalid_argument (field "note": why).
  Result<CheckView> abandon(Write& write, const domain::Principal& who, std::string_view check_id,
                            std::string_view note);

  struct Page {
    std::vector<CheckView> checks{};  // newest first
    std::string next_cursor{};        // empty: no more
  };
  // Errors: invalid_argument (field "cursor").
  Result<Page> list(const domain::Principal& who, const CheckQuery& query);
  // Errors: not_found (also: out of reach).
  Result<CheckView> get(const domain::Principal& who, std::string_view check_id);
  struct Items {
    std::vector<CheckItemView> items{};
    std::string next_cursor{};
  };
  // Absent `status`: all. Errors: not_found.
  Result<Items> items(const domain::Principal& who, std::string_view check_id,
                      std::optional<domain::CheckStatus> status, std::string_view cursor, std::size_t limit);

 private:
  Result<domain::InventoryCheck> expect_open(sql::Snapshot& snapshot, const domain::Principal& who,
                                             std::string_view check_id) const;
  // The sighting of an item of an open audit, where it changes what is to be done.
  void look(const domain::InventoryCheck& check, domain::CheckItem& item) const;
  Result<std::vector<domain::CheckItem>> items_of(sql::Snapshot& snapshot, const domain::InventoryCheck& check) const;
  Result<CheckView> view_of(sql::Snapshot& snapshot, domain::InventoryCheck check) const;
  Result<CheckItemView> item_view(sql::Snapshot& snapshot, const domain::Principal& who, domain::CheckItem item) const;
  Result<CheckScan> take_down(Write& write, const domain::Principal& who, const domain::InventoryCheck& check,
                              const domain::Device& device);
  Result<CheckScan> take_down_unknown(Write& write, const domain::Principal& who, const domain::InventoryCheck& check,
                                      std::string_view code, const domain::Blocker& why);
  Result<domain::Blockers> carry_out(Write& write, const domain::Principal& who, const domain::InventoryCheck& check,
                                     const domain::CheckItem& item, const CheckAccount& account);
  Result<domain::Blockers> move(Write& write, const domain::Principal& who, const domain::CheckItem& item,
                                const Receiver& to, const std::string& note);
  Result<> flag(Write& write, const domain::Principal& who, const std::string& device_id, domain::CheckOutcome outcome);

  sql::Database& db_;
  const Clock& clock_;
  Random& random_;
  Audit& audit_;
  Devices& devices_;
  CustodyLedger& custody_;
  const SeenAtSchool seen_;
};

}  // namespace rollcall::service
