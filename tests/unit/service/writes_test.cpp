#include "server/service/writes.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "tests/unit/service/records_fixture.h"

namespace rollcall::service {
namespace {

struct Counter : Records {
  std::int64_t done{};  // by the work itself; only what is committed counts

  // Work whose effect can be counted: one record in the audit log.
  Writes::Once once(const std::string& key, const std::string& body, std::optional<Error> error = {}) {
    return must(writes.once(
        admin, {key, sha256(body)},
        [&](Write& write) -> Result<Answer> {
          TRY(audit.append(write.transaction(), write.actor(), "test.done", body));
          if (error) return std::unexpected(*error);
          return Answer{200, "\"v1\"", body};
        },
        [](const Error& refused) -> std::optional<Answer> {
          if (refused.code != Errc::conflict) return std::nullopt;
          return Answer{409, "", refused.message};
        }));
  }
  std::size_t times() { return log().size(); }
};

}  // namespace

TEST_CASE("a request that comes again gets the first answer and is done once") {
  Counter it;
  const auto first = it.once("k1", "a");
  CHECK_FALSE(first.again);
  const auto second = it.once("k1", "a");
  CHECK(second.again);
  CHECK(second.answer.status == 200);
  CHECK(second.answer.etag == "\"v1\"");
  CHECK(second.answer.body == "a");
  CHECK(it.times() == 1);
}

TEST_CASE("without a key everything is done as often as it comes") {
  Counter it;
  it.once("", "a");
  CHECK_FALSE(it.once("", "a").again);
  CHECK(it.times() == 2);
}

TEST_CASE("a key that was used for another request is told so and does nothing") {
  Counter it;
  it.once("k1", "a");
  CHECK(it.once("k1", "b").other_request);
  CHECK(it.times() == 1);
  CHECK_FALSE(it.once("k2", "b").other_request);
}

TEST_CASE("keys of two people never meet") {
  Counter it;
  it.once("k1", "a");
  it.admin.id = "01OTHER";
  CHECK_FALSE(it.once("k1", "b").other_request);
  CHECK(it.times() == 2);
}

TEST_CASE("what was refused leaves nothing and stays refused for its key, though it would be done by now") {
  Counter it;
  const Error held{Errc::conflict, "held by somebody"};
  CHECK(it.once("k1", "a", held).answer.status == 409);
  CHECK(it.times() == 0);
  const auto again = it.once("k1", "a");
  CHECK(again.again);
  CHECK(again.answer.body == "held by somebody");
  CHECK(it.times() == 0);
  CHECK(it.once("k2", "a").answer.status == 200);
}

TEST_CASE("a failure that is no answer is not kept: the same key may try again") {
  Counter it;
  CHECK_THROWS(it.once("k1", "a", Error{Errc::unavailable, "busy"}));
  CHECK_FALSE(it.once("k1", "a").again);
  CHECK(it.times() == 1);
}

TEST_CASE("an answer is forgotten after its time, and not before") {
  Counter it;
  it.once("k1", "a");
  it.clock.advance(Writes::kKeptMs - 1);
  it.writes.run_due(it.clock.wall_ms());
  CHECK(it.once("k1", "a").again);
  it.clock.advance(1);
  CHECK(it.writes.next_due() <= it.clock.wall_ms() + kHourMs);
  it.writes.run_due(it.clock.wall_ms());
  CHECK_FALSE(it.once("k1", "a").again);
}

TEST_CASE("many who send one key at once get one answer") {
  Counter it;
  std::atomic<int> firsts{}, others{};
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < 8; ++i) {
      clients.emplace_back([&] {
        for (int round = 0; round < 50; ++round) {
          const auto once = it.once("k" + std::to_string(round), "a");
          ++(once.again ? others : firsts);
        }
      });
    }
  }
  CHECK(firsts == 50);
  CHECK(others == 350);
  CHECK(it.times() == 50);
}

}  // namespace rollcall::service
