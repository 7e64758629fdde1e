// Does a JSON value say what a schema of openapi.yaml says, and nothing beside it? Knows as much of JSON Schema
// as that file uses.
#pragma once

#include <yaml-cpp/yaml.h>

#include <boost/json.hpp>
#include <string>
#include <vector>

namespace rollcall::api {

class Description {
 public:
  Description() : file_(YAML::LoadFile("server/api/openapi.yaml")) {}

  // Of the answer with this status; the problem's schema when the operation names only `default`.
  YAML::Node answer(const std::string& method, const std::string& path, const std::string& status) const;
  // Every deviation, as "items[0].state: not one of …".
  std::vector<std::string> deviations(const YAML::Node& schema, const boost::json::value& value,
                                      const std::string& where = "") const;

 private:
  YAML::Node resolve(const YAML::Node& node) const;
  void check_object(const YAML::Node& schema, const boost::json::object& object, const std::string& where,
                    std::vector<std::string>& out) const;
  YAML::Node file_;
};

}  // namespace rollcall::api
