// The network between laptops and the server: loses requests, loses replies, delivers late and twice, and can
// be cut for one place or for all. It stands where TLS sockets stand in the real programs, at net::HttpClient
// on the agent's side and before api::Door on the server's; the bytes of bodies are the real ones.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/net/http_client.h"
#include "common/net/http_message.h"
#include "tests/sim/book.h"
#include "tests/sim/server_host.h"
#include "tests/sim/world.h"

namespace rollcall::sim {

enum class Place { school, home, nowhere };  // nowhere: no network

// How bad it is, in thousandths of exchanges.
struct Weather {
  int lose_request{}, lose_reply{}, duplicate{}, delay{};
};

// A laptop, as the network sees it.
class Station {
 public:
  virtual ~Station() = default;
  virtual const std::string& name() const = 0;  // for the trace
  virtual Place place() const = 0;
  virtual bool awake() const = 0;
  virtual std::size_t instance() const = 0;  // of the book
  // What its TLS would prove; nothing before the enrolment.
  virtual std::optional<net::ClientCertificate> certificate() const = 0;
  // Waits in the laptop's own thread of control until wake() or until `deadline_ms` from now have passed.
  // False: the machine died meanwhile.
  virtual bool wait(std::int64_t deadline_ms) = 0;
  virtual void wake() = 0;
};

class Network {
 public:
  Network(World& world, ServerHost& server, Book& book)
      : world_(world), server_(server), book_(book), random_(world.stream("network")) {}

  // `station` outlives the client and all that is on its way.
  std::unique_ptr<net::HttpClient> open(Station& station);

  void set_weather(Weather weather) { weather_ = weather; }
  void cut(Place place, bool is_cut) { (place == Place::school ? school_cut_ : home_cut_) = is_cut; }

  // Controls that must make invariants fail.
  bool forget_before_duplicates{};                  // the server forgets what it accepted before a repeat arrives
  std::optional<net::ClientCertificate> everybodys;  // all present this one certificate

  struct Stats {
    std::uint64_t exchanges{}, lost_requests{}, lost_replies{}, duplicates{}, delayed{}, cut{};
  };
  const Stats& stats() const { return stats_; }

 private:
  struct Exchange;
  class Client;
  Result<net::ClientResponse> exchange(Station& station, const net::ClientRequest& request);
  Result<net::ClientResponse> attempt(Station& station, const net::ClientRequest& request);
  // Until `is_there`, until `ms` have passed or until the agent has something urgent. False: the machine died.
  bool wait(Station& station, const net::ClientRequest& request, std::int64_t ms,
            const std::function<bool()>& is_there);
  void arrive(const std::shared_ptr<Exchange>& exchange, const net::Request& request, bool repeated);
  void answer(const std::shared_ptr<Exchange>& exchange, net::Response response);
  bool reachable(Place place) const;
  net::Request request_of(Station& station, const net::ClientRequest& request) const;

  World& world_;
  ServerHost& server_;
  Book& book_;
  SeededRandom random_;
  Weather weather_;
  bool school_cut_{}, home_cut_{};
  Stats stats_;
};

}  // namespace rollcall::sim
