// Technicians at the counter: they give, take back, move and swap a few devices, all of them the same ones. Answers get
// lost; whoever hears none sends the same again, under the same key.
#include <boost/json.hpp>
#include <map>

#include "common/base/check.h"
#include "server/storage/person_store.h"
#include "tests/sim/actor.h"

namespace rollcall::sim {

namespace {

namespace json = boost::json;

constexpr int kTechnicians = 3, kDevices = 6, kPeople = 5;
constexpr int kIntentionsEach = 14;
constexpr std::int64_t kPatienceMs = 15 * kSecondMs;

std::string tag(std::int64_t number) { return fmt::format("C-{}", number); }
std::string student_number(std::int64_t number) { return std::to_string(1'000 + number); }

// What lies on the counter's shelves, and who comes to it.
Result<std::vector<std::string>> furnish(Core& core) {
  const domain::Actor shell{domain::Actor::Kind::shell, ""};
  const domain::Principal everywhere{.role = domain::Role::admin, .scope = {domain::ScopeKind::district, {}}};
  for (std::int64_t i = 0; i < kDevices; ++i) {
    TRY(core.writes.run(shell, [&](service::Write& write) {
      return core.devices.add(write, {.tag = tag(i), .school_id = "north"});
    }));
  }
  for (std::int64_t i = 0; i < kPeople; ++i) {
    const domain::Person person{.person_no = i + 1,
                                .person_id = fmt::format("01ARZ3NDEKTSV4RRFFQ69G5P{:02}", i),
                                .source_id = std::to_string(i),
                                .student_number = student_number(i),
                                .given_name = "Student",
                                .school_ids = {"north"},
                                .school_id = "north",
                                .enabled = true};
    TRY(core.database->write([&](sql::Transaction& transaction) {
      return storage::put_person(transaction, {.person = person, .sort_name = person.person_id});
    }));
  }
  std::vector<std::string> places;
  for (const auto kind : {domain::PlaceKind::cart, domain::PlaceKind::pool}) {
    const auto place = TRY(core.writes.run(shell, [&](service::Write& write) {
      return core.places.create(write, everywhere, {.kind = kind, .name = "Shelf", .school_id = "north"});
    }));
    places.push_back(place.place_id);
  }
  return places;
}

class Technician {
 public:
  Technician(School& school, int number, std::string token, std::vector<std::string> places)
      : school_(school),
        random_(school.world().stream(fmt::format("counter {}", number))),
        name_(fmt::format("counter {}", number)),
        token_(std::move(token)),
        places_(std::move(places)),
        lost_permille_(static_cast<int>(between(random_, 0, 250))) {}

  void begin() {
    const auto& calendar = school_.calendar();
    world().at(between(random_, calendar.first_bell_ms, calendar.first_bell_ms + kHourMs), [this] { intend(); });
  }

 private:
  World& world() { return school_.world(); }
  CustodyBook& book() { return school_.book().custody(); }

  void intend() {
    if (left_-- == 0) return;
    const auto device = tag(between(random_, 0, kDevices - 1));
    const auto other = tag(between(random_, 0, kDevices - 1));
    verb_ = choose();
    const auto seen = seen_.find(device);
    if (verb_ == "move" && seen == seen_.end()) verb_ = "give";
    if (verb_ == "swap" && other == device) verb_ = "take-back";
    number_ = book().intend(fmt::format("{} {}", verb_, device));
    json::object body = handing(device);
    if (verb_ == "move") body["from"] = seen->second;
    if (verb_ == "give" || verb_ == "move") receiver(body);
    if (verb_ == "take-back" && chance(random_, 500)) body["place"] = places_[1];
    if (verb_ == "swap") {
      json::object out = handing(other);
      out["in"] = std::move(body);
      body = std::move(out);
    }
    body_ = json::serialize(body);
    key_ = fmt::format("{}-{}", name_.back(), number_);
    send();
  }

  std::string choose() {
    constexpr std::array<const char*, 7> kVerbs{"give", "give", "take-back", "take-back", "move", "move", "swap"};
    return kVerbs[static_cast<std::size_t>(between(random_, 0, kVerbs.size() - 1))];
  }
  json::object handing(const std::string& device) const {
    return {{"device", device}, {"note", CustodyBook::note_of(number_)}};
  }
  void receiver(json::object& body) {
    if (chance(random_, 300)) {
      body["place"] = places_[static_cast<std::size_t>(between(random_, 0, 1))];
    } else {
      body["person"] = student_number(between(random_, 0, kPeople - 1));
    }
  }

  net::Request request() const {
    net::Request out;
    out.method = net::Method::post;
    out.path = "/api/v1/custody/" + verb_;
    out.headers.set("Host", "school.example");
    out.headers.set("Authorization", "Bearer " + token_);
    out.headers.set("Content-Type", "application/json");
    out.headers.set("Idempotency-Key", key_);
    out.peer.address = "10.1.9.9";
    out.body = body_;
    return out;
  }

  bool bad_luck() { return world().now_ms() < school_.calendar().calm_ms && chance(random_, lost_permille_); }

  // One try. Whatever becomes of it, after a while without an answer there is another one.
  void send() {
    const std::size_t turn = ++turn_, number = number_;
    ++book().at(number).tries;
    const bool lost = bad_luck(), twice = bad_luck(), reply_lost = bad_luck();
    const auto sent = std::make_shared<const net::Request>(request());
    const auto arrive = [this, sent, turn, reply_lost] {
      if (!school_.server().up()) return;
      school_.server().receive_person(*sent, [this, turn, reply_lost](net::Response response) {
        if (reply_lost) return;
        const auto answer = std::make_shared<const net::Response>(std::move(response));
        world().after(between(random_, 3, 120), [this, turn, answer] { hear(turn, *answer); });
      });
    };
    const auto travel_ms = between(random_, 3, 120);
    if (!lost) world().after(travel_ms, arrive);
    if (twice) world().after(travel_ms + between(random_, 0, 5 * kMinuteMs), arrive);
    world().after(kPatienceMs + between(random_, 0, 2 * kMinuteMs), [this, turn] {
      if (turn == turn_) again();
    });
  }

  void again() {
    // The control: whoever makes up a new key for each try says that it is a new thing to do.
    if (school_.options().sabotage == Sabotage::forgets_keys) key_ += "'";
    send();
  }

  void hear(std::size_t turn, const net::Response& response) {
    if (turn != turn_) return;  // nobody waits for it any more
    const auto& text = std::get<std::string>(response.body);
    world().note("{}: {} answered {}", name_, book().at(number_).what, response.status);
    if (response.status >= 500) return;  // tries again when its patience is over
    ++turn_;
    Intention& intention = book().at(number_);
    if (response.status == 200) {
      const auto answer = json::parse(text).as_object();
      intention.done = true;
      intention.act_id = answer.at("act").as_string();
      for (const auto& it : answer.at("devices").as_array()) learn(it.as_object());
    } else if (response.status == 409) {
      intention.done = false;
    } else {
      school_.book().object(fmt::format("{} was answered {}: {}", intention.what, response.status, text));
    }
    world().after(between(random_, 10 * kSecondMs, 40 * kMinuteMs), [this] { intend(); });
  }

  void learn(const json::object& held) {
    const std::string device(held.at("device").at("tag").as_string());
    if (const auto* custody = held.if_contains("custody")) {
      seen_[device] = custody->at("id").as_string();
    } else {
      seen_.erase(device);
    }
  }

  School& school_;
  SeededRandom random_;
  std::string name_, token_;
  std::vector<std::string> places_;
  int lost_permille_;
  int left_{kIntentionsEach};
  std::map<std::string, std::string> seen_;  // the custody that it saw last, by tag
  // What is done at the moment.
  std::size_t turn_{}, number_{};
  std::string verb_, body_, key_;
};

class Counter final : public Actor {
 public:
  void plan(School& school) override {
    auto places = furnish(school.server().core());
    CHECK(places.has_value());
    for (int i = 0; i < kTechnicians; ++i) {
      auto token = school.server().sign_in(fmt::format("technician-{}", i));
      CHECK(token.has_value());
      technicians_.push_back(std::make_unique<Technician>(school, i, std::move(*token), *places));
      technicians_.back()->begin();
    }
    if (school.options().sabotage == Sabotage::two_holders) break_ledger(school);
  }

 private:
  // The control: a ledger without its index gives a device to a second holder while the first one has it.
  static void break_ledger(School& school) {
    school.world().at(school.calendar().last_bell_ms, [&school] {
      if (!school.server().up()) return;
      const auto broken = school.server().core().database->write([](sql::Transaction& transaction) -> Result<> {
        TRY(transaction.execute("DROP INDEX custody_open"));
        TRY(transaction.execute(
            "INSERT INTO custody (custody_id, device_id, holder_kind, person_no, place_id, agreement, given_ms, given_by,"
            " given_act, given_reason, given_condition, given_kit, given_note)"
            " SELECT custody_id || '2', device_id, holder_kind, person_no, place_id, agreement, given_ms + 1, given_by,"
            " given_act, given_reason, given_condition, given_kit, given_note FROM custody WHERE taken_ms IS NULL"));
        return {};
      });
      CHECK(broken.has_value());
    });
  }

  std::vector<std::unique_ptr<Technician>> technicians_;
};

}  // namespace

std::unique_ptr<Actor> make_counter() { return std::make_unique<Counter>(); }

}  // namespace rollcall::sim
