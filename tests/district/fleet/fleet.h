// All laptops of a run on one thread: it steps those that are due, sends what they have to say, and hands
// them the answers.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <queue>
#include <vector>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "tests/district/fleet/connection.h"
#include "tests/district/fleet/enrolment.h"
#include "tests/district/laptop/laptop.h"

namespace rollcall::district {

struct Tally {
  std::uint64_t check_ins{}, acknowledged{}, refused{}, failed{}, resumed{}, handshakes{}, renewed{};
  std::size_t awake{}, waiting{}, connected{};  // as of now
  std::string last_error;
};

class Fleet {
 public:
  struct Parts {
    asio::io_context& io;
    const District& district;
    const Server& server;
    asio::ip::tcp::endpoint endpoint;
    DistrictTls& tls;
    const Clock& clock;
    Random& random;
    Keyring& keyring;  // sequences, sessions and renewed certificates are written into it
    std::size_t at_once{256};  // check-ins under way
    bool backlogs{};           // Laptop::send_in_backlogs
  };
  explicit Fleet(Parts parts);

  // Until `is_over`, which is asked often. Open connections are closed in order.
  void run(const std::function<bool()>& is_over);
  // Sends what waits, whatever the laptops are doing, for at most `limit_ms`.
  void drain(std::int64_t limit_ms);

  Tally tally() const;

 private:
  struct Member {
    Laptop laptop;
    std::shared_ptr<Connection> connection;
    std::int64_t renew_ms{};     // by the district's clock
    std::int64_t deadline_ms{};  // monotonic; 0: nothing is under way
    bool queued{};
  };
  using Due = std::pair<std::int64_t, std::size_t>;

  void turn(const std::function<bool()>& is_over);
  void step_due(std::int64_t now_ms);
  void expire();
  void enqueue(std::size_t index);
  void begin_some();
  void begin(std::size_t index);
  void post(std::size_t index, const char* target, const std::string& body, bool packed, Connection::Done done);
  void check_in(std::size_t index);
  void renew(std::size_t index);
  void end(std::size_t index, bool keep);
  Result<> take_reply(std::size_t index, const Answer& answer);
  Result<> take_renewal(std::size_t index, const Answer& answer);
  void note(Member& member, const Error& error, std::int64_t wait_ms);
  Keys& keys(std::size_t index) { return parts_.keyring.laptops[index]; }

  Parts parts_;
  std::vector<std::unique_ptr<Member>> members_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::deque<std::size_t> ready_;
  asio::steady_timer timer_;
  std::size_t under_way_{};
  std::int64_t expire_ms_{};
  bool draining_{}, over_{};
  Tally tally_;
};

}  // namespace rollcall::district
