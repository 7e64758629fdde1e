#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "common/base/clock.h"
#include "server/cli/api_client.h"
#include "server/cli/completion.h"
#include "server/cli/output.h"
#include "server/cli/profile.h"
#include "tests/temporary_folder.h"

namespace json = boost::json;
using namespace rollcall;
using namespace rollcall::cli;

TEST_CASE("a target holds its query percent-encoded and without empty values") {
  CHECK(target_of("/devices", {}) == "/api/v1/devices");
  CHECK(target_of("/devices", {{"q", "a b&c"}, {"state", ""}, {"sort", "tag"}}) ==
        "/api/v1/devices?q=a%20b%26c&sort=tag");
  CHECK(segment("../x") == "..%2Fx");
}

TEST_CASE("a table pads by characters, not bytes, and leaves no trailing space") {
  Table table({"NAME", "N"});
  table.add({"Zoë", "1"});
  table.add({"", "22"});
  CHECK(table.to_text() == "NAME  N\nZoë   1\n      22");
}

TEST_CASE("text of a device cannot steer the terminal") {
  const json::value device = {{"tag", "A\x1b[2J\n1"}, {"percent", 99.6}, {"on_ac", true}};
  CHECK(cell(device, "tag") == "A?[2J?1");
  CHECK(cell(device, "percent") == "100");
  CHECK(cell(device, "on_ac") == "true");
  CHECK(cell(device, "nothing").empty());
  CHECK(list(device, "tag").empty());
}

TEST_CASE("ages read as a person says them") {
  CHECK(ago(1'000, 6'500) == "5 s ago");
  CHECK(ago(0, 3 * kMinuteMs) == "3 min ago");
  CHECK(ago(0, 26 * kHourMs) == "1 d ago");
  CHECK(ago(5'000, 0) == "0 s ago");
}

TEST_CASE("completion names every declared command and option") {
  CLI::App app("test", "tool");
  auto* devices = app.add_subcommand("devices");
  std::string search;
  devices->add_subcommand("list")->add_option("--search", search);
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const auto script = completion_script(app, shell);
    REQUIRE(script);
    CHECK(script->find("devices") != std::string::npos);
  }
  CHECK(completion_script(app, "bash")->find("'tool devices list') words='--help --search'") != std::string::npos);
  std::string path;
  devices->add_subcommand("import")->add_option("file", path);
  const auto script = completion_script(app, "bash").value();
  CHECK(script.find("'tool devices import') words='--help' file=yes ;;") != std::string::npos);
  CHECK(completion_script(app, "csh").error().code == Errc::invalid_argument);
}

TEST_CASE("a profile is kept for its owner alone and read back whole") {
  TemporaryFolder folder;
  SystemFiles files;
  const auto path = folder / "deep/profile.yaml";
  const Profile written{"https://localhost:8443", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                        "secret-token"};
  REQUIRE(write_profile(files, path, written));
  CHECK(files.info(path)->mode == 0600);
  const auto read = read_profile(files, path);
  REQUIRE(read);
  CHECK(read->server == written.server);
  CHECK(read->authority_pem == written.authority_pem);
  CHECK(read->token == written.token);

  SECTION("one that others can read is refused") {
    REQUIRE(files.write_atomic(path, *files.read(path, 10'000), 0644));
    CHECK(read_profile(files, path).error().code == Errc::permission_denied);
  }
  SECTION("a missing one says how to sign in") {
    const auto missing = read_profile(files, folder / "none.yaml");
    REQUIRE_FALSE(missing);
    CHECK(missing.error().message.find("rollcall login") != std::string::npos);
  }
  SECTION("an unknown key is an error with its line") {
    REQUIRE(files.write_atomic(path, "server: \"https://x\"\nsurprise: 1\n", 0600));
    CHECK(read_profile(files, path).error().message.find("profile.yaml:2") != std::string::npos);
  }
}
