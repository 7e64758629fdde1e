// What truly happened, kept outside of all that is tested: every sample that an agent made, under which number
// it was sent, and what the server promised about it. Invariants compare the server with this book.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/wire/checkin.h"
#include "tests/sim/custody_book.h"

namespace rollcall::sim {

struct MadeSample {
  std::int64_t made_ms{};  // true time
  std::int64_t wall_ms{};  // what the laptop's clock said
  std::uint64_t sequence{};  // 0: never sent
  bool sent_at_once{};       // by the boot that made it
  bool sent_later{};         // by another one
  bool optional{};  // off campus: the hourly limit may have dropped it
  bool promised{};  // a reply that said "accepted" left the server
  bool retired{};   // old enough for the server to have deleted it
  bool excused{};   // it died with a machine before it could be stored
};

// One installation on one laptop: from an enrolment to the next re-image.
struct Instance {
  std::size_t laptop{};
  std::string agent_id;             // as the agent knows it; empty: never enrolled
  std::vector<MadeSample> samples;  // a report names its sample by its place + 1, in its battery's now_mwh
  std::uint64_t thinned{};          // that the outbox gave up, as it last said
  std::uint64_t waiting{};          // in its outbox, when the run ended
  bool wiped{};                     // its disk is no more
};

class Book {
 public:
  std::size_t install(std::size_t laptop);  // a new instance
  void enrolled(std::size_t instance, const std::string& agent_id);
  // Returns the mark that the report carries.
  std::int64_t made(std::size_t instance, std::int64_t true_ms, std::int64_t wall_ms, bool optional);
  // A check-in leaves the laptop, for the first time or again.
  void sent(std::size_t instance, const wire::CheckIn& check_in);
  // An answer leaves the server, whether or not it arrives.
  void promised(std::size_t instance, const wire::CheckInReply& reply);
  // What `instance` made from `since_ms` on and nobody promised to keep may be gone.
  void excuse(std::size_t instance, std::int64_t since_ms);
  // Promises are not held for longer than the server keeps reports.
  void retire();
  void note_outbox(std::size_t instance, std::uint64_t waiting, std::uint64_t thinned);
  void wiped(std::size_t instance);
  void object(std::string oddity) { oddities_.push_back(std::move(oddity)); }

  const std::vector<Instance>& instances() const { return instances_; }
  CustodyBook& custody() { return custody_; }
  const CustodyBook& custody() const { return custody_; }
  // Null when no agent knows this name: its enrolment's answer was lost.
  const Instance* by_agent(const std::string& agent_id) const;
  static std::int64_t mark_of(const wire::Report& report);

  std::uint64_t reports() const;  // samples made
  // What an agent said that cannot be right (a number used twice, a report of its own refused), a line each.
  const std::vector<std::string>& oddities() const { return oddities_; }

 private:
  std::vector<Instance> instances_;
  CustodyBook custody_;
  std::vector<std::map<std::uint64_t, std::int64_t>> marks_;  // by instance: sequence → mark
  std::map<std::string, std::size_t> by_agent_;
  std::vector<std::string> oddities_;
};

}  // namespace rollcall::sim
