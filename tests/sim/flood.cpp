#include "tests/sim/flood.h"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <optional>
#include <set>

#include "common/base/check.h"
#include "common/base/log.h"
#include "common/wire/codec.h"
#include "server/service/agent_states.h"
#include "server/storage/report_log.h"
#include "tests/sim/determined_openssl.h"
#include "tests/sim/server_host.h"
#include "tests/temporary_folder.h"

namespace rollcall::sim {

namespace {

constexpr std::string_view kName = "no double effect";
constexpr int kRepeatPermille = 200;
constexpr std::int64_t kMostTries = 20;  // check-ins for each report, before it is called endless

struct Sender {
  net::ClientCertificate certificate;
  std::string agent_id;
  std::int64_t made{};                // reports, so far
  std::set<std::uint64_t> promised, refused;
  std::deque<wire::CheckIn> waiting;  // not acknowledged, or to be repeated
};

class Flood {
 public:
  Flood(World& world, const FloodOptions& options, const std::string& folder)
      : world_(world),
        options_(options),
        random_(world.stream("flood")),
        server_(world, {.folder = folder, .lie = Lie::none, .skew_ms = 0, .interval_s = 300}) {}

  FloodOutcome run() {
    start();
    senders_.resize(static_cast<std::size_t>(options_.senders));
    for (auto& sender : senders_) enrol(sender);
    const std::int64_t each = options_.reports / options_.senders;
    const std::int64_t between_cuts = options_.reports / options_.check_in_reports * 2 / (options_.power_cuts + 1) + 1;
    int cuts = options_.power_cuts;
    for (bool more = true; more;) {
      if (outcome_.check_ins > kMostTries * options_.reports) {
        outcome_.findings.add(kName, "{} check-ins, and reports still wait for an answer", outcome_.check_ins);
        break;
      }
      more = false;
      for (auto& sender : senders_) more = send_one(sender, each) || more;
      world_.run_until(world_.now_ms() + 20);
      if (!server_.up()) start();
      if (cuts > 0 && outcome_.check_ins > (options_.power_cuts - cuts + 1) * between_cuts) {
        --cuts;
        server_.lose_power_at_access(between(random_, 1, 30));
      }
    }
    verify(each);
    return std::move(outcome_);
  }

 private:
  void start() {
    const auto started = server_.start();
    CHECK(started.has_value());
  }

  net::Response ask(net::Request request) {
    std::optional<net::Response> response;
    server_.receive(std::move(request), [&](net::Response it) { response = std::move(it); });
    CHECK(response.has_value());
    return std::move(*response);
  }

  void enrol(Sender& sender) {
    const auto key = pki::PrivateKey::generate();
    const auto token = server_.make_token(1, kDayMs);
    CHECK(key.has_value() && token.has_value());
    wire::EnrolRequest request;
    request.secret = to_base64url(token->secret);
    request.request_pem = *pki::make_request_pem(*key);
    request.identity.serial = fmt::format("FLOOD{}", enrolled_++);
    request.identity.manufacturer = "LENOVO";
    const auto response = ask(post("/agent/v1/enroll", wire::encode(request), {}));
    CHECK(response.status == 200);
    const auto reply = wire::decode_enrol_reply(std::get<std::string>(response.body));
    const auto info = pki::parse_certificate_pem(reply->message.certificate_pem);
    sender.agent_id = reply->message.agent_id;
    sender.certificate = {info->key_id, info->not_before_ms, info->not_after_ms};
  }

  static net::Request post(const std::string& path, std::string body, std::optional<net::ClientCertificate> who) {
    net::Request request;
    request.method = net::Method::post;
    request.path = path;
    request.headers.set("Content-Type", "application/json");
    request.peer = {"10.1.2.3", "agents", std::move(who)};
    request.body = std::move(body);
    return request;
  }

  wire::CheckIn make(Sender& sender, std::int64_t most) {
    wire::CheckIn check_in;
    check_in.boot_id = "0b8bb0ee-8d2f-4d5e-9d29-6f3d7a1b2c3d";
    check_in.sent_monotonic_ms = world_.now_ms();
    check_in.sent_wall_ms = world_.now_ms();
    for (auto count = between(random_, 1, std::min(options_.check_in_reports, most)); count > 0; --count) {
      wire::Report report;
      report.sequence = static_cast<std::uint64_t>(++sender.made);
      report.boot_id = check_in.boot_id;
      report.monotonic_ms = report.wall_ms = world_.now_ms();
      wire::BatteryPack pack;
      pack.name = "BAT0";
      pack.percent = static_cast<double>(between(random_, 0, 100));
      pack.now_mwh = sender.made;
      report.battery = wire::Battery{{pack}, false};
      check_in.reports.push_back(std::move(report));
    }
    return check_in;
  }

