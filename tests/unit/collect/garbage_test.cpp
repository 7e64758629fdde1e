// Machines whose every answer is wrong: whatever they say, a report comes out that the server's codec takes.
#include <catch2/catch.hpp>
#include <random>

#include "common/wire/codec.h"
#include "tests/unit/collect/school.h"

namespace rollcall::collect {
namespace {

// Answers like a fixture machine, but bends every text, list and number by chance.
class BentMachine final : public Machine {
 public:
  BentMachine(std::string root, unsigned seed) : fixture_(std::move(root)), chance_(seed) {}

  Result<std::string> read(std::string_view path, std::size_t limit) const override {
    switch (pick(8)) {
      case 0:
        return fail(Errc::permission_denied, std::string(path));
      case 1:
        return noise(pick(200));
      case 2:
        return std::string(limit, static_cast<char>(pick(256)));
      case 3:
        return std::to_string(static_cast<std::int64_t>(chance_()));
      case 4:
        return fail(Errc::too_large, std::string(path));
      default:
        return bend(fixture_.read(path, limit));
    }
  }
  Result<std::vector<std::string>> list(std::string_view path) const override {
    if (pick(8) == 0) return fail(Errc::io, std::string(path));
    auto names = fixture_.list(path).value_or(std::vector<std::string>());
    if (pick(4) == 0) names.push_back(noise(pick(300)));
    if (pick(8) == 0) names.insert(names.end(), 300, names.empty() ? "BAT0" : names.front());
    return names;
  }
  bool exists(std::string_view path) const override {
    return pick(4) == 0 ? pick(2) == 0 : fixture_.exists(path);
  }
  Result<std::string> link_target(std::string_view) const override { return noise(pick(100)); }
  Result<std::int64_t> modified_ms(std::string_view) const override {
    return static_cast<std::int64_t>(chance_());
  }
  Result<Space> space(std::string_view) const override { return Space{chance_(), chance_()}; }
  Result<CommandOutput> run(Tool tool, const std::vector<std::string>& arguments) const override {
    for (const auto& argument : arguments) {
      // Whatever the machine is called, no argument turns into an option or leaves /dev.
      CHECK((argument.starts_with("--") ||
             argument.find_first_not_of("/abcdefghijklmnopqrstuvwxyz0123456789") == std::string::npos));
    }
    auto output = fixture_.run(tool, arguments);
    return CommandOutput{static_cast<int>(pick(256)),
                         bend(output ? Result<std::string>(output->text) : noise(50)).value_or("")};
  }
  Result<std::vector<WifiLink>> wifi_links() const override {
    return std::vector<WifiLink>{
        {"wlp4s0", noise(pick(100)), noise(pick(100)), static_cast<std::int64_t>(chance_()), 1e300},
        {"wlan0", noise(pick(40)), "", std::nullopt, std::nan("")}};
  }

 private:
  unsigned pick(unsigned bound) const { return static_cast<unsigned>(chance_() % bound); }
  std::string noise(std::size_t size) const {
    std::string bytes(size, '\0');
    for (auto& byte : bytes) byte = static_cast<char>(pick(256));
    return bytes;
  }
  Result<std::string> bend(Result<std::string> text) const {
    if (!text || text->empty() || pick(3) == 0) return text;
    const auto at = pick(static_cast<unsigned>(text->size()));
    switch (pick(4)) {
      case 0:
        return text->substr(0, at);
      case 1:
        return text->insert(at, noise(3));
      case 2:
        return text->insert(at, "-99999999999999999999");
      default:
        return text->replace(at, 1, 1, static_cast<char>(pick(256)));
    }
  }

  FixtureMachine fixture_;
  mutable std::mt19937_64 chance_;
};

TEST_CASE("whatever a machine answers, its report is one that a server accepts") {
  const FakeClock clock;
  for (unsigned seed = 1; seed <= 150; ++seed) {
    INFO("seed " << seed);
    const auto* model = seed % 2 == 0 ? "thinkpad-t470-two-packs" : "chromebook-11-emmc";
    const auto machine = std::make_shared<const BentMachine>(fixture_path(model), seed);
    Runner runner(machine, clock, all_collectors(), {"key", "0.1.0", run_in_place});
    Request request;
    request.policy = seed % 3 == 0 ? wire::Policy{} : school_policy();
    auto report = runner.run(request);
    report.sequence = seed;
    report.boot_id = "5f0c2a52-7c1b-4c39-9d0e-0a4d2f7b6e11";
    const auto sent = wire::encode(report);
    const auto read = wire::decode_report(sent);
    if (!read) FAIL(read.error().field << ": " << read.error().message);
    CHECK(read->unknown_fields == 0);
    // Nothing is lost or repaired on the way: what is encoded again is the same.
    CHECK(wire::encode(read->message) == sent);
  }
}

}  // namespace
}  // namespace rollcall::collect
