// CHECK is for a programmer's error only; input is never CHECKed. It aborts in release builds too, because
// a server that goes on with a broken invariant can lose what it acknowledged.
#pragma once

namespace rollcall {
[[noreturn]] void check_failed(const char* condition, const char* file, int line);
}

#define CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::rollcall::check_failed(#condition, __FILE__, __LINE__))