  // One check-in of this sender, an early or a late one. False when all that it has is acknowledged.
  bool send_one(Sender& sender, std::int64_t each) {
    while (sender.waiting.size() < options_.window && sender.made < each) {
      sender.waiting.push_back(make(sender, each - sender.made));
      if (!chance(random_, kRepeatPermille)) continue;
      sender.waiting.push_back(sender.waiting.back());
      ++outcome_.repeats;
    }
    if (sender.waiting.empty()) return false;
    const auto place = sender.waiting.begin() + static_cast<std::ptrdiff_t>(random_.below(sender.waiting.size()));
    const auto check_in = std::make_shared<wire::CheckIn>(std::move(*place));
    sender.waiting.erase(place);
    ++outcome_.check_ins;
    if (options_.forgets_accepted && server_.up()) {
      server_.core().fleet.states().forget(server_.core().agents.by_id(sender.agent_id)->agent_no);
    }
    const auto answered = std::make_shared<bool>(false);
    server_.receive(post("/agent/v1/reports", wire::encode(*check_in), sender.certificate),
                    [answered, check_in, &sender, this](net::Response response) {
                      *answered = response.status == 200;
                      if (*answered) take(sender, *check_in, std::get<std::string>(response.body));
                    });
    // By then it is answered, or the power went first.
    world_.after(15, [answered, check_in, &sender] {
      if (!*answered) sender.waiting.push_back(std::move(*check_in));
    });
    return true;
  }

  void take(Sender& sender, const wire::CheckIn& check_in, const std::string& body) {
    const auto reply = wire::decode_check_in_reply(body);
    if (!reply) return outcome_.findings.add(kName, "an answer cannot be read: {}", body);
    std::set<std::uint64_t> open;
    for (const auto& report : check_in.reports) open.insert(report.sequence);
    for (const auto& range : reply->message.accepted) {
      for (auto sequence = range.first; sequence <= range.last; ++sequence) {
        if (open.erase(sequence) > 0) sender.promised.insert(sequence);
      }
    }
    for (const auto& rejected : reply->message.rejected) {
      if (open.erase(rejected.sequence) == 0) continue;
      (options_.believes_refusals ? sender.promised : sender.refused).insert(rejected.sequence);
    }
    if (open.empty()) return;
    outcome_.findings.add(kName, "report {} was neither acknowledged nor refused: {}", *open.begin(), body);
  }

  void verify(std::int64_t each) {
    std::set<std::pair<std::int64_t, std::uint64_t>> seen;
    const auto read = server_.core().database->read([&](sql::Snapshot& snapshot) {
      return storage::reports_after(snapshot, 0, 100'000'000, [&](const domain::ReportEntry& entry) -> Result<> {
        if (!seen.emplace(entry.agent_no, entry.sequence).second) {
          outcome_.findings.add(kName, "report {} of agent {} is stored twice", entry.sequence, entry.agent_no);
        }
        ++outcome_.stored;
        return {};
      });
    });
    if (!read) return outcome_.findings.add(kName, "the log cannot be read: {}", read.error().message);
    for (const auto& sender : senders_) verify(sender, each, seen);
  }

  void verify(const Sender& sender, std::int64_t each, const std::set<std::pair<std::int64_t, std::uint64_t>>& stored) {
    const auto agent = server_.core().agents.by_id(sender.agent_id);
    std::uint64_t gone = 0;
    for (std::uint64_t sequence = 1; sequence <= static_cast<std::uint64_t>(each); ++sequence) {
      if (stored.contains({agent->agent_no, sequence})) continue;
      ++gone;
      if (sender.promised.contains(sequence)) {
        outcome_.findings.add(kName, "report {} of agent {} was acknowledged and is gone", sequence, agent->agent_no);
      } else if (!sender.refused.contains(sequence)) {
        outcome_.findings.add(kName, "report {} of agent {} vanished", sequence, agent->agent_no);
      }
    }
    outcome_.refused += static_cast<std::int64_t>(gone);
    const auto latest = server_.core().fleet.latest(agent->device_id);
    if (!latest || latest->report.sequence != static_cast<std::uint64_t>(each) ||
        Book::mark_of(latest->report) != each) {
      outcome_.findings.add(kName, "agent {} does not show its newest report", agent->agent_no);
    }
    const auto accepted = server_.core().fleet.states().get(agent->agent_no).accepted;
    if (accepted.ranges().size() != 1) outcome_.findings.add(kName, "agent {} has gaps", agent->agent_no);
    if (accepted.closed() != gone) {
      outcome_.findings.add(kName, "agent {} lacks {} reports and counts {} in closed gaps", agent->agent_no, gone,
                            accepted.closed());
    }
  }

  World& world_;
  FloodOptions options_;
  SeededRandom random_;
  ServerHost server_;
  std::vector<Sender> senders_;
  int enrolled_{};
  FloodOutcome outcome_;
};

}  // namespace

FloodOutcome run_flood(const FloodOptions& options) {
  log::set_level(log::Level::error);
  const DeterminedOpenSsl determined(options.seed);
  Trace trace(false);
  constexpr std::int64_t kStartMs = 1'788'825'600'000;
  World world(options.seed, kStartMs, trace);
  const TemporaryFolder folder;
  std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
  Flood flood(world, options, folder.path());
  return flood.run();
}

}  // namespace rollcall::sim
