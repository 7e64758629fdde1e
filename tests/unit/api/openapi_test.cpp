// openapi.yaml and the route table say the same: every row is described, nothing else is, and permission and
// scope agree.
#include <yaml-cpp/yaml.h>

#include <map>
#include <set>

#include "common/base/text.h"
#include "tests/unit/api/fixture.h"

namespace rollcall::api {
namespace {

using Table = std::map<std::string, std::string>;  // "get /path" → "permission scope"

Table described() {
  Table out;
  const auto file = YAML::LoadFile("server/api/openapi.yaml");
  for (const auto& path : file["paths"]) {
    for (const auto& operation : path.second) {
      const auto method = operation.first.as<std::string>();
      if (method == "parameters" || method == "servers") continue;
      out[method + " " + path.first.as<std::string>()] = operation.second["x-permission"].as<std::string>("none") +
                                                         " " + operation.second["x-scope"].as<std::string>("none");
    }
  }
  return out;
}

void collect(Table& out, const Routes& routes) {
  for (const Route& route : routes) {
    out[to_lower(net::name_of(route.method)) + " " + std::string(route.path)] =
        std::string(route.permission.name()) + " " + std::string(domain::name_of(route.scope));
  }
}

// Every "$ref" below a node.
void references(const YAML::Node& node, std::set<std::string>& out) {
  if (node.IsMap()) {
    for (const auto& entry : node) {
      if (entry.first.Scalar() == "$ref") out.insert(entry.second.as<std::string>());
      else references(entry.second, out);
    }
  } else if (node.IsSequence()) {
    for (const auto& item : node) references(item, out);
  }
}

TEST_CASE("openapi.yaml and the route table are one") {
  TestServer server;
  Table table;
  collect(table, server.people.router().routes());
  collect(table, server.agents.router().routes());
  collect(table, probe_door_routes());
  CHECK(described() == table);
}

TEST_CASE("every reference in openapi.yaml leads somewhere, and every schema is used") {
  const auto file = YAML::LoadFile("server/api/openapi.yaml");
  std::set<std::string> found;
  references(file, found);
  for (const auto& reference : found) {
    INFO(reference);
    const auto parts = split(reference, '/');
    REQUIRE(parts.size() == 4);
    CHECK(file["components"][std::string(parts[2])][std::string(parts[3])]);
  }
  for (const auto& schema : file["components"]["schemas"]) {
    const auto name = schema.first.as<std::string>();
    INFO(name);
    CHECK(found.contains("#/components/schemas/" + name));
  }
}

TEST_CASE("the words of openapi.yaml are the words of the domain") {
  const auto schemas = YAML::LoadFile("server/api/openapi.yaml")["components"]["schemas"];
  const auto words = [&](const char* schema) {
    std::set<std::string> out;
    for (const auto& word : schemas[schema]["enum"]) out.insert(word.as<std::string>());
    return out;
  };
  const auto names = []<class Enum>(std::size_t count, Enum) {
    std::set<std::string> out;
    for (std::size_t i = 0; i < count; ++i) out.emplace(name_of(static_cast<Enum>(i)));
    return out;
  };
  CHECK(words("DeviceState") == names(domain::kPresences, domain::Presence{}));
  CHECK(words("Verdict") == names(domain::kVerdicts, domain::Verdict{}));
  CHECK(words("AgeBucket") == names(service::kAgeBuckets, service::AgeBucket{}));
  CHECK(words("Permission") == names(domain::kPermissions, domain::Permission{}));
  CHECK(words("Role") == names(domain::kRoles, domain::Role{}));
  CHECK(words("DeviceKind") == names(domain::kDeviceKinds, domain::DeviceKind{}));
  CHECK(words("Lifecycle") == names(domain::kLifecycles, domain::Lifecycle{}));
  CHECK(words("Condition") == names(domain::kConditions, domain::Condition{}));
  CHECK(words("Ownership") == names(domain::kOwnerships, domain::Ownership{}));
  CHECK(words("DeviceFlag") == names(domain::kFlags, domain::Flag{}));
  CHECK(words("HolderKind") == names(domain::kHolderKinds, domain::HolderKind{}));
  CHECK(words("CustodyReason") == names(domain::kCustodyReasons, domain::CustodyReason{}));
  CHECK(words("BlockerCode") == names(domain::kBlockerCodes, domain::BlockerCode{}));
  CHECK(words("Accessory") == names(domain::kAccessories, domain::Accessory{}));
  CHECK(words("PlaceKind") == names(domain::kPlaceKinds, domain::PlaceKind{}));
  CHECK(words("Occasion") == names(7, domain::Occasion{}));
  CHECK(words("DayKind") == names(8, domain::DayKind{}));
  CHECK(words("ChangeKind") == names(5, domain::ChangeKind{}));
  CHECK(words("RotationCounts") == names(3, domain::Rotation::Counts{}));
}

}  // namespace
}  // namespace rollcall::api
