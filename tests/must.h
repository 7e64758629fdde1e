// The value of a Result that has to be there; an error is thrown, so that the test fails and shows its message.
// Usable without Catch2.
#pragma once

#include <stdexcept>
#include <utility>

#include "common/base/result.h"

namespace rollcall {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}
inline void must(Result<void> result) {
  if (!result) throw std::runtime_error(result.error().message);
}

}  // namespace rollcall
