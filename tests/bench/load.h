// A load generator: laptops that keep a TLS 1.3 connection each and report over it, on one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "tests/bench/fleet.h"

namespace rollcall::bench {

struct LoadResult {
  std::uint64_t acknowledged{};  // named as accepted in the reply to their check-in
  std::uint64_t refused{};       // answered, but not accepted
  std::uint64_t late{};          // open loop: due, but not sent, because no laptop was free
  std::uint64_t unprepared{};    // of those sent, made while the clock ran
  double seconds{};
  double request_bytes{}, reply_bytes{};  // of HTTP, on average
  double p50_ms{}, p99_ms{}, max_ms{};    // open loop: from when it was due
};

class Load {
 public:
  // The server is on loopback. `packed`: bodies as agents send them, else plain JSON.
  static Result<std::unique_ptr<Load>> open(const EnrolledFleet& fleet, std::uint16_t port, const Clock& clock,
                                            bool packed);
  ~Load();

  // Every laptop connects and shakes hands; one that was connected before closes that connection and resumes
  // its session. Returns seconds taken.
  Result<double> connect();
  // Every laptop closes its connection, and keeps the session to resume it.
  void disconnect();
  // Only the first `laptops` go on, when no report is under way; the others close for good.
  void keep(std::size_t laptops);
  std::size_t resumed() const;  // of the last connect()
  // Each laptop sends one report, at most `busy` of them at a time, and is answered.
  Result<LoadResult> report_once(std::size_t busy);
  // Makes what the next `reports` reports will say before the clock runs: packing is the laptops' work, not the
  // server's or this machine's. About 500 bytes each; what is not sent stays for the next phase.
  void prepare(std::size_t reports);

  // Closed loop (`rate` 0): each laptop sends its next report as soon as the last was answered, at most `busy`
  // of them at a time. Open loop: `rate` reports a second in all, whatever the server does. Ends when what
  // was sent has been answered.
  Result<LoadResult> run(double seconds, double rate, std::size_t busy);

 private:
  struct Impl;
  explicit Load(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace rollcall::bench
