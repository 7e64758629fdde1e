// Lets one coroutine wait for something that happens elsewhere on the loop thread.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <utility>

#include "common/net/loop_impl.h"

namespace rollcall::net {

class Signal {
 public:
  // The next raise(). One waiter at a time.
  asio::awaitable<void> next() {
    return asio::async_initiate<const asio::use_awaitable_t<>&, void()>(
        [this](auto handler) { waiter_ = std::move(handler); }, asio::use_awaitable);
  }

  // Returns at once when it was raised before.
  asio::awaitable<void> wait() {
    while (!raised_) co_await next();
    raised_ = false;
  }

  // Resumes the waiter before it returns.
  void raise() {
    raised_ = true;
    if (!waiter_) return;
    auto waiter = std::exchange(waiter_, nullptr);
    waiter();
  }

 private:
  bool raised_{};
  std::move_only_function<void()> waiter_;
};

}  // namespace rollcall::net
