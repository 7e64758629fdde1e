// config/server.yaml: every key with its default and reason is there; a test holds the two together.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/address.h"
#include "common/base/files.h"
#include "common/base/log.h"
#include "common/base/result.h"
#include "common/config/document.h"
#include "server/service/policies.h"

namespace rollcall {

struct DoorSettings {
  std::string address;  // numeric, or "any": IPv6 and IPv4 where the machine has them
  std::uint16_t port{};
  std::size_t connections{};
};

struct ServerConfig {
  std::string data;      // folder
  std::string console;   // folder of the built console; empty: none
  log::Level log_level{log::Level::info};
  std::vector<std::string> names;  // of this server, in its certificate, besides localhost and the host's name
  std::string agents_url;          // what enrolment commands name; empty: https://HOST:PORT of the agents' door

  DoorSettings people, agents, probe;
  std::string certificate, key;  // the district's own, of the people's door; both or neither
  std::vector<Network> trusted_proxies;

  std::int64_t report_days{};
  std::string label_heading;  // first line of every device's label; empty: none
  int vanish_percent{10};     // of a roster; more holds an import
  std::string roster_folder;  // that is watched for exports; empty: none
  std::size_t workers{};
  wire::Policy fallback;                   // of devices without a school: the networks of all of them
  std::vector<service::ConfiguredSchool> schools;
};

// Errors: not_found, permission_denied, invalid_argument (every problem, one a line: "server.yaml:12:5: …").
Result<ServerConfig> load_server_config(const Files& files, const std::string& path);
// Reads what load_server_config reads from a document that is there already; notes problems in it.
ServerConfig read_server_config(const config::Document& document);

}  // namespace rollcall
