// Many scanners in one cart while somebody closes the audit: each label counts once, and nothing comes in afterwards.
#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "tests/unit/service/inventory_check_fixture.h"

namespace rollcall::service {

TEST_CASE("16 scanners and two who close at once: every scan counts once, and the result is what was scanned", "[race]") {
  constexpr int kScanners = 16, kDevices = 60, kRounds = 5;
  Audits it;
  for (int i = 0; i < kDevices; ++i) it.in_cart("T-" + std::to_string(i));
  for (int round = 0; round < kRounds; ++round) {
    const auto id = it.start();
    std::atomic<int> first{}, again{}, late{}, wrong{}, closed{}, refused{};
    const auto scan_all = [&](int scanner) {
      for (int i = 0; i < kDevices; ++i) {
        const auto scan = it.scan(it.north, id, "T-" + std::to_string((i + scanner * 7) % kDevices));
        if (!scan) {
          ++(scan.error().code == Errc::conflict ? late : wrong);
        } else if (scan->result == ScanResult::expected) {
          ++first;
        } else {
          ++(scan->result == ScanResult::already_scanned ? again : wrong);
        }
      }
    };
    // Until one of the two has closed it: too early is refused, and so is whoever comes second.
    const auto close_it = [&] {
      while (closed == 0) {
        const auto done = it.close(id);
        if (done) {
          ++closed;
        } else {
          ++(done.error().code == Errc::conflict ? refused : wrong);
        }
      }
    };
    {
      std::vector<std::jthread> all;
      for (int scanner = 0; scanner < kScanners; ++scanner) all.emplace_back(scan_all, scanner);
      for (int i = 0; i < 2; ++i) all.emplace_back(close_it);
    }
    CHECK(wrong == 0);
    CHECK(closed == 1);
    CHECK(first == kDevices);
    CHECK(first + again + late == kScanners * kDevices);
    const auto view = must(it.checks.get(it.north, id));
    CHECK(view.counts[domain::CheckStatus::scanned] == kDevices);
    CHECK(view.counts.open() == 0);
  }
}

TEST_CASE("of many who start an audit of one place one does", "[race]") {
  Audits it;
  it.in_cart("T-1");
  std::atomic<int> started{}, refused{};
  {
    std::vector<std::jthread> all;
    for (int i = 0; i < 16; ++i) {
      all.emplace_back([&] {
        const auto done = it.start(it.north, it.cart);
        ++(done ? started : refused);
        if (!done && done.error().code != Errc::already_exists) started += 100;
      });
    }
  }
  CHECK(started == 1);
  CHECK(refused == 15);
}

}  // namespace rollcall::service
