#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <string>

#include "common/wire/codec.h"
#include "tests/unit/wire/generators.h"
#include "tests/unit/wire/samples.h"

namespace rollcall::wire {
namespace {

TEST_CASE("whatever a report holds, what is written is read back as written") {
  CHECK(rc::check([] {
    const Generator generator{.absurd = *rc::gen::arbitrary<bool>()};
    const std::string sent = encode(generator.report());
    const auto read = decode_report(sent);
    if (!read) RC_FAIL(read.error().message);
    RC_ASSERT(read->unknown_fields == 0U);
    RC_ASSERT(encode(read->message) == sent);
  }));
}

TEST_CASE("sane reports survive a check-in unchanged, in their order") {
  CHECK(rc::check([] {
    const Generator generator;
    CheckIn sent = ordinary_check_in();
    sent.reports = generator.some([&] { return generator.report(); }, 8);
    const auto read = decode_check_in(encode(sent));
    if (!read) RC_FAIL(read.error().message);
    RC_ASSERT(read->rejected.empty());
    RC_ASSERT(read->message.reports.size() == sent.reports.size());
    for (std::size_t i = 0; i < sent.reports.size(); ++i) {
      RC_ASSERT(encode(read->message.reports[i]) == encode(sent.reports[i]));
    }
  }));
}

TEST_CASE("damaged bytes are refused or read, never worse") {
  const std::string good = encode(ordinary_check_in());
  CHECK(rc::check([&] {
    std::string damaged = good;
    for (int i = *rc::gen::inRange(1, 6); i > 0; --i) {
      damaged[*rc::gen::inRange<std::size_t>(0, damaged.size())] = *rc::gen::arbitrary<char>();
    }
    damaged.resize(*rc::gen::inRange<std::size_t>(damaged.size() / 2, damaged.size() + 1));
    const auto read = decode_check_in(damaged);
    if (!read) RC_ASSERT(!read.error().message.empty());
    if (read) RC_ASSERT(read->message.reports.size() + read->rejected.size() <= 1U);
  }));
}

}  // namespace
}  // namespace rollcall::wire
