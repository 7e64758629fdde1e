// Receiving against a purchase order: what was ordered, what each delivery brought, and each device on its way from the
// box to the shelf. A device is received by scanning its serial number and is from then on a device of the inventory,
// with the order's papers: number, funding, cost, the day it came, and the warranty that its model has from that day.
// Its tag is scanned or is the next one that is free. Its image is proved by the agent that enrolls on it, with the time of
// that; who images what has no agent says so. The check says that it is in order, or damaged: then it is put on hold, so
// that nobody is given it.
//
// A school's orders are for whoever reaches the school, the district's for those who reach the district. Thread-safe; every
// call reads or writes the database, so none belongs on the loop thread.
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
#include "server/domain/device_model.h"
#include "server/domain/purchase_order.h"
#include "server/domain/user.h"
#include "server/service/audit.h"
#include "server/service/devices.h"
#include "server/service/schools.h"
#include "server/service/writes.h"

namespace rollcall::service {

struct OrderLineView {
  domain::OrderLine line{};
  domain::DeviceModel model{};
  domain::ReceivingCounts counts{};
};
struct DeliveryView {
  domain::Delivery delivery{};
  std::int64_t received{}, damaged{};
  std::string number{}, vendor{}, school_id{};  // of its order
  std::int64_t missing() const { return delivery.announced > received ? delivery.announced - received : 0; }
};
struct OrderView {
  domain::PurchaseOrder order{};
  std::vector<OrderLineView> lines{};
  std::vector<DeliveryView> deliveries{};  // the last day first
  domain::ReceivingCounts counts{};
};
struct ReceivedView {
  domain::ReceivedDevice received{};
  domain::Device device{};
  bool again{};  // it was received before, and nothing was changed
};

// What a person may change. Absent: left alone. A date that is taken away is an empty optional inside.
struct OrderChange {
  std::optional<std::string> vendor{}, funding_source{}, note{}, next_tag{};
  std::optional<std::optional<LocalDate>> expected{};
  // All of them; one with a number is the one that is there, one without is new.
  std::optional<std::vector<domain::OrderLine>> lines{};

  bool empty() const { return !vendor && !funding_source && !note && !next_tag && !expected && !lines; }
};

struct ReceivingScan {
  std::string serial{};
  std::string delivery_id{};
  std::optional<std::int64_t> line{};  // may be left out of an order with one line
};

// One step of one device, which is named as it is scanned. `received` is none of them.
struct StepTaken {
  std::string device{};
  domain::ReceivingStep step{domain::ReceivingStep::tagged};
  std::string tag{};  // of `tagged`: what was scanned; empty: the next one that is free
  bool damaged{};     // of `checked`
  std::string note{};
};

struct OrderQuery {
  std::string search{};  // part of the number; case is ignored
  std::optional<std::string> school_id{};
  std::optional<bool> open{};
  std::string cursor{};  // an earlier page's next_cursor; empty: from the newest
  std::size_t limit{50};
};
struct TroubleQuery {
  bool is_short{true}, damaged{true};
  std::optional<std::string> school_id{};
  std::string cursor{};
  std::size_t limit{50};
};

class Receiving {
 public:
  static constexpr std::size_t kMaxPage = 500;
  Receiving(sql::Database& db, const Clock& clock, Random& random, Audit& audit, Devices& devices,
            const Schools& schools)
      : db_(db), clock_(clock), random_(random), audit_(audit), devices_(devices), schools_(schools) {}

  // `wanted` without id, version and instants. Errors: invalid_argument (with its field), permission_denied (field
  // "school"), already_exists (field "number").
  Result<OrderView> create(Write& write, const domain::Principal& who, const domain::PurchaseOrder& wanted);
  // Errors: not_found, conflict (changed meanwhile; closed; or a line that something was received of is left out, gets
  // another model, or fewer than were received), invalid_argument.
  Result<OrderView> edit(Write& write, const domain::Principal& who, std::string_view order_id,
                         const OrderChange& change, std::int64_t expected_version);
  // With less than was ordered it needs a reason. Errors: not_found, conflict (closed already), invalid_argument (field
  // "reason").
  Result<OrderView> close(Write& write, const domain::Principal& who, std::string_view order_id,
                          std::string_view reason);
  // The rest came after all. Errors: not_found, conflict (it is open).
  Result<OrderView> reopen(Write& write, const domain::Principal& who, std::string_view order_id);

