#include "server/admin_socket.h"

#include <thread>

#include "server/local_commands.h"
#include "tests/unit/api/fixture.h"

namespace rollcall {
namespace {


TEST_CASE("a command goes in and its answer, or its error, comes out") {
  TemporaryFolder folder;
  SystemFiles files;
  const auto path = folder / "admin.sock";
  auto socket = must(AdminSocket::open(path, [](const AdminCommand& command) -> Result<std::string> {
    if (command[0] == "fail") return fail(Errc::conflict, "not now");
    return command[0] + "!" + std::to_string(command.size());
  }));
  CHECK(must(files.info(path)).mode == 0600);
  std::thread runner([&] { socket->run(); });
  CHECK(must(send_admin_command(path, {"hello", "wörld\n\"quoted\""}).value()) == "hello!2");
  const auto failed = send_admin_command(path, {"fail"}).value();
  socket->stop();
  runner.join();
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == Errc::conflict);
  CHECK(failed.error().message == "not now");
}

TEST_CASE("where no server listens, that is what is said") {
  TemporaryFolder folder;
  CHECK_FALSE(send_admin_command(folder / "admin.sock", {"check"}).has_value());
  CHECK(send_admin_command(folder / std::string(200, 'x'), {"check"}).value().error().code == Errc::invalid_argument);
}

TEST_CASE("the local commands do what they say") {
  api::TestServer server;
  const auto password = must(run_local_command(*server.core, {"admin", "create", "ada"}));
  CHECK(password.size() >= 15);
  const auto profile = must(run_local_command(*server.core, {"admin", "profile", "ada"}));
  const auto token = std::string(boost::json::parse(profile).at("token").as_string());
  CHECK(server.send({net::Method::get, "/api/v1/users", token}).status == 200);
  CHECK(must(run_local_command(*server.core, {"admin", "token", "first"})).starts_with("rc1."));
  CHECK_THAT(must(run_local_command(*server.core, {"check"})), Catch::Contains("audit"));
  const auto backup = server.folder / "copy.db";
  // The server writes below its own folder; whoever asked takes it from there.
  const auto made = must(run_local_command(*server.core, {"backup"}));
  CHECK(made.starts_with(server.core->folder->path() + "/"));
  CHECK_THAT(must(take_backup(made, backup)), Catch::Contains("verified"));
  CHECK(must(server.files.info(backup)).mode == 0600);
  CHECK_FALSE(server.files.info(made));
  const auto again = must(run_local_command(*server.core, {"backup"}));
  CHECK(take_backup(again, backup).error().code == Errc::already_exists);
  for (const AdminCommand& wrong : {AdminCommand{"sh"}, AdminCommand{"admin"}, AdminCommand{"admin", "create"}}) {
    CHECK(run_local_command(*server.core, wrong).error().code == Errc::invalid_argument);
  }
}

}  // namespace
}  // namespace rollcall
