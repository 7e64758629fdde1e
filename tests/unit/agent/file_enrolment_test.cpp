// The file that imaging leaves: what is in it, what becomes of it, and how often the server is asked.
#include <catch2/catch.hpp>
#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "agent/app/file_enrolment.h"
#include "common/base/log.h"
#include "tests/must.h"
#include "tests/temporary_folder.h"
#include "tests/unit/agent/fake_server.h"

namespace rollcall::app {
namespace {

using State = EnrolmentNote::State;

constexpr const char* kUrl = "https://rollcall.example.org:8444";

std::string token_text(const FakeServer& server, char secret = 's') {
  return wire::EnrolmentToken{std::string(16, secret), server.authority().fingerprint()}.to_text();
}

std::string file_text(const std::string& token) { return std::string("server: ") + kUrl + "/\ntoken: " + token + "\n"; }

net::ClientResponse refusal(int status, const std::string& words) {
  net::ClientResponse out;
  out.status = status;
  out.body = R"({"detail":")" + words + "\"}";
  return out;
}

wire::Identity laptop(const std::string& serial) {
  wire::Identity out;
  out.serial = serial;
  out.system_uuid = "4c4c4544-0042";
  return out;
}

// A laptop at its first start, stepped by hand.
class FirstStart {
 public:
  FirstStart() { log::set_level(log::Level::error); }

  void drop(const std::string& text, unsigned mode = 0600) { must(files.write_atomic(path(), text, mode)); }
  bool has_file() const { return std::filesystem::exists(path()); }
  std::string path() const { return folder / "enroll.yaml"; }

  // A process: what it knew of earlier tries is on disk or gone.
  FileEnrolment& start() {
    enrolment.emplace(FileEnrolment::Parts{
        .clock = clock,
        .random = random,
        .files = files,
        .folder = state,
        .path = path(),
        .open = [this](const sync::EnrolInput& input) -> Result<std::unique_ptr<net::HttpClient>> {
          asked_of = input.server_url;
          ++tries;
          return server.open();
        },
        .identify = [this](const std::string&) -> Result<wire::Identity> { return identity; },
        .urgent = {},
        .start_jitter_ms = 5 * kSecondMs});
    must(state.prepare());
    return *enrolment;
  }
  // From one due time to the next until it is enrolled or `ms` have passed.
  bool run_for(std::int64_t ms) {
    const auto end_ms = clock.monotonic_ms() + ms;
    for (;;) {
      if (must(enrolment->is_enrolled())) return true;
      if (enrolment->next_due_ms() > end_ms) break;
      clock.advance(std::max<std::int64_t>(enrolment->next_due_ms() - clock.monotonic_ms(), 0));
      enrolment->run_due();
    }
    clock.advance(end_ms - clock.monotonic_ms());
    return false;
  }

  FakeClock clock;
  SystemFiles files;
  SeededRandom random{11};
  FakeServer server{clock};
  TemporaryFolder folder;
  sync::StateFolder state{files, folder / "state"};
  wire::Identity identity{laptop("PF1ABCDE")};
  std::optional<FileEnrolment> enrolment;
  int tries{};
  std::string asked_of;
};

Error refused(const Result<EnrolFile>& file) {
  REQUIRE_FALSE(file.has_value());
  return file.error();
}

TEST_CASE("a dropped file enrolls at the first start and is taken away") {
  FirstStart it;
  it.drop(file_text(token_text(it.server)));
  it.start();
  CHECK(it.run_for(10 * kSecondMs));
  CHECK(it.tries == 1);
  CHECK(it.asked_of == kUrl);
  CHECK_FALSE(it.has_file());
  CHECK(must(it.state.credentials()).agent_id == "an-agent");
  CHECK_FALSE(std::filesystem::exists(it.state.file("enroll_key.pem")));
  CHECK_FALSE(std::filesystem::exists(it.state.file(kEnrolmentNote)));
  // Nothing of the token is left in the state folder either.
  for (const auto& name : must(it.files.list(it.state.path()))) {
    CHECK(must(it.files.read(it.state.file(name), 1 << 20)).find(to_base64url(std::string(16, 's'))) == std::string::npos);
  }
}

TEST_CASE("laptops that were imaged together do not call together") {
  std::set<std::int64_t> starts;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    FirstStart it;
    it.random = SeededRandom(seed);
    starts.insert(it.start().next_due_ms());
  }
  CHECK(starts.size() > 15);
}

