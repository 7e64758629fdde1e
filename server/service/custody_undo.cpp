// Taking back what was done a moment ago. Nothing of the ledger goes: the rows of the act are closed, and what it
// closed is opened anew.
#include <algorithm>
#include <utility>

#include "server/service/custody.h"
#include "server/service/custody_act.h"
#include "server/service/custody_scan.h"
#include "server/storage/custody_store.h"
#include "server/storage/device_store.h"

namespace rollcall::service {
namespace {

using domain::CustodyReason;
using domain::Device;

// What the act did to one device.
struct Trace {
  Device device{};
  std::optional<domain::Custody> opened{}, closed{};
};

Result<Trace> trace_of(sql::Snapshot& snapshot, const domain::Principal& who, const storage::CustodyAct& act) {
  auto device = TRY(storage::find_device(snapshot, act.device_id));
  if (!device || device->deleted() || !who.scope.covers_school(device->school_id)) {
    return fail(Errc::not_found, "there is no such act of yours");
  }
  Trace trace{std::move(*device), {}, {}};
  for (auto& row : TRY(storage::custody_of_act(snapshot, act.act_id, act.device_id))) {
    // A row that one act opened and closed cannot be: each act touches a row once.
    (row.given.act_id == act.act_id ? trace.opened : trace.closed) = std::move(row);
  }
  const auto now = TRY(storage::find_open_custody(snapshot, act.device_id));
  const std::string expected = trace.opened ? trace.opened->custody_id : "";
  if ((now ? now->custody_id : "") == expected) return trace;
  return fail(Errc::conflict, shown(trace.device) + " changed hands since; it is not undone");
}

Result<std::vector<storage::CustodyAct>> expect_undoable(sql::Snapshot& snapshot, const Write& write,
                                                         std::string_view act_id) {
  auto acts = TRY(storage::find_act(snapshot, act_id));
  if (acts.empty() || acts.front().actor != write.actor().to_text()) {
    return fail(Errc::not_found, "there is no such act of yours");
  }
  if (!acts.front().undoes.empty()) return fail(Errc::conflict, "this act undid another; do it anew instead");
  if (TRY(storage::is_undone(snapshot, act_id))) return fail(Errc::conflict, "this act is undone already");
  if (write.now_ms() - acts.front().at_ms > domain::kUndoMs) {
    return fail(Errc::conflict,
                "only what was done in the last 10 minutes can be undone; take the device back or move it");
  }
  return acts;
}

}  // namespace

Result<Handed> CustodyLedger::undo(Write& write, const domain::Principal& who, std::string_view act_id) {
  auto& transaction = write.transaction();
  const auto acts = TRY(expect_undoable(transaction, write, act_id));
  std::vector<Trace> traces;
  for (const auto& act : acts) traces.push_back(TRY(trace_of(transaction, who, act)));
  CustodyAct undoing(write, clock_, random_, audit_);
  Handed handed{undoing.id(), {}, {}};
  for (std::size_t i = 0; i < acts.size(); ++i) {
    const Trace& trace = traces[i];
    Moved moved{trace.device, trace.opened};
    if (trace.opened) TRY(undoing.close(moved, CustodyReason::undone, {}));
    if (trace.closed) {
      const Handing as_before{.note = trace.closed->given.note, .agreement = trace.closed->agreement};
      TRY(undoing.open(moved, trace.closed->holder, CustodyReason::undone, as_before, trace.closed->given.kit));
    }
    moved.device.standing.lifecycle = acts[i].lifecycle_before;
    moved.device.standing.condition = acts[i].condition_before;
    TRY(undoing.settle(moved, trace.device, "custody.undo", "act:" + std::string(act_id), act_id));
    handed.devices.push_back(TRY(held_device(transaction, who, std::move(moved.device), std::move(moved.custody))));
  }
  return handed;
}

}  // namespace rollcall::service
