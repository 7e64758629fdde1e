#include "common/net/loop.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <exception>
#include <utility>

#include "common/base/log.h"
#include "common/net/loop_impl.h"
#include "common/net/openssl.h"

namespace rollcall::net {

Loop::Loop() : impl_(std::make_unique<Impl>()) { ignore_broken_pipes(); }
Loop::~Loop() = default;

void Loop::run() {
  for (;;) {
    // Whatever a library throws must not take the other conversations down.
    try {
      impl_->io.run();
      return;
    } catch (const std::exception& error) {
      log::error("the event loop went on after: {}", error.what());
    }
  }
}

void Loop::stop() { impl_->io.stop(); }

void Loop::post(std::move_only_function<void()> work) { asio::post(impl_->io, std::move(work)); }

void Loop::after(std::int64_t delay_ms, std::move_only_function<void()> work) {
  auto timer = std::make_unique<asio::steady_timer>(impl_->io, std::chrono::milliseconds(delay_ms));
  asio::steady_timer& waiting = *timer;
  waiting.async_wait([timer = std::move(timer), work = std::move(work)](const boost::system::error_code& error) mutable {
    if (!error) work();
  });
}

}  // namespace rollcall::net
