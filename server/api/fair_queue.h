// Who waits for something slow, in turns: each crowd gets one turn after the other, however many of it wait. When
// the queue is full, the largest crowd loses its newest for a newcomer of a smaller one. Thread-safe.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <string>

namespace rollcall::api {

class FairQueue {
 public:
  explicit FairQueue(std::size_t limit) : limit_(limit) {}

  struct Waiting {
    std::string crowd{};                             // who shares a turn: a signed-in person, a network
    std::move_only_function<void()> work{};         // by run_next(), on its thread
    std::move_only_function<void()> turned_away{};  // instead; by push(), on its thread
  };
  // True: one more waits than before, so run_next() is to be called once more.
  bool push(Waiting newcomer);
  void run_next();

 private:
  struct Crowd {
    std::string name;
    std::deque<Waiting> waiting;  // never empty
  };

  const std::size_t limit_;
  std::mutex mutex_;  // guards what follows
  std::list<Crowd> crowds_;  // whose turn it is first
  std::size_t size_{};
};

}  // namespace rollcall::api
