// The limits of the vocabulary, in one place because attackers read them too. Codec and HTTP door use them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rollcall::wire {

inline constexpr std::size_t kMaxBodyBytes = 64 * 1024;
inline constexpr std::size_t kMaxDepth = 16;
inline constexpr std::size_t kMaxReportsPerCheckIn = 64;
inline constexpr std::size_t kMaxText = 128;       // bytes of UTF-8 in an ordinary field
inline constexpr std::size_t kMaxErrorText = 256;  // of a collector's error
inline constexpr std::size_t kMaxRequestPem = 4096;
inline constexpr std::size_t kMaxPacks = 8;
inline constexpr std::size_t kMaxInterfaces = 32;
inline constexpr std::size_t kMaxVolumes = 16;
inline constexpr std::size_t kMaxDisks = 16;
inline constexpr std::size_t kMaxCollectors = 16;
// 240 % after a resume is a gauge's lie worth keeping; 4,000 % is not a battery.
inline constexpr double kMaxPercent = 300.0;
inline constexpr std::int64_t kMaxEnergyMwh = 1'000'000;
inline constexpr std::int64_t kMaxMegabytes = 1'000'000'000;

}  // namespace rollcall::wire
