// Lets one coroutine wait for something that happens elsewhere on the loop thread.
#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "common/net/loop_impl.h"

namespace rollcall::net {

class Signal {
 public:
  // Returns at once when it was raised before. One waiter at a time.
  asio::awaitable<void> wait() {
    while (!raised_) co_await next();
    raised_ = false;
  }

  // Resumes the waiter before it returns.
  void raise() {
    raised_ = true;
    if (!waiter_) return;
    auto waiter = std::move(waiter_);
    waiter_ = nullptr;
    std::move(waiter)();
  }

 private:
  asio::awaitable<void> next() {
    return asio::async_initiate<const asio::use_awaitable_t<>&, void()>(
        [this](auto handler) { waiter_ = std::move(handler); }, asio::use_awaitable);
  }

  bool raised_{};
  asio::any_completion_handler<void()> waiter_;
};

}  // namespace rollcall::net
