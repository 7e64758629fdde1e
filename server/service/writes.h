// One request's writing: a transaction, who does it, and the answer that is given again when the request comes again.
//
// A client that lost the answer sends the same request with the same Idempotency-Key; so does a station that replays
// what it did while the network was down. The first answer is written in the transaction of the change itself, so that
// the change is made once and the answer is always that of the change that was made. A refusal is kept too: what was
// refused once is not done later behind the back of whoever was told so; a new attempt takes a new key.
//
// Every use case that changes something through the API takes a Write& and returns what the answer is made of; services
// do not know of keys. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/digest.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/user.h"
#include "server/service/agents.h"

namespace rollcall::service {

// What one write works with. Lives for one run of its function, which may be run more than once.
class Write {
 public:
  Write(sql::Transaction& transaction, const domain::Actor& actor, std::int64_t now_ms)
      : transaction_(transaction), actor_(actor), now_ms_(now_ms) {}

  sql::Transaction& transaction() { return transaction_; }
  const domain::Actor& actor() const { return actor_; }
  std::int64_t now_ms() const { return now_ms_; }  // one instant for all that it writes
  // This device's record or custody changes: after the commit, the picture in memory follows.
  void touch(std::string device_id) { touched_.push_back(std::move(device_id)); }
  const std::vector<std::string>& touched() const { return touched_; }

 private:
  sql::Transaction& transaction_;
  const domain::Actor& actor_;
  std::int64_t now_ms_;
  std::vector<std::string> touched_;
};

// What a client got, or gets again.
struct Answer {
  int status{};
  std::string etag{};  // empty: none
  std::string body{};  // JSON; empty: none
};

// One try of a client.
struct Attempt {
  std::string key{};  // the Idempotency-Key; empty: nothing is kept
  Sha256 request{};   // of everything that the answer depends on: method, path, body
};

class Writes {
 public:
  static constexpr std::size_t kMaxKey = 128;          // bytes
  static constexpr std::int64_t kKeptMs = 7 * kDayMs;  // a station may be away from Friday to Monday

  Writes(sql::Database& db, const Clock& clock, Agents& agents) : db_(db), clock_(clock), agents_(agents) {}

  // `work` is Result<T>(Write&), without effects but through it. What it touched is in the live picture when this
  // returns.
  template <class Work>
  auto run(const domain::Actor& actor, Work&& work) -> std::invoke_result_t<Work&, Write&> {
    std::vector<std::string> touched;
    auto result = db_.write([&](sql::Transaction& transaction) {
      Write write(transaction, actor, clock_.wall_ms());
      auto done = work(write);
      touched = write.touched();
      return done;
    });
    if (!result) return result;
    for (const auto& device_id : touched) TRY(agents_.refresh(device_id));
    return result;
  }

  struct Once {
    Answer answer{};
    bool again{};          // it was given before
    bool other_request{};  // this key was used for something else; there is no answer
  };
  using Work = std::function<Result<Answer>(Write&)>;
  // The refusal as an answer, when it is one to keep; the caller knows how errors are worded.
  using Refusal = std::function<std::optional<Answer>(const Error&)>;
  // Errors: those of `work` that `refusal` does not turn into an answer.
  Result<Once> once(const domain::Actor& actor, const Attempt& attempt, const Work& work, const Refusal& refusal);

  // Forgets answers that expired.
  std::int64_t next_due() const { return next_due_ms_; }
  void run_due(std::int64_t now_ms);

 private:
  Result<std::optional<Once>> kept(sql::Snapshot& snapshot, const std::string& owner, const Attempt& attempt) const;
  Result<> keep(Write& write, const std::string& owner, const Attempt& attempt, const Answer& answer) const;

  sql::Database& db_;
  const Clock& clock_;
  Agents& agents_;
  std::int64_t next_due_ms_{};  // of the thread that runs due jobs
};

}  // namespace rollcall::service