TEST_CASE("while the network is away it tries on, less and less often, and spends one key") {
  FirstStart it;
  it.drop(file_text(token_text(it.server)));
  it.server.always = FakeServer::Fate::lose_request;
  it.start();
  CHECK_FALSE(it.run_for(kHourMs));
  CHECK(it.tries >= 4);
  CHECK(it.tries <= 20);
  CHECK(it.enrolment->note().state == State::trying);
  CHECK(it.enrolment->note().next_try_ms > it.clock.wall_ms());
  CHECK_THAT(it.enrolment->note().reason, Catch::Contains("connection refused"));
  const auto key = must(it.state.pending_key());
  const int before = it.tries;
  CHECK_FALSE(it.run_for(12 * kHourMs));
  CHECK(it.tries - before >= 36);  // at most 20 minutes apart
  CHECK(it.tries - before <= 12 * 60);
  it.start();  // a restart in between changes nothing
  it.server.fates = {FakeServer::Fate::lose_reply};
  it.server.always = FakeServer::Fate::answer;
  CHECK(it.run_for(kHourMs));
  CHECK(must(it.state.credentials()).key_pem == key);
}

TEST_CASE("a laptop that wakes tries at once") {
  FirstStart it;
  it.drop(file_text(token_text(it.server)));
  it.server.always = FakeServer::Fate::lose_request;
  it.start();
  it.run_for(6 * kHourMs);
  it.server.always = FakeServer::Fate::answer;
  it.enrolment->resumed();
  CHECK(it.run_for(6 * kSecondMs));
}

TEST_CASE("a token that the server refuses is asked for once, not after a restart either, until there is another file") {
  FirstStart it;
  it.drop(file_text(token_text(it.server)));
  it.server.answer_with = refusal(401, "this enrollment token is used up; ask for a new one");
  it.start();
  CHECK_FALSE(it.run_for(kDayMs));
  CHECK(it.tries == 1);
  CHECK(it.has_file());
  it.start();
  CHECK_FALSE(it.run_for(kDayMs));
  CHECK(it.tries == 1);
  const auto note = read_enrolment_note(it.files, it.state.file(kEnrolmentNote));
  REQUIRE(note.has_value());
  CHECK(note->state == State::refused);
  CHECK_THAT(note->reason, Catch::Contains("used up"));
  CHECK_FALSE(std::filesystem::exists(it.state.file("enroll_key.pem")));

  it.server.answer_with.reset();
  it.drop(file_text(token_text(it.server, 't')));
  CHECK(it.run_for(kMinuteMs));
  CHECK(it.tries == 2);
  CHECK_FALSE(it.has_file());
}

TEST_CASE("a server in trouble is not a refusal") {
  FirstStart it;
  it.drop(file_text(token_text(it.server)));
  it.start();
  for (const int status : {429, 500, 503, 404}) {
    it.server.answer_with = refusal(status, "later");
    it.run_for(kHourMs);
    CHECK(it.enrolment->note().state == State::trying);
  }
  it.server.answer_with.reset();
  CHECK(it.run_for(kHourMs));
}

TEST_CASE("a key that a lost try left is given up when the server refuses it") {
  FirstStart it;
  it.drop(file_text(token_text(it.server)));
  it.server.always = FakeServer::Fate::lose_reply;
  it.start();
  it.run_for(10 * kSecondMs);
  const auto key = must(it.state.pending_key());
  it.server.always = FakeServer::Fate::answer;
  it.server.answer_with = refusal(403, "this key belongs to another laptop");
  it.server.answers_with = 1;
  CHECK(it.run_for(kHourMs));
  CHECK(must(it.state.credentials()).key_pem != key);
}

