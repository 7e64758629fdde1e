#include "tests/sim/link.h"

#include <utility>

#include "common/wire/codec.h"
#include "server/service/agent_states.h"

namespace rollcall::sim {

namespace {

constexpr std::int64_t kRefusedMs = 20;  // a host that is there and does not listen says so quickly
constexpr int kNobodyThere = 0;
constexpr std::int64_t kLatestMs = 5 * kMinuteMs;

net::ClientResponse for_client(net::Response response) {
  net::ClientResponse out;
  out.status = response.status;
  out.headers = std::move(response.headers);
  if (auto* body = std::get_if<std::string>(&response.body)) out.body = std::move(*body);
  return out;
}

}  // namespace

struct Network::Exchange {
  Station& station;
  std::size_t instance;
  bool is_check_in;
  bool lose_reply;
  bool over{};  // nobody waits any more
  std::optional<net::ClientResponse> response{};
};

class Network::Client final : public net::HttpClient {
 public:
  Client(Network& network, Station& station) : network_(network), station_(station) {}
  Result<net::ClientResponse> send(const net::ClientRequest& request) override {
    return network_.exchange(station_, request);
  }
  void disconnect() override {}

 private:
  Network& network_;
  Station& station_;
};

std::unique_ptr<net::HttpClient> Network::open(Station& station) { return std::make_unique<Client>(*this, station); }

bool Network::reachable(Place place) const {
  if (place == Place::nowhere) return false;
  return place == Place::school ? !school_cut_ : !home_cut_;
}

net::Request Network::request_of(Station& station, const net::ClientRequest& request) const {
  net::Request out;
  out.method = request.method;
  out.path = request.target;
  out.headers = request.headers;
  out.peer.address = station.place() == Place::school ? "10.1.2.3" : "203.0.113.9";
  out.peer.certificate = station.certificate();
  if (everybodys && out.peer.certificate) out.peer.certificate = everybodys;
  out.body = request.body;
  return out;
}

Result<net::ClientResponse> Network::exchange(Station& station, const net::ClientRequest& request) {
  auto response = attempt(station, request);
  ++stats_.exchanges;
  if (response) {
    world_.note("{}: {} answered {}", station.name(), request.target, response->status);
  } else {
    world_.note("{}: {}: {}", station.name(), request.target, response.error().message);
  }
  return response;
}

Result<net::ClientResponse> Network::attempt(Station& station, const net::ClientRequest& request) {
  const bool is_check_in = request.target == "/agent/v1/reports";
  if (!reachable(station.place())) {
    ++stats_.cut;
    const bool quick = station.place() == Place::nowhere || chance(random_, 500);
    wait(station, request, quick ? kRefusedMs : request.deadline_ms, [] { return false; });
    return fail(quick ? Errc::unavailable : Errc::timeout, "no way to the server");
  }
  if (is_check_in) {
    if (const auto check_in = wire::decode_check_in(request.body)) book_.sent(station.instance(), check_in->message);
  }
  const auto exchange = std::make_shared<Exchange>(
      Exchange{station, station.instance(), is_check_in, chance(random_, weather_.lose_reply)});
  const auto sent = std::make_shared<const net::Request>(request_of(station, request));
  const bool lost = chance(random_, weather_.lose_request);
  const bool late = chance(random_, weather_.delay);
  const bool twice = is_check_in && chance(random_, weather_.duplicate);
  const std::int64_t travel_ms = late ? between(random_, request.deadline_ms, kLatestMs) : between(random_, 3, 120);
  stats_.lost_requests += lost, stats_.delayed += late, stats_.duplicates += twice;
  stats_.lost_replies += exchange->lose_reply;
  if (!lost) world_.after(travel_ms, [this, exchange, sent] { arrive(exchange, *sent, false); });
  if (twice) {
    world_.after(travel_ms + between(random_, 0, kLatestMs), [this, exchange, sent] { arrive(exchange, *sent, true); });
  }
  const bool alive =
      wait(station, request, request.deadline_ms, [&] { return exchange->response.has_value(); });
  exchange->over = true;
  if (!alive) return fail(Errc::unavailable, "the machine is off");
  if (!exchange->response) return fail(Errc::timeout, "no answer");
  if (exchange->response->status == kNobodyThere) return fail(Errc::unavailable, "connection refused");
  exchange->response->timing.connect_ms = travel_ms;
  return std::move(*exchange->response);
}

bool Network::wait(Station& station, const net::ClientRequest& request, std::int64_t ms,
                   const std::function<bool()>& is_there) {
  const std::int64_t until_ms = world_.now_ms() + ms;
  const auto given_up = [&] { return request.give_up && request.give_up(); };
  while (!is_there() && !given_up() && world_.now_ms() < until_ms) {
    if (!station.wait(until_ms - world_.now_ms())) return false;
  }
  return true;
}

void Network::arrive(const std::shared_ptr<Exchange>& exchange, const net::Request& request, bool repeated) {
  if (!server_.up()) {
    net::Response refused;
    refused.status = kNobodyThere;
    if (!repeated) answer(exchange, std::move(refused));
    return;
  }
  if (repeated && forget_before_duplicates && request.peer.certificate) {
    const auto agent = server_.core().agents.find(request.peer.certificate->key_id);
    if (agent) server_.core().fleet.states().forget(agent->agent_no);
  }
  server_.receive(request, [this, exchange, repeated](net::Response response) {
    if (exchange->is_check_in && response.status == 200) {
      const auto reply = wire::decode_check_in_reply(std::get<std::string>(response.body));
      if (reply) book_.promised(exchange->instance, reply->message);
    }
    if (!repeated && !exchange->lose_reply) answer(exchange, std::move(response));
  });
}

void Network::answer(const std::shared_ptr<Exchange>& exchange, net::Response response) {
  const auto way_back_ms = between(random_, 3, 120);
  world_.after(way_back_ms, [this, exchange, response = std::make_shared<net::Response>(std::move(response))] {
    // A sleeping laptop hears nothing, and neither does one that has moved out of reach.
    if (exchange->over || !exchange->station.awake() || !reachable(exchange->station.place())) return;
    exchange->response = for_client(std::move(*response));
    exchange->station.wake();
  });
}

}  // namespace rollcall::sim
