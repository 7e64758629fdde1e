#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "common/base/log.h"
#include "common/net/loop.h"

namespace rollcall::net {

struct WorkerPool::Impl {
  std::mutex mutex;
  std::condition_variable wake;
  std::deque<std::move_only_function<void()>> queue;
  std::size_t limit;
  bool closing{};
  std::vector<std::jthread> threads;

  explicit Impl(std::size_t queue_limit) : limit(queue_limit) {}

  // Waits for work; empty when the pool closes and the queue has drained.
  std::move_only_function<void()> next() {
    std::unique_lock lock(mutex);
    wake.wait(lock, [&] { return closing || !queue.empty(); });
    if (queue.empty()) return {};
    auto work = std::move(queue.front());
    queue.pop_front();
    return work;
  }

  void run() {
    while (auto work = next()) {
      try {
        work();
      } catch (const std::exception& error) {
        log::error("a worker went on after: {}", error.what());
      }
    }
  }
};

WorkerPool::WorkerPool(std::size_t threads, std::size_t queue_limit) : impl_(std::make_unique<Impl>(queue_limit)) {
  for (std::size_t i = 0; i < threads; ++i) impl_->threads.emplace_back([this] { impl_->run(); });
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->closing = true;
  }
  impl_->wake.notify_all();
}

bool WorkerPool::submit(std::move_only_function<void()> work) {
  {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->closing || impl_->queue.size() >= impl_->limit) return false;
    impl_->queue.push_back(std::move(work));
  }
  impl_->wake.notify_one();
  return true;
}

}  // namespace rollcall::net