  // `wanted` without ids and instants. Errors: not_found, conflict (the order is closed), invalid_argument.
  Result<DeliveryView> deliver(Write& write, const domain::Principal& who, std::string_view order_id,
                               const domain::Delivery& wanted);
  // Scanning again changes nothing. Errors: not_found, conflict (closed, or more than the line has), invalid_argument
  // (with its field), already_exists (field "serial": another order's, or a device that is in use).
  Result<ReceivedView> receive(Write& write, const domain::Principal& who, std::string_view order_id,
                               const ReceivingScan& scan);
  // Errors: not_found (no such device, or not of this order), conflict (it is done already, or the step before is not),
  // invalid_argument (field "tag" or "note"), already_exists (field "tag": which device has it).
  Result<ReceivedView> take_step(Write& write, const domain::Principal& who, std::string_view order_id,
                                 const StepTaken& step);

  struct Page {
    std::vector<OrderView> orders{};  // newest first, without deliveries
    std::string next_cursor{};        // empty: no more
  };
  // Errors: invalid_argument (field "cursor").
  Result<Page> list(const domain::Principal& who, const OrderQuery& query);
  // Errors: not_found (also: out of reach).
  Result<OrderView> get(const domain::Principal& who, std::string_view order_id);
  struct Received {
    std::vector<ReceivedView> devices{};  // the last received first
    std::string next_cursor{};
  };
  // Those that wait for a step; `received`: the damaged ones; absent: all. Errors: not_found, invalid_argument (field
  // "cursor").
  Result<Received> devices(const domain::Principal& who, std::string_view order_id,
                           std::optional<domain::ReceivingStep> waits_for, std::string_view cursor, std::size_t limit);
  struct Troubles {
    std::vector<DeliveryView> deliveries{};  // the last day first
    std::string next_cursor{};
  };
  // Short and damaged deliveries of all orders within reach. Errors: invalid_argument (field "cursor").
  Result<Troubles> troubles(const domain::Principal& who, const TroubleQuery& query);

 private:
  Result<domain::PurchaseOrder> order_of(sql::Snapshot& snapshot, const domain::Principal& who,
                                         std::string_view order_id) const;
  Result<domain::PurchaseOrder> open_order(sql::Snapshot& snapshot, const domain::Principal& who,
                                           std::string_view order_id) const;
  Result<OrderView> view_of(sql::Snapshot& snapshot, domain::PurchaseOrder order, bool deliveries) const;
  Result<> expect_fit(sql::Snapshot& snapshot, const domain::PurchaseOrder& order) const;
  Result<> put(Write& write, domain::PurchaseOrder& order, std::string_view action, std::string_view detail);
  Result<std::string> add_device(Write& write, const domain::Principal& who, const domain::PurchaseOrder& order, const domain::OrderLine& line,
                                 const domain::Delivery& delivery, const std::string& serial);
  Result<std::string> free_tag(sql::Transaction& transaction, const domain::PurchaseOrder& order) const;
  Result<> tag(Write& write, const domain::PurchaseOrder& order, domain::ReceivedDevice& device,
               const std::string& tag);
  Result<> check(Write& write, domain::ReceivedDevice& device, bool damaged, const std::string& note);
  Result<> change_device(Write& write, const std::string& device_id, domain::DeviceChange change,
                         domain::ReceivingStep step, bool damaged);

  sql::Database& db_;
  const Clock& clock_;
  Random& random_;
  Audit& audit_;
  Devices& devices_;
  const Schools& schools_;
};

}  // namespace rollcall::service
