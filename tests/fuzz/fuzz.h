// What every harness needs: its input as text or in pieces, and a way to say what must hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace rollcall::fuzz {

// Not caught by any harness: libFuzzer takes it for a crash, the replay for a failed test.
class BrokenPromise final : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

// `promised` is a sentence about the code under test, for whoever finds it broken.
inline void promise(bool holds, const char* promised) {
  if (!holds) throw BrokenPromise(promised);
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// One input for a harness that needs several values. What is not there any more is 0 or empty.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(text_of(data, size)) {}

  unsigned byte() { return rest_.empty() ? 0 : static_cast<unsigned char>(take(1).front()); }
  // Up to the next line break, which is taken with it.
  std::string_view line() {
    const std::string_view text = rest_.substr(0, rest_.find('\n'));
    take(text.size() + 1);
    return text;
  }
  std::string_view take(std::size_t bytes) {
    const std::string_view text = rest_.substr(0, bytes);
    rest_.remove_prefix(text.size());
    return text;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

}  // namespace rollcall::fuzz
