#include "server/credentials.h"

#include "tests/unit/api/fixture.h"

namespace rollcall {
namespace {


struct Home {
  TemporaryFolder folder;
  SystemFiles files;
  FakeClock clock;
  SystemRandom random;
  ServerConfig config{api::test_config(folder / "data")};
  std::unique_ptr<DataFolder> data;

  // What was opened before must not be used after this.
  Result<Credentials> open() {
    data.reset();
    data = std::make_unique<DataFolder>(must(DataFolder::open(files, config.data)));
    return Credentials::open(*data, config, files, clock, random);
  }
  void set_mode(const std::string& name, unsigned mode) {
    const auto path = folder / ("data/" + name);
    const auto bytes = must(files.read(path, 1 << 20));
    must(files.write_atomic(path, bytes, mode));
  }
};

TEST_CASE("the first start makes keys that nobody else can read, the second finds them") {
  Home home;
  const auto first = must(home.open());
  const auto fingerprint = first.authority().fingerprint();
  const auto chain = first.people_tls().certificate_chain_pem, token = first.metrics_token();
  for (const char* name : {"ca.key", "server.key", "metrics.token"}) {
    CHECK(must(home.files.info(home.folder / (std::string("data/") + name))).mode == 0600);
  }
  const auto second = must(home.open());
  CHECK(second.authority().fingerprint() == fingerprint);
  CHECK(second.people_tls().certificate_chain_pem == chain);
  CHECK(second.metrics_token() == token);
}

TEST_CASE("a key that others can read stops the start and says how to mend it") {
  for (const char* name : {"ca.key", "server.key", "metrics.token"}) {
    Home home;
    must(home.open());
    home.set_mode(name, 0644);
    const auto opened = home.open();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Errc::permission_denied);
    CHECK_THAT(opened.error().message, Catch::Contains(name) && Catch::Contains("chmod 600"));
    CHECK(exit_code_of(Phase::credentials, opened.error().code) == ExitCode::exposed);
  }
}

TEST_CASE("half of a pair is never made anew") {
  for (const char* name : {"ca.pem", "ca.key", "server.pem", "server.key"}) {
    Home home;
    must(home.open());
    must(home.files.remove(home.folder / (std::string("data/") + name)));
    const auto opened = home.open();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Errc::corrupt);
  }
}

TEST_CASE("the server's certificate is renewed in its last third, and when its names change") {
  Home home;
  auto it = must(home.open());
  const auto before = it.people_tls().certificate_chain_pem;
  home.clock.advance(pki::kServerCertificateMs / 2);
  CHECK_FALSE(must(it.renew_if_due()));
  home.clock.advance(pki::kServerCertificateMs / 4);
  CHECK(must(it.renew_if_due()));
  const auto renewed = it.people_tls().certificate_chain_pem;
  CHECK(renewed != before);
  CHECK(must(pki::parse_certificate_pem(renewed)).key_id == must(pki::parse_certificate_pem(before)).key_id);
  home.config.names.push_back("10.1.2.3");
  CHECK(must(home.open()).people_tls().certificate_chain_pem != renewed);
}

TEST_CASE("the district's own certificate is for people only, and reading it again keeps the old one on error") {
  Home home;
  const auto other = must(pki::CertificateAuthority::open(
      must(pki::CertificateAuthority::create("District", home.clock, home.random))));
  const auto key = must(pki::PrivateKey::generate());
  must(home.files.write_atomic(home.folder / "d.key", must(key.to_pem()), 0600));
  const auto pem = must(other.issue_server(key, {"rollcall.example"}, home.clock, home.random));
  must(home.files.write_atomic(home.folder / "d.pem", pem, 0644));
  home.config.certificate = home.folder / "d.pem";
  home.config.key = home.folder / "d.key";
  auto it = must(home.open());
  CHECK(it.people_tls().certificate_chain_pem == pem);
  CHECK(it.agents_tls().certificate_chain_pem != pem);
  CHECK(it.agents_tls().tls13_only);
  must(home.files.remove(home.config.certificate));
  CHECK_FALSE(it.reload());
  CHECK(it.people_tls().certificate_chain_pem == pem);
}

TEST_CASE("a database that others can read stops the start and says how to mend it") {
  Home home;
  must(DataFolder::open(home.files, home.config.data));
  must(home.files.write_atomic(home.config.data + "/rollcall.db-wal", "", 0644));
  const auto opened = DataFolder::open(home.files, home.config.data);
  REQUIRE_FALSE(opened);
  CHECK(exit_code_of(Phase::folder, opened.error().code) == ExitCode::exposed);
  CHECK_THAT(opened.error().message, Catch::Contains("chmod 600"));
}

TEST_CASE("one server a data folder") {
  Home home;
  const auto held = must(DataFolder::open(home.files, home.config.data));
  const auto second = DataFolder::open(home.files, home.config.data);
  REQUIRE_FALSE(second);
  CHECK(exit_code_of(Phase::folder, second.error().code) == ExitCode::folder_in_use);
}

}  // namespace
}  // namespace rollcall
