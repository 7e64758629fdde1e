// What technicians meant to do with devices, and what they were told came of it. One intention is one thing that somebody
// does: it keeps its number however often it is sent, and its number is the note that it leaves in the ledger.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace rollcall::sim {

struct Intention {
  std::string what{};          // "give C-3", for people
  std::optional<bool> done{};  // absent: nobody was told yet; false: something was in the way
  std::string act_id{};        // when it was done
  std::size_t tries{};
};

class CustodyBook {
 public:
  std::size_t intend(std::string what) {
    intentions_.push_back({std::move(what), {}, {}, 0});
    return intentions_.size() - 1;
  }
  Intention& at(std::size_t number) { return intentions_[number]; }
  const std::vector<Intention>& intentions() const { return intentions_; }
  static std::string note_of(std::size_t number) { return "intention " + std::to_string(number); }

 private:
  std::vector<Intention> intentions_;
};

}  // namespace rollcall::sim
