// Errors are values. A function that can fail returns Result<T>; nobody throws across a room's border.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace rollcall {

// What went wrong, in the few kinds that a caller can act on. The HTTP status of each is decided in one
// place (server/api/problem), the exit code in another (the programs' main).
enum class Errc {
  invalid_argument,   // the input is wrong; `field` names where
  not_found,
  already_exists,
  conflict,           // the thing changed meanwhile, or is in a state that forbids this
  unauthenticated,
  permission_denied,
  too_large,
  rate_limited,
  unavailable,        // may work later: peer down, database busy
  timeout,
  storage_full,
  corrupt,            // stored bytes that are not what was written
  io,
  internal,
};

std::string_view name_of(Errc code);

struct Error {
  Errc code;
  std::string message;  // for a person: what is wrong and what to do
  std::string field{};  // path of the offending input ("reports[3].battery.packs[0].percent"), or empty

  // The same error with what was being done in front; each layer adds it at most once.
  Error with(std::string_view context) && {
    message.insert(0, std::string(context) + ": ");
    return std::move(*this);
  }
};

template <class T = void>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(Errc code, std::string message, std::string field = {}) {
  return std::unexpected(Error{code, std::move(message), std::move(field)});
}

template <class T>
Result<T> with(Result<T> result, std::string_view context) {
  if (result) return result;
  return std::unexpected(std::move(result.error()).with(context));
}

namespace detail {
template <class T>
T take(Result<T>&& result) {
  return std::move(*result);
}
inline void take(Result<void>&&) {}
}  // namespace detail

}  // namespace rollcall

// The value of an expression, or return its error from the enclosing function. Never inside a coroutine
// (an internal error of g++ 12). Each use names its own local, so that one may stand inside another.
#define ROLLCALL_TRY_AS(name, ...)                                \
  __extension__({                                                 \
    auto name = (__VA_ARGS__);                                    \
    if (!name) return std::unexpected(std::move(name).error());   \
    ::rollcall::detail::take(std::move(name));                    \
  })
#define ROLLCALL_JOIN_(a, b) a##b
#define ROLLCALL_JOIN(a, b) ROLLCALL_JOIN_(a, b)
#define TRY(...) ROLLCALL_TRY_AS(ROLLCALL_JOIN(try_result_, __COUNTER__), __VA_ARGS__)