TEST_CASE("what is in the file is checked, and a message never holds the token") {
  FirstStart it;
  const auto token = token_text(it.server), secret = to_base64url(std::string(16, 's'));
  const auto message_of = [&](const std::string& text) {
    it.drop(text);
    const auto error = refused(read_enrol_file(it.files, it.path()));
    CHECK(error.code == Errc::invalid_argument);
    CHECK(error.message.find(secret) == std::string::npos);
    return error.message;
  };
  CHECK_THAT(message_of(""), Catch::Contains("server") && Catch::Contains("token"));
  CHECK_THAT(message_of("token: " + token + "\n"), Catch::Contains("server"));
  CHECK_THAT(message_of(std::string("server: ") + kUrl + "\n"), Catch::Contains("token"));
  CHECK_THAT(message_of("server: rollcall.example.org\ntoken: " + token + "\n"), Catch::Contains("enroll.yaml:1:"));
  CHECK_THAT(message_of(file_text(token.substr(0, 20))), Catch::Contains("enroll.yaml:2:") && Catch::Contains("copy the whole"));
  CHECK_THAT(message_of(file_text(token) + "shool: north\n"), Catch::Contains("enroll.yaml:3:1") && Catch::Contains("shool"));
  message_of(std::string("\x7F" "ELF\0\xFF\xFE", 7) + token);
  message_of("{[" + token);
  message_of(token);
  message_of("server: " + token + "\ntoken: " + kUrl + "\n");  // the two mixed up
  it.drop(std::string(100'000, 'x'));
  CHECK(refused(read_enrol_file(it.files, it.path())).code == Errc::too_large);
  it.drop(file_text(token));
  CHECK(must(read_enrol_file(it.files, it.path())).server_url == kUrl);
}

TEST_CASE("a file that others can read is not used until that is put right") {
  FirstStart it;
  it.drop(file_text(token_text(it.server)), 0644);
  const auto error = refused(read_enrol_file(it.files, it.path()));
  CHECK(error.code == Errc::permission_denied);
  CHECK_THAT(error.message, Catch::Contains("0644") && Catch::Contains("chmod 600"));
  it.start();
  CHECK_FALSE(it.run_for(kHourMs));
  CHECK(it.tries == 0);
  CHECK(it.enrolment->note().state == State::unusable);
  std::filesystem::permissions(it.path(), std::filesystem::perms(0600));
  CHECK(it.run_for(kMinuteMs));
}

TEST_CASE("a folder in the file's place is no file") {
  FirstStart it;
  must(it.files.make_directories(it.path(), 0700));
  CHECK(refused(read_enrol_file(it.files, it.path())).code == Errc::invalid_argument);
}

TEST_CASE("without a file it waits, writes nothing, and goes on when somebody enrolls it by hand") {
  FirstStart it;
  it.start();
  CHECK_FALSE(it.run_for(kDayMs));
  CHECK(it.tries == 0);
  CHECK(must(it.files.list(it.state.path())).empty());
  sync::EnrolInput input{kUrl, {std::string(16, 's'), it.server.authority().fingerprint()}, [](const std::string&) -> Result<wire::Identity> { return wire::Identity{}; }, {}};
  must(sync::enrol(input, [&](const sync::EnrolInput&) { return it.server.open(); }, it.random, it.state));
  CHECK(it.run_for(kMinuteMs));
}

TEST_CASE("a laptop that is enrolled takes the file away and asks nobody") {
  FirstStart it;
  it.drop(file_text(token_text(it.server)));
  it.start();
  REQUIRE(it.run_for(kMinuteMs));
  it.drop(file_text(token_text(it.server)));  // a power cut between the two, or imaging again without erasing
  it.start();
  CHECK(must(it.enrolment->is_enrolled()));
  CHECK(it.tries == 1);
  CHECK_FALSE(it.has_file());
}

TEST_CASE("the file of another server is left where it is") {
  FirstStart it;
  it.drop(file_text(token_text(it.server)));
  it.start();
  REQUIRE(it.run_for(kMinuteMs));
  FakeServer other(it.clock);
  it.drop(file_text(token_text(other)));
  it.start();
  CHECK(must(it.enrolment->is_enrolled()));
  CHECK(it.tries == 1);
  CHECK(it.has_file());
}

TEST_CASE("a disk that was copied from an enrolled laptop enrolls as its own when it has a file") {
  FirstStart it;
  it.drop(file_text(token_text(it.server)));
  it.start();
  REQUIRE(it.run_for(kMinuteMs));
  const auto original = must(it.state.credentials());
  it.identity.serial = "PF1OTHER";
  it.start();
  CHECK(must(it.enrolment->is_enrolled()));  // no file: a repaired laptop with another board goes on
  it.drop(file_text(token_text(it.server)));
  it.start();
  CHECK_FALSE(must(it.enrolment->is_enrolled()));
  CHECK(it.run_for(kMinuteMs));
  CHECK(it.tries == 2);
  CHECK(must(it.state.credentials()).key_pem != original.key_pem);
  CHECK(must(it.enrolment->is_enrolled()));
}

TEST_CASE("a note that was damaged is as good as none") {
  FirstStart it;
  const auto path = it.folder / "note";
  for (const char* text : {"", "{", "[]", R"({"state":"nonsense"})"}) {
    must(it.files.write_atomic(path, text, 0600));
    CHECK_FALSE(read_enrolment_note(it.files, path));
  }
  const EnrolmentNote note{State::trying, "no route to host", 5, 9, "ab"};
  must(write_enrolment_note(it.files, path, note));
  CHECK(read_enrolment_note(it.files, path) == note);
}

}  // namespace
}  // namespace rollcall::app
