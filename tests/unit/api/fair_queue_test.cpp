#include "server/api/fair_queue.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace rollcall::api {
namespace {

// A queue of 8 that notes whose turn came, and who was sent away.
struct Line {
  FairQueue queue{8};
  std::vector<std::string> done, away;
  std::size_t waiting{};

  void push(const std::string& crowd, const std::string& name) {
    waiting += queue.push({crowd, [this, name] { done.push_back(name); }, [this, name] { away.push_back(name); }});
  }
  void drain() {
    for (; waiting > 0; --waiting) queue.run_next();
  }
};

}  // namespace

TEST_CASE("a crowd waits for itself, and nobody else waits for it") {
  Line line;
  for (int i = 0; i < 6; ++i) line.push("crowd", "c" + std::to_string(i));
  line.push("ada", "ada");
  line.drain();
  CHECK(line.done == std::vector<std::string>{"c0", "ada", "c1", "c2", "c3", "c4", "c5"});
  CHECK(line.away.empty());
}

TEST_CASE("a full queue takes a newcomer in at the cost of the largest crowd's newest") {
  Line line;
  for (int i = 0; i < 5; ++i) line.push("small", "s" + std::to_string(i));
  for (int i = 0; i < 9; ++i) line.push("large", "l" + std::to_string(i));
  CHECK(line.waiting == 8);
  CHECK(line.away == std::vector<std::string>{"s4", "l4", "l5", "l6", "l7", "l8"});
  line.push("ada", "ada");
  CHECK(line.away.size() == 7);
  line.drain();
  CHECK(line.done.size() == 8);
  CHECK(line.done[2] == "ada");
}

TEST_CASE("twenty crowds that ask without a pause leave room for one more") {
  FairQueue queue(64);
  bool answered = false;
  const auto flood = [&] {
    for (int i = 0; i < 200; ++i) queue.push({"crowd " + std::to_string(i % 20), [] {}, [] {}});
  };
  flood();
  queue.push({"ada", [&] { answered = true; }, [] { FAIL("was sent away"); }});
  int turns = 0;
  for (; !answered && turns < 64; ++turns) {
    queue.run_next();
    flood();
  }
  CHECK(turns == 21);
}

TEST_CASE("when everybody is alone, who comes last is sent away") {
  Line line;
  for (int i = 0; i < 9; ++i) line.push(std::to_string(i), std::to_string(i));
  CHECK(line.away == std::vector<std::string>{"8"});
}

}  // namespace rollcall::api
