#include "tests/e2e/server_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "common/base/text.h"

extern char** environ;

namespace rollcall::e2e {
namespace {

constexpr std::int64_t kPatienceMs = 60'000;  // a busy machine under a sanitizer
constexpr std::size_t kMaxLog = 16 << 20;

std::string read_or_empty(const Files& files, const std::string& path) {
  return files.read(path, kMaxLog).value_or(std::string());
}

std::string rollcalld() { return std::string(ROLLCALL_BIN) + "/rollcalld"; }

}  // namespace

void pause_briefly() { ::poll(nullptr, 0, 10); }

NotifySocket::NotifySocket(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  ::unlink(path.c_str());
  if (::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error(path + ": " + std::strerror(errno));
  }
}

NotifySocket::~NotifySocket() { ::close(fd_); }

std::string NotifySocket::hear() const {
  pollfd waiting{fd_, POLLIN, 0};
  if (::poll(&waiting, 1, 20) <= 0) return {};
  std::array<char, 512> text{};
  const auto got = ::recv(fd_, text.data(), text.size(), 0);
  return got > 0 ? std::string(text.data(), static_cast<std::size_t>(got)) : std::string();
}

Process::Process(const std::vector<std::string>& words, const std::string& output, const std::string& errors,
                 const std::vector<std::string>& environment) {
  std::vector<char*> arguments, variables;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  for (char** one = environ; *one; ++one) variables.push_back(*one);
  for (const auto& one : environment) variables.push_back(const_cast<char*>(one.c_str()));
  variables.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&actions, 2, errors.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int failed = ::posix_spawnp(&pid_, words[0].c_str(), &actions, nullptr, arguments.data(), variables.data());
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error(words[0] + ": " + std::strerror(failed));
}

Process::~Process() {
  if (!runs()) return;
  signal(SIGKILL);
  int status = 0;
  ::waitpid(pid_, &status, 0);
}

void Process::signal(int number) const { ::kill(pid_, number); }

bool Process::runs() {
  if (exit_code_ >= 0) return false;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return true;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return false;
}

int Process::wait() {
  if (!wait_until(SystemClock(), kPatienceMs, [this] { return !runs(); })) throw std::runtime_error("it did not end");
  return exit_code_;
}

void ServerHome::write_config(const std::string& more, const std::string& ports) {
  const auto door = [&](const char* name) {
    return std::string("  ") + name + ": {address: \"127.0.0.1\", " + ports + "}\n";
  };
  must(files.write_atomic(path("server.yaml"),
                          "data: \"" + path("data") + "\"\nconsole: \"\"\ndoors:\n" + door("people") + door("agents") +
                              door("probe") + more,
                          0600));
}

Ended ServerHome::run(std::vector<std::string> words) const {
  words.insert(words.begin(), rollcalld());
  words.insert(words.end(), {"--config", path("server.yaml")});
  must(files.remove(path("err")));
  Process process(words, path("out"), path("err"));
  const int code = process.wait();
  return {code, read_or_empty(files, path("out")), read_or_empty(files, path("err"))};
}

RunningServer::RunningServer(ServerHome& the_home) : home(the_home) { start(); }

void RunningServer::start_again() {
  client_.reset();
  start();
}

void RunningServer::start() {
  const NotifySocket notify(home.path("notify"));
  must(home.files.remove(home.path("log")));
  process_ = std::make_unique<Process>(
      std::vector<std::string>{rollcalld(), "serve", "--config", home.path("server.yaml")}, home.path("server.out"),
      home.path("log"), std::vector<std::string>{"NOTIFY_SOCKET=" + home.path("notify")});
  const auto ready = wait_until(home.clock, kPatienceMs, [&] {
    if (!process_->runs()) throw std::runtime_error("rollcalld did not start: " + log());
    return notify.hear().starts_with("READY=1");
  });
  if (!ready) throw std::runtime_error("rollcalld was not ready in time: " + log());
  read_ports();
  client_ = people_client();
}

// Every server stops in order, and a sanitizer has found nothing.
RunningServer::~RunningServer() {
  const bool was_running = process_->runs();
  if (was_running) process_->signal(SIGTERM);
  const auto ended = wait_until(home.clock, kPatienceMs, [this] { return !process_->runs(); });
  const auto text = log();
  INFO(text);
  CHECK(ended);
  if (was_running && ended) CHECK(process_->wait() == 0);
  for (const char* finding : {"Sanitizer", "runtime error"}) CHECK(text.find(finding) == std::string::npos);
}

// "people on port 8443, agents on 8444, probe on 8447"
void RunningServer::read_ports() {
  const auto text = log();
  const auto port_after = [&](std::string_view words) {
    const auto at = text.rfind(words);
    const auto digits = at + words.size();
    if (at == std::string::npos) throw std::runtime_error("no ports in the log: " + text);
    return must(Result<std::uint16_t>(
        parse_number<std::uint16_t>(text.substr(digits, text.find_first_not_of("0123456789", digits) - digits))
            .value()));
  };
  people = port_after("people on port ");
  agents = port_after("agents on ");
  probe = port_after("probe on ");
}

std::string RunningServer::log() const { return read_or_empty(home.files, home.path("log")); }

int RunningServer::stop() {
  process_->signal(SIGTERM);
  return process_->wait();
}

void RunningServer::kill_hard() {
  process_->signal(SIGKILL);
  process_->wait();
}

std::unique_ptr<net::TlsHttpClient> RunningServer::people_client() const {
  net::ClientConfig config;
  config.url = people_url();
  config.authority_pem = must(home.files.read(home.data("ca.pem"), kMaxLog));
  return must(net::TlsHttpClient::open(config, home.clock));
}

Reply RunningServer::send(net::Method method, const std::string& target, const std::string& body,
                          const std::string& token) {
  net::ClientRequest request;
  request.method = method;
  request.target = target;
  request.body = body;
  request.keep_connection = true;
  if (!body.empty()) request.headers.set("Content-Type", "application/json");
  if (!token.empty()) request.headers.set("Authorization", "Bearer " + token);
  auto response = must(client_->send(request));
  return {response.status, std::move(response.body), std::move(response.headers)};
}

std::string RunningServer::admin_token() {
  if (!admin_token_.empty()) return admin_token_;
  const auto once = std::string(trim(home.run({"admin", "create", "root"}).output));
  const auto reply = send(net::Method::post, "/api/v1/session",
                          boost::json::serialize(boost::json::object{{"name", "root"},
                                                                     {"password", once},
                                                                     {"new_password", "violet kettle on the ninth floor"},
                                                                     {"bearer", true}}));
  if (reply.status != 200) throw std::runtime_error("no sign-in: " + reply.text);
  admin_token_ = reply.json().at("token").as_string();
  return admin_token_;
}

std::string RunningServer::enrolment_token() {
  const auto reply = send(net::Method::post, "/api/v1/tokens", R"({"max_uses":100})", admin_token());
  if (reply.status != 201) throw std::runtime_error("no token: " + reply.text);
  return std::string(reply.json().at("text").as_string());
}

}  // namespace rollcall::e2e
