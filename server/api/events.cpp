#include "server/api/events.h"

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "server/api/json.h"

namespace rollcall::api {

// Streams outlive neither each other nor the hub in a known order, so what they share is owned by all.
struct EventHub::State {
  struct Entry {
    std::uint64_t id;
    std::vector<std::string> device_ids;
    bool resync;
    std::vector<service::FleetChanges::Departure> departures;
  };
  mutable std::mutex mutex;  // guards what follows
  std::deque<Entry> ring;    // ids ascend by one
  std::uint64_t next_id;
  std::uint64_t next_stream = 1;
  struct Follower {
    std::string person;
    std::function<void()> wake = [] {};
  };
  std::map<std::uint64_t, Follower> followers;  // by stream
};

namespace {

std::string ids_json(const std::vector<std::string>& ids) {
  json::array array(ids.begin(), ids.end());
  return json::serialize(json::object{{"ids", std::move(array)}});
}

}  // namespace

class EventHub::Stream final : public net::EventSource {
 public:
  Stream(std::shared_ptr<State> state, std::uint64_t number, std::uint64_t next, bool resync, Reader reader)
      : state_(std::move(state)), number_(number), next_(next), resync_(resync), reader_(std::move(reader)),
        scope_(reader_.scope()) {}
  ~Stream() override {
    const std::lock_guard lock(state_->mutex);
    state_->followers.erase(number_);
  }

  void subscribe(std::function<void()> wake) override {
    const std::lock_guard lock(state_->mutex);
    state_->followers[number_].wake = std::move(wake);
  }

  bool alive() override { return reader_.scope().has_value(); }

  std::vector<net::Event> take() override {
    auto scope = reader_.scope();
    if (!scope) return {};
    if (scope != scope_) resync_ = true, scope_ = std::move(scope);
    const std::lock_guard lock(state_->mutex);
    const auto& ring = state_->ring;
    const std::uint64_t oldest = ring.empty() ? state_->next_id : ring.front().id;
    if (next_ < oldest) resync_ = true, next_ = oldest;
    std::vector<std::string> ids;
    const bool news = next_ < state_->next_id;
    for (auto at = static_cast<std::size_t>(next_ - oldest); at < ring.size(); ++at) {
      resync_ |= ring[at].resync;
      note_seen(ring[at], ids);
    }
    std::ranges::sort(ids);
    ids.erase(std::ranges::unique(ids).begin(), ids.end());
    next_ = state_->next_id;
    const std::uint64_t last = next_ - 1;
    std::vector<net::Event> events;
    if (std::exchange(resync_, false)) {
      events.push_back({last, "resync", "{}"});
    } else if (news) {
      if (!ids.empty()) events.push_back({last, "devices", ids_json(ids)});
      events.push_back({last, "overview", "{}"});
    }
    return events;
  }

 private:
  void note_seen(const State::Entry& entry, std::vector<std::string>& ids) const {
    const bool everything = scope_->kind == domain::ScopeKind::district;
    for (const auto& id : entry.device_ids) {
      if (everything || reader_.covers(*scope_, id)) ids.push_back(id);
    }
    // It saw them until now.
    for (const auto& [id, school_id] : entry.departures) {
      if (scope_->covers_school(school_id)) ids.push_back(id);
    }
  }

  std::shared_ptr<State> state_;
  const std::uint64_t number_;
  std::uint64_t next_;  // the first event that it has not seen
  bool resync_;
  Reader reader_;
  std::optional<domain::Scope> scope_;  // of what it was told last
};

EventHub::EventHub(const Clock& clock) : state_(std::make_shared<State>()) {
  state_->next_id = static_cast<std::uint64_t>(clock.wall_ms()) * 1'000;
}

EventHub::~EventHub() = default;

void EventHub::publish(const service::FleetChanges& changes) {
  const std::lock_guard lock(state_->mutex);
  state_->ring.push_back({state_->next_id++, changes.ids, changes.too_many, changes.departures});
  if (state_->ring.size() > kRing) state_->ring.pop_front();
  for (const auto& [number, follower] : state_->followers) follower.wake();
}

Result<std::unique_ptr<net::EventSource>> EventHub::follow(std::optional<std::uint64_t> last_seen, Reader reader) {
  const std::lock_guard lock(state_->mutex);
  if (state_->followers.size() >= kMaxStreams) return fail(Errc::unavailable, "too many event streams are open");
  const auto own = std::ranges::count_if(state_->followers, [&](const auto& it) { return it.second.person == reader.person; });
  if (static_cast<std::size_t>(own) >= kMaxStreamsOfPerson) {
    return fail(Errc::rate_limited, "you follow live changes in " + std::to_string(own) + " places already; close one");
  }
  const bool unknown = last_seen && *last_seen >= state_->next_id;
  const std::uint64_t next = last_seen && !unknown ? *last_seen + 1 : state_->next_id;
  const std::uint64_t number = state_->next_stream++;
  state_->followers[number].person = reader.person;
  return std::make_unique<Stream>(state_, number, next, unknown, std::move(reader));
}

std::size_t EventHub::streams() const {
  const std::lock_guard lock(state_->mutex);
  return state_->followers.size();
}

}  // namespace rollcall::api
