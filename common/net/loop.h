// The event loop and the workers. One thread calls Loop::run(); the rest of the program never sees Asio.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace rollcall::net {

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void run();   // until stop()
  void stop();  // any thread
  void post(std::move_only_function<void()> work);  // any thread; runs on the loop thread
  // Runs `work` on the loop thread once, `delay_ms` from now; any thread.
  void after(std::int64_t delay_ms, std::move_only_function<void()> work);

  struct Impl;  // known to common/net only
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

// A fixed number of threads over one bounded queue. Joins on destruction, after the queue has drained.
class WorkerPool {
 public:
  WorkerPool(std::size_t threads, std::size_t queue_limit);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  // False when the queue is full; the door then answers 503 with Retry-After.
  bool submit(std::move_only_function<void()> work);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rollcall::net
