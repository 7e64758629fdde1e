#include "tests/district/fleet/fleet.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "common/base/pki.h"
#include "common/wire/codec.h"
#include "common/wire/packing.h"

namespace rollcall::district {
namespace {

constexpr std::chrono::milliseconds kTurn{10};
constexpr std::int64_t kExchangeMs = 30 * kSecondMs;

// As an agent does: after two thirds of the certificate's life.
std::int64_t renewal_due(const Credential& credential) {
  const auto info = pki::parse_certificate_pem(credential.certificate_pem);
  return info ? info->not_before_ms + (info->not_after_ms - info->not_before_ms) / 3 * 2 : 0;
}

}  // namespace

Fleet::Fleet(Parts parts) : parts_(std::move(parts)), timer_(parts_.io) {
  const std::int64_t now_ms = parts_.clock.wall_ms();
  for (const Student& student : parts_.district.students) {
    const auto index = members_.size();
    members_.push_back(std::make_unique<Member>(
        Laptop(parts_.district, student, parts_.random, keys(index).sequence, now_ms)));
    Member& member = *members_.back();
    if (parts_.backlogs) member.laptop.send_in_backlogs();
    member.renew_ms = renewal_due(keys(index).credential);
    due_.emplace(member.laptop.next_due_ms(), index);
  }
}

void Fleet::run(const std::function<bool()>& is_over) {
  over_ = false;
  parts_.io.restart();
  turn(is_over);
  parts_.io.run();
}

void Fleet::turn(const std::function<bool()>& is_over) {
  if (is_over()) {
    over_ = true;
    for (auto& member : members_) {
      if (auto connection = std::exchange(member->connection, nullptr)) connection->close();
    }
    return;
  }
  if (!draining_) step_due(parts_.clock.wall_ms());
  expire();
  begin_some();
  timer_.expires_after(kTurn);
  timer_.async_wait([this, &is_over](const auto&) { turn(is_over); });
}

void Fleet::step_due(std::int64_t now_ms) {
  while (!due_.empty() && due_.top().first <= now_ms) {
    const auto [due_ms, index] = due_.top();
    due_.pop();
    Laptop& laptop = members_[index]->laptop;
    // An answer may have moved it; its new time is in the queue as well.
    if (laptop.next_due_ms() != due_ms) continue;
    laptop.run_due(now_ms);
    keys(index).sequence = laptop.sequence();
    due_.emplace(laptop.next_due_ms(), index);
    if (laptop.wants_to_send(now_ms)) enqueue(index);
  }
}

void Fleet::drain(std::int64_t limit_ms) {
  const std::int64_t until_ms = parts_.clock.monotonic_ms() + limit_ms;
  draining_ = true;
  for (std::size_t index = 0; index < members_.size(); ++index) {
    if (members_[index]->laptop.waiting() > 0) enqueue(index);
  }
  run([&] { return (ready_.empty() && under_way_ == 0) || parts_.clock.monotonic_ms() > until_ms; });
  draining_ = false;
}

void Fleet::expire() {
  const std::int64_t now_ms = parts_.clock.monotonic_ms();
  if (now_ms < expire_ms_) return;
  expire_ms_ = now_ms + kSecondMs;
  for (auto& member : members_) {
    if (member->deadline_ms != 0 && member->deadline_ms < now_ms && member->connection) member->connection->close();
  }
}

void Fleet::enqueue(std::size_t index) {
  Member& member = *members_[index];
  if (member.queued || member.deadline_ms != 0) return;
  member.queued = true;
  ready_.push_back(index);
}

void Fleet::begin_some() {
  while (!over_ && under_way_ < parts_.at_once && !ready_.empty()) {
    const std::size_t index = ready_.front();
    ready_.pop_front();
    members_[index]->queued = false;
    begin(index);
  }
}

void Fleet::begin(std::size_t index) {
  Member& member = *members_[index];
  ++under_way_;
  member.deadline_ms = parts_.clock.monotonic_ms() + kExchangeMs;
  if (member.connection && !member.connection->is_open()) member.connection.reset();
  if (!member.connection) {
    auto ssl = parts_.tls.begin(parts_.server.host, &keys(index).credential);
    if (!ssl) {
      note(member, ssl.error(), 0);
      return end(index, false);
    }
    ++tally_.handshakes;
    member.connection = std::make_shared<Connection>(parts_.io, parts_.endpoint, std::move(*ssl));
  }
  if (member.renew_ms <= parts_.clock.wall_ms()) renew(index);
  else check_in(index);
}

void Fleet::post(std::size_t index, const char* target, const std::string& body, bool packed, Connection::Done done) {
  members_[index]->connection->send(post_request(parts_.server.authority(), target, body, packed), std::move(done));
}

void Fleet::check_in(std::size_t index) {
  Member& member = *members_[index];
  const auto message = member.laptop.compose(parts_.clock.wall_ms());
  post(index, "/agent/v1/reports", wire::pack(wire::encode(message)), true, [this, index](Result<Answer> answer) {
    Member& it = *members_[index];
    if (it.connection && it.connection->was_resumed()) ++tally_.resumed;
    const auto taken = answer ? take_reply(index, *answer) : Result<>(std::unexpected(answer.error()));
    if (!taken) note(it, taken.error(), answer ? answer->retry_after_ms : 0);
    end(index, taken.has_value());
  });
}

Result<> Fleet::take_reply(std::size_t index, const Answer& answer) {
  if (answer.status != 200) return fail(Errc::unavailable, "HTTP " + std::to_string(answer.status) + ": " + answer.body);
  auto reply = TRY(wire::decode_check_in_reply(answer.body)).message;
  Member& member = *members_[index];
  ++tally_.check_ins;
  tally_.refused += reply.rejected.size();
  for (const auto& range : reply.accepted) tally_.acknowledged += range.last - range.first + 1;
  const bool keep = reply.keep_connection;
  member.laptop.accept(std::move(reply), parts_.clock.wall_ms());
  due_.emplace(member.laptop.next_due_ms(), index);
  if (!keep && member.connection) member.connection->close();
  return {};
}

void Fleet::renew(std::size_t index) {
  const auto key = pki::PrivateKey::from_pem(keys(index).credential.key_pem);
  const auto request = key ? pki::make_request_pem(*key) : Result<std::string>(std::unexpected(key.error()));
  if (!request) {
    note(*members_[index], request.error(), 0);
    return end(index, false);
  }
  post(index, "/agent/v1/renew", wire::encode(wire::RenewRequest{.request_pem = *request}), false, [this, index](Result<Answer> answer) {
    Member& it = *members_[index];
    const auto taken = answer ? take_renewal(index, *answer) : Result<>(std::unexpected(answer.error()));
    if (!taken) note(it, taken.error(), answer ? answer->retry_after_ms : 0);
    // The new certificate is for the next connection.
    if (it.connection) it.connection->close();
    end(index, taken.has_value());
  });
}

Result<> Fleet::take_renewal(std::size_t index, const Answer& answer) {
  if (answer.status != 200) return fail(Errc::unavailable, "HTTP " + std::to_string(answer.status) + ": " + answer.body);
  Credential& credential = keys(index).credential;
  credential.certificate_pem = TRY(wire::decode_renew_reply(answer.body)).message.certificate_pem;
  credential.session.clear();
  members_[index]->renew_ms = renewal_due(credential);
  ++tally_.renewed;
  return {};
}

void Fleet::note(Member& member, const Error& error, std::int64_t wait_ms) {
  ++tally_.failed;
  tally_.last_error = error.message;
  member.laptop.refused(parts_.clock.wall_ms(), wait_ms);
}

void Fleet::end(std::size_t index, bool keep) {
  Member& member = *members_[index];
  --under_way_;
  member.deadline_ms = 0;
  if (!keep && member.connection) member.connection->close();
  if (member.connection && !member.connection->is_open()) member.connection.reset();
  if (over_) return;
  // A backlog goes on over the connection that the server keeps for it.
  if (keep && member.laptop.waiting() > 0 && (draining_ || member.connection)) enqueue(index);
  begin_some();
}

Tally Fleet::tally() const {
  Tally now = tally_;
  for (const auto& member : members_) {
    now.awake += member->laptop.is_awake();
    now.waiting += member->laptop.waiting();
    now.connected += member->connection != nullptr;
  }
  return now;
}

}  // namespace rollcall::district
