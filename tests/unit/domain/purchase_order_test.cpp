#include "server/domain/purchase_order.h"

#include <catch2/catch.hpp>

#include "tests/must.h"

using namespace rollcall;
using namespace rollcall::domain;

namespace {

PurchaseOrder order() {
  return {.number = " PO-7 ", .vendor = "Acme", .lines = {{.line = 1, .model_id = "01M", .quantity = 10}}};
}
std::string field(const Result<PurchaseOrder>& result) {
  return result ? "" : result.error().field;
}
constexpr auto done = [](std::int64_t at_ms) { return ReceivedDevice::Done{at_ms, "user:01U"}; };

}  // namespace

TEST_CASE("an order has a number, a vendor and lines that can be delivered") {
  CHECK(must(normalise(order())).number == "PO-7");
  const auto without = [](auto change) {
    auto wrong = order();
    change(wrong);
    return field(normalise(wrong));
  };
  CHECK(without([](auto& o) { o.number = " "; }) == "number");
  CHECK(without([](auto& o) { o.vendor = ""; }) == "vendor");
  CHECK(without([](auto& o) { o.note = std::string(501, 'x'); }) == "note");
  CHECK(without([](auto& o) { o.lines.clear(); }) == "lines");
  CHECK(without([](auto& o) { o.lines.resize(51, {.model_id = "x", .quantity = 1}); }) == "lines");
  CHECK(without([](auto& o) { o.lines[0].quantity = 0; }) == "lines.quantity");
  CHECK(without([](auto& o) { o.lines[0].quantity = 20'001; }) == "lines.quantity");
  CHECK(without([](auto& o) { o.lines[0].unit_cost_cents = -1; }) == "lines.unit_cost_cents");
  CHECK(without([](auto& o) { o.lines.push_back(o.lines[0]); }) == "lines.line");
  CHECK(without([](auto& o) { o.lines.push_back({.model_id = o.lines[0].model_id, .quantity = 1}); }) == "lines.model_id");
  CHECK(without([](auto& o) { o.next_tag = "FCS"; }) == "next_tag");
  CHECK(without([](auto& o) { o.next_tag = "FCS-0001"; }).empty());
}

TEST_CASE("tags count up in their last run of digits and keep their zeros") {
  CHECK(tag_after("FCS-0099") == "FCS-0100");
  CHECK(tag_after("A9") == "A10");
  CHECK(tag_after("999") == "1000");
  CHECK(tag_after("N12-07-X") == "N12-08-X");
  CHECK_FALSE(tag_after("FCS"));
  CHECK_FALSE(tag_after(""));
  CHECK_FALSE(tag_after(std::string(19, '9')));
}

TEST_CASE("a device goes from step to step; a damaged one waits for none") {
  ReceivedDevice it{.received = done(1)};
  CHECK(next_step(it) == ReceivingStep::tagged);
  it.imaged = done(2);
  CHECK(next_step(it) == ReceivingStep::tagged);
  it.tagged = done(3);
  CHECK(next_step(it) == ReceivingStep::checked);
  it.imaged.reset();
  CHECK(next_step(it) == ReceivingStep::imaged);
  it.imaged = it.checked = done(4);
  CHECK_FALSE(next_step(it));
  it.checked.reset();
  it.damaged = true;
  CHECK_FALSE(next_step(it));
}

TEST_CASE("in order is what has its tag and its image; damage may be noted at any time, with a word") {
  ReceivedDevice it{.received = done(1)};
  CHECK(expect_checkable(it, false, "").error().code == Errc::conflict);
  it.tagged = done(2);
  CHECK(expect_checkable(it, false, "").error().code == Errc::conflict);
  CHECK(expect_checkable(it, true, "").error().field == "note");
  CHECK(expect_checkable(it, true, "cracked"));
  it.imaged = done(3);
  CHECK(expect_checkable(it, false, ""));
}

TEST_CASE("a device's life goes on with the steps, and never back") {
  using enum Lifecycle;
  CHECK(lifecycle_after(ReceivingStep::received, false, ordered) == received);
  CHECK(lifecycle_after(ReceivingStep::tagged, false, received) == tagged);
  CHECK(lifecycle_after(ReceivingStep::imaged, false, tagged) == tagged);
  CHECK(lifecycle_after(ReceivingStep::checked, false, tagged) == ready);
  CHECK(lifecycle_after(ReceivingStep::checked, true, tagged) == tagged);
  for (const auto later : {ready, deployed, in_repair, retired}) {
    CHECK(lifecycle_after(ReceivingStep::tagged, false, later) == later);
    CHECK(lifecycle_after(ReceivingStep::checked, false, later) == later);
  }
}

TEST_CASE("an order is closed with all that was ordered, or with a reason") {
  ReceivingCounts counts{.ordered = 10, .received = 10};
  CHECK(expect_closable(counts, ""));
  counts.received = 7;
  CHECK(counts.missing() == 3);
  const auto refused = expect_closable(counts, "");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().field == "reason");
  CHECK_THAT(refused.error().message, Catch::Contains("3 of 10 did not come"));
  CHECK(expect_closable(counts, "sold out"));
  counts.received = 12;
  CHECK(counts.missing() == 0);
}

TEST_CASE("a delivery says how many it brought") {
  CHECK(normalise(Delivery{.announced = 1, .reference = " S-1 "})->reference == "S-1");
  CHECK(normalise(Delivery{.announced = 0}).error().field == "announced");
  CHECK(normalise(Delivery{.announced = 20'001}).error().field == "announced");
}
