#include "server/api/fair_queue.h"

#include <algorithm>
#include <utility>

namespace rollcall::api {

bool FairQueue::push(Waiting newcomer) {
  Waiting loser;
  {
    const std::lock_guard lock(mutex_);
    auto own = std::ranges::find(crowds_, newcomer.crowd, &Crowd::name);
    if (size_ < limit_) {
      if (own == crowds_.end()) own = crowds_.insert(own, Crowd{newcomer.crowd, {}});
      own->waiting.push_back(std::move(newcomer));
      ++size_;
      return true;
    }
    const auto largest = std::ranges::max_element(crowds_, {}, [](const Crowd& it) { return it.waiting.size(); });
    const std::size_t own_size = own == crowds_.end() ? 0 : own->waiting.size();
    // A crowd of one keeps its place, and none loses to one that would be as large: no two push each other out.
    if (largest == crowds_.end() || largest->waiting.size() < own_size + 2) {
      loser = std::move(newcomer);
    } else {
      loser = std::exchange(largest->waiting.back(), {});
      largest->waiting.pop_back();
      if (own == crowds_.end()) own = crowds_.insert(own, Crowd{newcomer.crowd, {}});
      own->waiting.push_back(std::move(newcomer));
    }
  }
  loser.turned_away();
  return false;
}

void FairQueue::run_next() {
  Waiting next;
  {
    const std::lock_guard lock(mutex_);
    if (crowds_.empty()) return;
    auto& waiting = crowds_.front().waiting;
    next = std::move(waiting.front());
    waiting.pop_front();
    --size_;
    if (waiting.empty()) {
      crowds_.pop_front();
    } else {
      crowds_.splice(crowds_.end(), crowds_, crowds_.begin());
    }
  }
  next.work();
}

}  // namespace rollcall::api
