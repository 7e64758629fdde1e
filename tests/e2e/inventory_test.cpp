// A cart that is counted and a box that is received, with the command line as a technician uses it.
#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "tests/e2e/desk.h"

namespace rollcall::e2e {
namespace {

struct Bench : Desk {
  std::string done(std::vector<std::string> words) {
    const auto ended = rollcall(std::move(words));
    INFO(ended.errors);
    CHECK(ended.exit_code == 0);
    return ended.output;
  }
  boost::json::value answer(std::vector<std::string> words) {
    words.push_back("--json");
    return boost::json::parse(done(std::move(words)));
  }
  std::string id(std::vector<std::string> words) { return std::string(answer(std::move(words)).at("id").as_string()); }
};

TEST_CASE("a cart is audited from a terminal: begun, scanned, accounted for, closed") {
  Bench it;
  const auto cart = it.id({"places", "add", "--set", "kind=cart", "--set", "name=Cart 7"});
  for (const std::string tag : {"T-1", "T-2"}) {
    it.done({"devices", "add", "--set", "tag=" + tag});
    it.done({"custody", "give", tag, "--place", cart});
  }
  const auto audit = it.id({"check", "start", cart, "--note", "June"});
  CHECK(it.rollcall({"check", "start", cart}).exit_code == 6);
  CHECK_THAT(it.done({"check", "scan", audit, "t-1", "X-9"}),
             Catch::Contains("t-1: expected") && Catch::Contains("X-9: unknown; check the label"));
  const auto early = it.rollcall({"check", "close", audit});
  CHECK(early.exit_code == 6);
  CHECK_THAT(early.errors, Catch::Contains("1 device is missing, 1 label is unknown"));
  const auto missing = it.answer({"check", "show", audit, "--status", "missing"});
  REQUIRE(missing.at("items").as_array().size() == 1);
  const std::string item(missing.at("items").at(0).at("item").as_string());
  CHECK_THAT(it.done({"check", "account", audit, item, "lost"}), Catch::Contains("explained"));
  it.done({"check", "account", audit, "?x-9", "noted", "--note", "a monitor"});
  CHECK_THAT(it.done({"check", "close", audit, "--note", "done"}), Catch::Contains("closed"));
  CHECK_THAT(it.done({"check", "list"}), Catch::Contains("Cart 7"));
  const auto second = it.id({"check", "start", cart});
  CHECK_THAT(it.done({"check", "abandon", second, "--note", "fire drill"}), Catch::Contains("abandoned"));
}

TEST_CASE("boxes are received from a terminal against their order, until it is closed") {
  Bench it;
  const auto model = it.id({"models", "add", "--set", "maker=Lenovo", "--set", "name=300e", "--set", "kind=laptop"});
  const auto order = it.id({"orders", "add", "PO-1", "Acme", "--line", model + ":2:28900", "--next-tag", "FCS-0001"});
  CHECK(it.rollcall({"orders", "add", "PO-2", "Acme", "--line", model}).exit_code == 2);
  const auto delivery = it.id({"orders", "deliver", order, "2026-08-03", "2", "--reference", "S-1"});
  CHECK_THAT(it.done({"orders", "receive", order, "--delivery", delivery, "PF1", "PF2"}),
             Catch::Contains("PF1: received, not yet tagged") && Catch::Contains("PF2: received"));
  CHECK_THAT(it.done({"orders", "tag", order, "PF1"}), Catch::Contains("tag FCS-0001"));
  CHECK_THAT(it.done({"orders", "image", order, "FCS-0001"}), Catch::Contains("not yet checked"));
  CHECK_THAT(it.done({"orders", "check", order, "FCS-0001"}), Catch::Contains("ready"));
  CHECK_THAT(it.done({"orders", "check", order, "PF2", "--damaged", "--note", "cracked"}), Catch::Contains("damaged"));
  CHECK_THAT(it.done({"orders", "troubles"}), Catch::Contains("PO-1"));
  CHECK_THAT(it.done({"orders", "show", order}), Catch::Contains("Lenovo 300e") && Catch::Contains("S-1"));
  CHECK_THAT(it.done({"orders", "list"}), Catch::Contains("PO-1"));
  CHECK_THAT(it.done({"orders", "close", order}), Catch::Contains("Closed."));
}

}  // namespace
}  // namespace rollcall::e2e
