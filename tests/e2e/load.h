// Laptops that report without a pause until they are told to stop or the server goes away, and remember what
// was promised to them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/virtual_laptop.h"

namespace rollcall::e2e {

class Load {
 public:
  // Enrolls them and begins.
  Load(RunningServer& server, int laptops);
  ~Load() { end(); }

  void end();  // when this returns, nothing is under way
  // After end(): connects again, and each laptop first sends again what was not answered, as agents do.
  void begin_again();

  int total() const { return total_; }  // acknowledged by now
  // After end(): the numbers of the reports that were acknowledged to this laptop.
  const std::set<std::uint64_t>& promised(std::size_t i) const { return members_[i]->promised; }
  VirtualLaptop& laptop(std::size_t i) { return *members_[i]->laptop; }
  std::size_t size() const { return members_.size(); }

 private:
  struct Member {
    std::unique_ptr<VirtualLaptop> laptop;
    std::set<std::uint64_t> promised;
    std::string unanswered;  // body of the last report, when nobody knows whether it was stored
    std::thread thread{};
  };
  void begin();
  void report_on(Member& member);

  std::vector<std::unique_ptr<Member>> members_;
  std::atomic<int> total_{0};
  std::atomic<bool> enough_{false};
};

// The numbers of a device's stored reports as its timeline shows them, newest first; with `down_to`, only the
// pages that are needed to reach a number no greater than it.
std::vector<std::uint64_t> stored_reports(RunningServer& server, const std::string& admin, const std::string& device,
                                          std::uint64_t down_to = 0);

struct Kept {
  std::size_t lost{}, doubled{};
};
// What became of promises: of those above `above`, how many are not stored, and how many numbers are stored twice.
Kept compare(const std::set<std::uint64_t>& promised, const std::vector<std::uint64_t>& stored,
             std::uint64_t above = 0);

}  // namespace rollcall::e2e
