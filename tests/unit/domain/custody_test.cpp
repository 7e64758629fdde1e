#include "server/domain/custody.h"

#include <catch2/catch.hpp>

using namespace rollcall::domain;

namespace {

std::string codes(const Blockers& blockers) {
  std::string out;
  for (const auto& it : blockers) {
    CHECK_FALSE(it.message.empty());
    CHECK_FALSE(it.remedy.empty());
    out.append(out.empty() ? "" : " ").append(name_of(it.code));
  }
  return out;
}

Device device(Lifecycle lifecycle, Flags flags = {}) {
  return {.standing = {.lifecycle = lifecycle, .flags = flags}};
}

}  // namespace

TEST_CASE("being given out deploys what is ready, being put away makes it ready, and nothing else changes") {
  CHECK(lifecycle_held_by(Lifecycle::ready, HolderKind::person) == Lifecycle::deployed);
  CHECK(lifecycle_held_by(Lifecycle::tagged, HolderKind::cart) == Lifecycle::deployed);
  CHECK(lifecycle_held_by(Lifecycle::deployed, HolderKind::nobody) == Lifecycle::ready);
  CHECK(lifecycle_held_by(Lifecycle::deployed, HolderKind::pool) == Lifecycle::ready);
  CHECK(lifecycle_held_by(Lifecycle::deployed, HolderKind::bench) == Lifecycle::deployed);
  CHECK(lifecycle_held_by(Lifecycle::in_repair, HolderKind::person) == Lifecycle::in_repair);
  CHECK(lifecycle_held_by(Lifecycle::tagged, HolderKind::storage) == Lifecycle::tagged);
  CHECK(lifecycle_held_by(Lifecycle::retired, HolderKind::storage) == Lifecycle::retired);
}

TEST_CASE("everything that is wrong with a device is in its way at once") {
  CHECK(codes(blockers_of(device(Lifecycle::ready), "T1", HolderKind::person)).empty());
  const auto flags = Flags{}.set(Flag::lost).set(Flag::stolen).set(Flag::on_hold);
  CHECK(codes(blockers_of(device(Lifecycle::retired, flags), "T1", HolderKind::person)) ==
        "retired_device stolen lost on_hold");
  CHECK(codes(blockers_of(device(Lifecycle::disposed), "T1", HolderKind::room)) == "retired_device");
  CHECK(blockers_of(device(Lifecycle::disposed), "T1", HolderKind::room).front().message == "T1 is disposed");
}

TEST_CASE("storage, bench and vendor may have any device that has arrived") {
  const auto flags = Flags{}.set(Flag::lost);
  CHECK(codes(blockers_of(device(Lifecycle::retired, flags), "T1", HolderKind::storage)).empty());
  CHECK(codes(blockers_of(device(Lifecycle::ordered), "T1", HolderKind::storage)) == "not_received");
}

TEST_CASE("who is withdrawn or gone from the roster gets no device") {
  Person person{.given_name = "Ana", .family_name = "Silva"};
  CHECK(codes(blockers_of(person)).empty());
  person.enabled = false;
  CHECK(codes(blockers_of(person)) == "withdrawn_person");
  person.missing_ms = 5;
  CHECK(codes(blockers_of(person)) == "missing_person");
  CHECK(blockers_of(person).front().message == "Ana Silva is not in the roster any more");
}

TEST_CASE("every kind of holder and reason reads back, and each place has its kind") {
  for (std::size_t i = 0; i < kHolderKinds; ++i) {
    CHECK(parse_holder_kind(name_of(static_cast<HolderKind>(i))) == static_cast<HolderKind>(i));
  }
  for (std::size_t i = 0; i < kPlaceKinds; ++i) {
    const auto kind = static_cast<PlaceKind>(i);
    CHECK(name_of(holder_kind_of(kind)) == name_of(kind));
  }
  for (std::size_t i = 0; i < kCustodyReasons; ++i) {
    CHECK(parse_custody_reason(name_of(static_cast<CustodyReason>(i))) == static_cast<CustodyReason>(i));
  }
}
