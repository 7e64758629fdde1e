// A thread of control that is switched by hand: a laptop's agent blocks inside an exchange while the rest of
// the school goes on, in one real thread and in an order that the seed decides.
#pragma once

#include <ucontext.h>

#include <functional>

namespace rollcall::sim {

class Fiber {
 public:
  explicit Fiber(std::function<void()> body);
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;
  ~Fiber();  // it has ended, or was never resumed

  void resume();  // from outside: goes on until it pauses or ends
  void pause();   // from inside
  bool ended() const { return ended_; }

 private:
  static void enter(unsigned high, unsigned low);
  void switch_in();
  void switch_out(bool for_good);

  std::function<void()> body_;
  bool running_{};
  bool started_{};
  bool ended_{};
  void* stack_;
  ucontext_t inside_{}, outside_{};
  // What the sanitizers must be told at each switch; unused without them.
  void* fake_stack_inside_{};
  void* fake_stack_outside_{};
  const void* outside_stack_{};
  std::size_t outside_bytes_{};
  void* tsan_inside_{};
  void* tsan_outside_{};
};

}  // namespace rollcall::sim
