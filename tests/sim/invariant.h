// Something that must be true whatever happens. Loans and repairs bring invariants of their own.
#pragma once

#include <fmt/core.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/sim/book.h"
#include "tests/sim/laptop.h"

namespace rollcall::sim {

// What the server has in its log, beside what the book knows of it.
struct StoredReport {
  std::int64_t log_id{}, agent_no{}, received_ms{}, observed_ms{};
  std::uint64_t sequence{};
  std::int64_t mark{};
  const Instance* instance{};  // null: no agent knows that it is this one
};

// When a check is made: the server has just come up again; before a summer in which it will delete old reports;
// after an hour in which everything was well.
enum class Moment { restarted, before_summer, calm };

struct Evidence {
  Moment moment;
  std::int64_t now_ms;
  const Book& book;
  const std::vector<std::unique_ptr<Laptop>>& laptops;
  Core& core;                     // up and running
  std::vector<StoredReport> log;  // all of it, in its order
};

class Findings {
 public:
  template <class... Args>
  void add(std::string_view invariant, fmt::format_string<Args...> format, Args&&... args) {
    if (++counts_[std::string(invariant)] > kMostOfEach) return;
    lines_.push_back(fmt::format("{}: {}", invariant, fmt::format(format, std::forward<Args>(args)...)));
  }
  bool empty() const { return lines_.empty(); }
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  static constexpr std::size_t kMostOfEach = 5;
  std::map<std::string, std::size_t> counts_;
  std::vector<std::string> lines_;
};

class Invariant {
 public:
  virtual ~Invariant() = default;
  virtual std::string_view name() const = 0;
  virtual void check(const Evidence& evidence, Findings& findings) const = 0;
};

// All that there are.
std::vector<std::unique_ptr<Invariant>> all_invariants();

std::unique_ptr<Invariant> make_stored_once();       // what was acknowledged is in the log exactly once
std::unique_ptr<Invariant> make_nothing_vanishes();  // each sample is stored, was thinned or died in memory
std::unique_ptr<Invariant> make_outboxes_drain();    // in the end every laptop is enrolled, awake and has nothing left
std::unique_ptr<Invariant> make_newest_state();      // the live picture is the newest report
std::unique_ptr<Invariant> make_identity();          // a laptop is one device, a device is one laptop
std::unique_ptr<Invariant> make_observed();          // samples are dated right
std::unique_ptr<Invariant> make_sound();             // agents said nothing that cannot be
std::unique_ptr<Invariant> make_custody();           // a device has one holder at most, and what was said is so

}  // namespace rollcall::sim
