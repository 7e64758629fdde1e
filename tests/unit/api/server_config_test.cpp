#include "server/server_config.h"

#include <algorithm>
#include <catch2/catch.hpp>

namespace rollcall {
namespace {

Result<ServerConfig> read(std::string_view text) {
  const auto document = TRY(config::Document::parse("server.yaml", text));
  auto out = read_server_config(document);
  TRY(document.finish());
  return out;
}

TEST_CASE("config/server.yaml says exactly what an empty file means") {
  const SystemFiles files;
  const auto file = load_server_config(files, "config/server.yaml");
  REQUIRE(file);
  const auto empty = read("");
  REQUIRE(empty);
  CHECK(file->data == empty->data);
  CHECK(file->console == empty->console);
  CHECK(file->log_level == empty->log_level);
  CHECK(file->names == empty->names);
  CHECK(file->workers == empty->workers);
  for (const auto door : {&ServerConfig::people, &ServerConfig::agents, &ServerConfig::probe}) {
    CHECK(((*file).*door).address == ((*empty).*door).address);
    CHECK(((*file).*door).port == ((*empty).*door).port);
    CHECK(((*file).*door).connections == ((*empty).*door).connections);
  }
  CHECK(file->certificate == empty->certificate);
  CHECK(file->key == empty->key);
  CHECK(file->agents_url == empty->agents_url);
  CHECK(file->trusted_proxies == empty->trusted_proxies);
  CHECK(file->label_heading == empty->label_heading);
  CHECK(file->report_days == empty->report_days);
  CHECK(file->fallback.interval_s == empty->fallback.interval_s);
  CHECK(file->fallback.off_campus_interval_s == empty->fallback.off_campus_interval_s);
  CHECK(file->schools.size() == empty->schools.size());
}

TEST_CASE("every key of the server's configuration is in config/server.yaml") {
  const SystemFiles files;
  const auto text = files.read("config/server.yaml", config::kMaxBytes);
  REQUIRE(text);
  const auto document = config::Document::parse("server.yaml", R"(
schools:
  - {id: a, name: A, hours: {time_zone: America/New_York, start: "07:00", end: "16:00"}})");
  REQUIRE(document);
  read_server_config(*document);
  for (const auto& path : document->known_keys()) {
    const auto key = path.substr(path.rfind('.') + 1);
    INFO(path);
    CHECK(text->find(key + ":") != std::string::npos);
  }
}

TEST_CASE("a school's policy and the policy of devices without a school") {
  const auto config = read(R"(
check_in: {interval: 2m}
schools:
  - id: north
    name: North High
    ssids: [North]
    networks: [10.20.0.0/16]
    hours: {time_zone: America/New_York, days: [mon, fri], start: "07:30", end: "16:00"}
  - {id: south, name: South High, ssids: [South]})");
  REQUIRE(config);
  REQUIRE(config->schools.size() == 2);
  const auto& north = config->schools[0].policy;
  CHECK(north.interval_s == 120);
  REQUIRE(north.hours);
  CHECK(north.hours->days == std::vector<int>{1, 5});
  CHECK(north.hours->start_minute == 450);
  CHECK_FALSE(config->schools[1].policy.hours);
  CHECK(config->fallback.school_ssids == std::vector<std::string>{"North", "South"});
}

TEST_CASE("what is wrong in the configuration is named by line and column") {
  const auto wrong = [](std::string_view text) {
    const auto config = read(text);
    REQUIRE_FALSE(config);
    return config.error().message;
  };
  CHECK_THAT(wrong("data: /x\ntyop: 1\n"), Catch::Contains("server.yaml:2:1") && Catch::Contains("tyop"));
  CHECK_THAT(wrong("doors: {people: {port: 99999}}"), Catch::Contains("doors.people.port"));
  CHECK_THAT(wrong("labels: {heading: \"" + std::string(121, 'x') + "\"}"), Catch::Contains("labels.heading"));
  CHECK_THAT(wrong("doors: {people: {certificate: /a.pem}}"), Catch::Contains("both or neither"));
  CHECK_THAT(wrong("schools: [{id: None, name: x}]"), Catch::Contains("id"));
  CHECK_THAT(wrong("schools: [{id: a, name: x}, {id: a, name: y}]"), Catch::Contains("twice"));
  CHECK_THAT(wrong("schools: [{id: a, name: x, hours: {time_zone: UTC, start: \"9\", end: \"16:00\"}}]"),
             Catch::Contains("07:30"));
  CHECK_THAT(wrong("doors: {people: {address: nonsense}}"), Catch::Contains("doors.people.address: nonsense"));
  CHECK_THAT(wrong("doors: {trusted_proxies: [10.0.0.0/8, not-an-ip]}"), Catch::Contains("not-an-ip is not a network"));
  CHECK_THAT(wrong("schools: [{id: a, name: x, networks: [\"999.1.1.1/99\"]}]"), Catch::Contains("999.1.1.1/99"));
  CHECK_THAT(wrong("schools: [{id: a, name: x, hours: {time_zone: Mars/Phobos, start: \"07:00\", end: \"16:00\"}}]"),
             Catch::Contains("Mars/Phobos is not a time zone"));
  CHECK_THAT(wrong("check_in: {off_campus_interval: 5m}"), Catch::Contains("off_campus_interval"));
}

}  // namespace
}  // namespace rollcall
