#include "server/service/receiving.h"

#include <atomic>
#include <set>
#include <thread>

#include "tests/unit/service/inventory_fixture.h"

namespace rollcall::service {
namespace {

using domain::Condition;
using domain::Flag;
using domain::Lifecycle;
using domain::ReceivingStep;

struct Dock : Inventory {
  Receiving receiving{db, clock, random, audit, devices, schools};
  std::string model{model_called("ThinkPad 11e")};

  std::string model_called(const std::string& name) {
    const domain::DeviceModel wanted{
        .maker = "Lenovo", .name = name, .warranty_months = 12, .cost_cents = 30'000, .kit = domain::Kit{}.add(domain::Accessory::charger)};
    return must(writes.run(admin, [&](Write& write) { return models.create(write, wanted); })).model_id;
  }
  template <class Work>
  auto as(const domain::Principal& who, Work work) {
    return writes.run(domain::Actor::of(who), work);
  }
  Result<OrderView> order(const domain::Principal& who, const domain::PurchaseOrder& wanted) {
    return as(who, [&](Write& write) { return receiving.create(write, who, wanted); });
  }
  domain::PurchaseOrder wanted(const std::string& number, std::int64_t quantity, const std::string& school = "north") {
    return {.number = number,
            .vendor = "Acme",
            .funding_source = "Title I",
            .school_id = school,
            .next_tag = "FCS-0007",
            .lines = {{.model_id = model, .quantity = quantity, .unit_cost_cents = 28'900}}};
  }
  // An order of so many with a delivery that announces as many.
  struct Open {
    std::string order, delivery;
  };
  Open open(std::int64_t quantity, const std::string& number = "PO-1") {
    Open out{must(order(north, wanted(number, quantity))).order.order_id, {}};
    clock.advance(1);  // ids of one instant have no order
    out.delivery = must(deliver(out.order, quantity)).delivery.delivery_id;
    return out;
  }
  Result<DeliveryView> deliver(const std::string& order_id, std::int64_t announced) {
    const domain::Delivery brought{.delivered = *parse_date("2026-08-03"), .announced = announced, .reference = "S-1"};
    return as(north, [&](Write& write) { return receiving.deliver(write, north, order_id, brought); });
  }
  Result<ReceivedView> receive(const Open& open, const std::string& serial, std::optional<std::int64_t> line = {}) {
    return as(north, [&](Write& write) {
      return receiving.receive(write, north, open.order, {serial, open.delivery, line});
    });
  }
  Result<ReceivedView> step(const Open& open, const StepTaken& taken) {
    return as(north, [&](Write& write) { return receiving.take_step(write, north, open.order, taken); });
  }
  Result<OrderView> close(const std::string& order_id, const std::string& reason) {
    return as(north, [&](Write& write) { return receiving.close(write, north, order_id, reason); });
  }
  domain::Asset asset(const ReceivedView& view) { return must(devices.asset(view.device.device_id)); }
};

}  // namespace

TEST_CASE("a received device is one of the inventory, with the order's papers and its model's warranty") {
  Dock it;
  const auto open = it.open(2);
  const auto got = must(it.receive(open, " pf1 "));
  const auto [device, papers] = it.asset(got);
  CHECK(device.serial == "PF1");
  CHECK(device.maker == "Lenovo");
  CHECK(device.school_id == "north");
  CHECK(device.standing.lifecycle == Lifecycle::received);
  CHECK(device.standing.condition == Condition::new_);
  CHECK(papers.purchase_order == "PO-1");
  CHECK(papers.funding_source == "Title I");
  CHECK(papers.cost_cents == 28'900);
  CHECK(iso_date(*papers.purchased) == "2026-08-03");
  CHECK(iso_date(*papers.warranty_end) == "2027-08-03");
  CHECK(papers.kit.to_text() == "charger");
  CHECK(got.received.received.actor == domain::Actor::of(it.north).to_text());
  CHECK(got.received.received.at_ms == it.clock.wall_ms());
  const auto records = it.log().size();
  it.clock.advance(kMinuteMs);
  const auto again = must(it.receive(open, "PF1"));
  CHECK(again.again);
  CHECK(again.received == got.received);
  CHECK(it.log().size() == records);
}

TEST_CASE("four steps: received, tagged, imaged, checked, each with who and when") {
  Dock it;
  const auto open = it.open(2);
  must(it.receive(open, "PF1"));
  it.clock.advance(kMinuteMs);
  const auto tagged = must(it.step(open, {.device = "PF1", .step = ReceivingStep::tagged}));
  CHECK(tagged.device.tag == "FCS-0007");
  CHECK(tagged.device.standing.lifecycle == Lifecycle::tagged);
  CHECK(tagged.received.tagged->at_ms == it.clock.wall_ms());
  const auto early = it.step(open, {.device = "FCS-0007", .step = ReceivingStep::checked});
  CHECK(early.error().code == Errc::conflict);
  CHECK_THAT(early.error().message, Catch::Contains("image"));
  it.clock.advance(kMinuteMs);
  const auto agent = it.enrol({.serial = "PF1"});
  const auto enrolled_ms = it.clock.wall_ms();
  it.clock.advance(kHourMs);
  const auto checked = must(it.step(open, {.device = "FCS-0007", .step = ReceivingStep::checked}));
  CHECK(checked.received.imaged == domain::ReceivedDevice::Done{enrolled_ms, "agent:" + agent->agent_id});
  CHECK(checked.received.checked->at_ms == it.clock.wall_ms());
  CHECK(checked.device.standing.lifecycle == Lifecycle::ready);
  CHECK(agent->device_id == checked.device.device_id);
  CHECK(must(it.step(open, {.device = "PF1", .step = ReceivingStep::checked})).again);
  const auto view = must(it.receiving.get(it.north, open.order));
  CHECK(view.counts == domain::ReceivingCounts{.ordered = 2, .received = 1, .tagged = 1, .imaged = 1, .checked = 1});
}

TEST_CASE("an agent that enrolled before the box was scanned is the same device, imaged already") {
  Dock it;
  const auto open = it.open(1);
  const auto agent = it.enrol({.serial = "PF1"});
  const auto got = must(it.receive(open, "PF1"));
  CHECK(got.device.device_id == agent->device_id);
  CHECK(got.received.imaged->actor == "agent:" + agent->agent_id);
  CHECK(it.asset(got).papers.purchase_order == "PO-1");
}

TEST_CASE("a device that was listed as ordered arrives; one that is in use is not received again") {
  Dock it;
  const auto open = it.open(2);
  const auto listed = must(it.list({.serial = "PF1", .model_id = it.model, .lifecycle = Lifecycle::ordered}));
  const auto got = must(it.receive(open, "PF1"));
  CHECK(got.device.device_id == listed.asset.device.device_id);
  CHECK(got.device.standing.lifecycle == Lifecycle::received);
  must(it.list({.tag = "T-9", .serial = "PF9", .model_id = it.model}));
  const auto used = it.receive(open, "PF9");
  CHECK(used.error().code == Errc::already_exists);
  CHECK(used.error().field == "serial");
  CHECK_THAT(used.error().message, Catch::Contains("T-9"));
}

TEST_CASE("tags are given in order and passed over where a device has one; a scanned one is taken as it is") {
  Dock it;
  it.device("FCS-0008");
  const auto open = it.open(4);
  for (const char* serial : {"PF1", "PF2", "PF3", "PF4"}) must(it.receive(open, serial));
  const auto tag = [&](const std::string& serial, const std::string& text = {}) {
    return it.step(open, {.device = serial, .step = ReceivingStep::tagged, .tag = text});
  };
  CHECK(must(tag("PF1")).device.tag == "FCS-0007");
  CHECK(must(tag("PF2")).device.tag == "FCS-0009");
  CHECK(must(tag("PF2")).again);
  CHECK(must(tag("PF3", "L-77")).device.tag == "L-77");
  CHECK(tag("PF3", "L-78").error().code == Errc::conflict);
  CHECK(tag("PF4", "L-77").error().field == "tag");
  CHECK(must(tag("PF4")).device.tag == "FCS-0010");
  auto plain = it.wanted("PO-2", 1);
  plain.next_tag.clear();
  Dock::Open scanned{must(it.order(it.north, plain)).order.order_id, {}};
  scanned.delivery = must(it.deliver(scanned.order, 1)).delivery.delivery_id;
  must(it.receive(scanned, "PF5"));
  CHECK(it.step(scanned, {.device = "PF5", .step = ReceivingStep::tagged}).error().field == "tag");
  CHECK(it.step(scanned, {.device = "PF1", .step = ReceivingStep::tagged}).error().code == Errc::not_found);
}

TEST_CASE("a damaged device is put on hold and listed, until it is in order") {
  Dock it;
  const auto open = it.open(2);
  must(it.receive(open, "PF1"));
  CHECK(it.step(open, {.device = "PF1", .step = ReceivingStep::checked, .damaged = true}).error().field == "note");
  const auto damaged =
      must(it.step(open, {.device = "PF1", .step = ReceivingStep::checked, .damaged = true, .note = "cracked"}));
  CHECK(damaged.device.standing.condition == Condition::damaged);
  CHECK(damaged.device.standing.flags.has(Flag::on_hold));
  CHECK(damaged.device.standing.lifecycle == Lifecycle::received);
  CHECK(damaged.received.check_note == "cracked");
  const auto found = must(it.receiving.devices(it.north, open.order, ReceivingStep::received, "", 10));
  CHECK(found.devices.size() == 1);
  must(it.step(open, {.device = "PF1", .step = ReceivingStep::tagged}));
  must(it.step(open, {.device = "PF1", .step = ReceivingStep::imaged}));
  const auto mended = must(it.step(open, {.device = "PF1", .step = ReceivingStep::checked}));
  CHECK_FALSE(mended.device.standing.flags.any());
  CHECK(mended.device.standing.lifecycle == Lifecycle::ready);
  CHECK_FALSE(mended.received.damaged);
}

TEST_CASE("short and damaged deliveries are a list over all orders, within reach") {
  Dock it;
  const auto whole = it.open(1, "PO-1"), broken = it.open(1, "PO-2"), missing = it.open(2, "PO-3");
  must(it.receive(whole, "PF1"));
  must(it.receive(broken, "PF2"));
  must(it.receive(missing, "PF3"));
  must(it.step(broken, {.device = "PF2", .step = ReceivingStep::checked, .damaged = true, .note = "wet"}));
  const auto numbers = [&](const domain::Principal& who, const TroubleQuery& query) {
    std::string out;
    for (const auto& row : must(it.receiving.troubles(who, query)).deliveries) {
      out.append(out.empty() ? "" : " ").append(row.number).append(":" + std::to_string(row.missing()));
      out.append("/" + std::to_string(row.damaged));
    }
    return out;
  };
  CHECK(numbers(it.everywhere, {}) == "PO-3:1/0 PO-2:0/1");
  CHECK(numbers(it.everywhere, {.is_short = false}) == "PO-2:0/1");
  CHECK(numbers(it.everywhere, {.damaged = false}) == "PO-3:1/0");
  const auto first = must(it.receiving.troubles(it.everywhere, {.limit = 1}));
  CHECK(numbers(it.everywhere, {.cursor = first.next_cursor}) == "PO-2:0/1");
  CHECK(it.receiving.troubles(it.everywhere, {.cursor = "!"}).error().field == "cursor");
}

TEST_CASE("an order is closed short only with a reason, takes nothing then, and can be opened again") {
  Dock it;
  const auto open = it.open(2);
  must(it.receive(open, "PF1"));
  CHECK(it.close(open.order, " ").error().field == "reason");
  const auto closed = must(it.close(open.order, "sold out"));
  CHECK(closed.order.close_reason == "sold out");
  CHECK(it.log().front().detail == "1 did not come");
  CHECK(it.receive(open, "PF2").error().code == Errc::conflict);
  CHECK(it.deliver(open.order, 1).error().code == Errc::conflict);
  CHECK(it.close(open.order, "x").error().code == Errc::conflict);
  must(it.step(open, {.device = "PF1", .step = ReceivingStep::tagged}));  // what is there goes on
  must(it.as(it.north, [&](Write& write) { return it.receiving.reopen(write, it.north, open.order); }));
  must(it.receive(open, "PF2"));
  CHECK(must(it.close(open.order, "")).order.close_reason.empty());
}

TEST_CASE("more than was ordered is refused until the order says more; received lines keep what they have") {
  Dock it;
  const auto open = it.open(1);
  must(it.receive(open, "PF1"));
  CHECK(it.receive(open, "PF2").error().code == Errc::conflict);
  const auto other = it.model_called("Chromebook");
  const auto edit = [&](std::vector<domain::OrderLine> lines, std::int64_t version) {
    const OrderChange change{.lines = std::move(lines)};
    return it.as(it.north, [&](Write& write) { return it.receiving.edit(write, it.north, open.order, change, version); });
  };
  CHECK(edit({{.line = 1, .model_id = other, .quantity = 1}}, 1).error().code == Errc::conflict);
  CHECK(edit({{.model_id = other, .quantity = 1}}, 1).error().code == Errc::conflict);
  CHECK(edit({{.line = 1, .model_id = it.model, .quantity = 2}}, 9).error().field == "version");
  CHECK(edit({{.line = 1, .model_id = it.model, .quantity = 1}, {.line = 1, .model_id = other, .quantity = 1}}, 1)
            .error()
            .field == "lines.line");
  const auto more = must(edit({{.line = 1, .model_id = it.model, .quantity = 2}, {.model_id = other, .quantity = 3}}, 1));
  REQUIRE(more.order.lines.size() == 2);
  CHECK(more.order.lines[1].line == 2);
  CHECK(more.counts.ordered == 5);
  CHECK(it.receive(open, "PF2").error().field == "line");
  CHECK(it.receive(open, "PF2", 7).error().field == "line");
  must(it.receive(open, "PF2", 1));
  CHECK(edit({{.line = 1, .model_id = it.model, .quantity = 1}}, 2).error().code == Errc::conflict);
}

TEST_CASE("a box whose serial number is that of another school's device is not received, and what went there is not told") {
  Dock it;
  const auto open = it.open(3);
  const auto theirs = must(it.list({.school_id = "south", .serial = "PF1", .maker = "Lenovo", .lifecycle = Lifecycle::ordered}));
  const auto refused = it.receive(open, "PF1");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::already_exists);
  CHECK(refused.error().field == "serial");
  CHECK(must(it.devices.get(theirs.asset.device.device_id)).school_id == "south");
  const auto ours = must(it.receive(open, "PF2"));
  must(it.writes.run(it.admin, [&](Write& write) {
    return it.devices.edit(write, ours.device.device_id, {.tag = "S-9", .school_id = "south"}, ours.device.version);
  }));
  const auto left = must(it.receiving.devices(it.north, open.order, {}, "", 10)).devices.at(0).device;
  CHECK(left.serial == "PF2");
  CHECK(left.tag.empty());
  CHECK(must(it.receiving.devices(it.everywhere, open.order, {}, "", 10)).devices.at(0).device.tag == "S-9");
}

TEST_CASE("orders are for whoever reaches the school, and a number is one order's") {
  Dock it;
  const auto open = it.open(1);
  CHECK(it.order(it.north, it.wanted("po-1", 1)).error().field == "number");
  CHECK(it.order(it.north, it.wanted("PO-2", 1, "")).error().code == Errc::permission_denied);
  CHECK(it.order(it.north, it.wanted("PO-2", 1, "south")).error().field == "school");
  auto unknown = it.wanted("PO-2", 1);
  unknown.lines[0].model_id = "01NONE";
  CHECK(it.order(it.north, unknown).error().field == "lines.model_id");
  const domain::Principal south{
      .user_id = "01SUE", .role = domain::Role::technician, .scope = {domain::ScopeKind::school, {"south"}}};
  CHECK(it.receiving.get(south, open.order).error().code == Errc::not_found);
  CHECK(it.receiving.devices(south, open.order, {}, "", 10).error().code == Errc::not_found);
  must(it.order(it.everywhere, it.wanted("PO-3", 1, "")));
  CHECK(must(it.receiving.list(it.everywhere, {})).orders.size() == 2);
  CHECK(must(it.receiving.list(it.everywhere, {.search = "po-3"})).orders.size() == 1);
}

TEST_CASE("of many who scan one box one receives it, and no line gets more than was ordered", "[race]") {
  Dock it;
  constexpr int kScanners = 16, kOrdered = 10;
  const auto open = it.open(kOrdered);
  std::atomic<int> received{}, again{}, full{}, wrong{};
  {
    std::vector<std::jthread> all;
    for (int scanner = 0; scanner < kScanners; ++scanner) {
      all.emplace_back([&, scanner] {
        for (int i = 0; i < kOrdered + 4; ++i) {
          const auto got = it.receive(open, "PF" + std::to_string((i + scanner) % (kOrdered + 4)));
          if (got) {
            ++(got->again ? again : received);
          } else {
            ++(got.error().code == Errc::conflict ? full : wrong);
          }
          if (got) must(it.step(open, {.device = got->device.serial, .step = ReceivingStep::tagged}));
        }
      });
    }
  }
  CHECK(wrong == 0);
  CHECK(received == kOrdered);
  CHECK(received + again + full == kScanners * (kOrdered + 4));
  std::set<std::string> tags;
  for (const auto& row : must(it.receiving.devices(it.north, open.order, {}, "", 100)).devices) {
    tags.insert(row.device.tag);
  }
  CHECK(tags.size() == kOrdered);
  CHECK(*tags.begin() == "FCS-0007");
  CHECK(*tags.rbegin() == "FCS-0016");  // none was skipped
}

}  // namespace rollcall::service
