#include "tests/unit/api/schema.h"

#include <algorithm>

#include "common/base/text.h"

namespace rollcall::api {
namespace {

bool has_type(const std::string& type, const boost::json::value& value) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_bool();
  if (type == "integer") return value.is_int64() || value.is_uint64();
  if (type == "number") return value.is_number();
  return false;
}

}  // namespace

YAML::Node Description::resolve(const YAML::Node& node) const {
  if (node.IsMap() && node["allOf"]) {  // of objects only: their members together
    YAML::Node all;
    all["type"] = "object";
    for (const auto& part : node["allOf"]) {
      const auto one = resolve(part);
      for (const auto& name : one["required"]) all["required"].push_back(name);
      for (const auto& property : one["properties"]) all["properties"][property.first] = property.second;
    }
    return all;
  }
  if (!node.IsMap() || !node["$ref"]) return node;
  YAML::Node at = YAML::Clone(file_);
  const auto reference = node["$ref"].as<std::string>();
  for (const auto part : split(std::string_view(reference).substr(2), '/')) at = at[std::string(part)];
  return resolve(at);
}

YAML::Node Description::answer(const std::string& method, const std::string& path, const std::string& status) const {
  const auto responses = file_["paths"][path][method]["responses"];
  const auto response = resolve(responses[status] ? responses[status] : responses["default"]);
  for (const auto& content : response["content"]) return resolve(content.second["schema"]);
  return {};
}

void Description::check_object(const YAML::Node& schema, const boost::json::object& object, const std::string& where,
                               std::vector<std::string>& out) const {
  for (const auto& name : schema["required"]) {
    if (!object.contains(name.as<std::string>())) out.push_back(where + name.as<std::string>() + ": missing");
  }
  if (!schema["properties"]) return;  // described elsewhere
  for (const auto& [name, member] : object) {
    const std::string key(name);
    const auto known = schema["properties"][key];
    if (!known) out.push_back(where + key + ": not described");
    else std::ranges::move(deviations(known, member, where + key), std::back_inserter(out));
  }
}

std::vector<std::string> Description::deviations(const YAML::Node& node, const boost::json::value& value,
                                                 const std::string& where) const {
  std::vector<std::string> out;
  const auto schema = resolve(node);
  if (schema["type"] && !has_type(schema["type"].as<std::string>(), value)) {
    return {where + ": not of type " + schema["type"].as<std::string>()};
  }
  if (schema["enum"]) {
    const auto words = schema["enum"].as<std::vector<std::string>>();
    if (std::ranges::find(words, std::string(value.as_string())) == words.end()) {
      out.push_back(where + ": " + std::string(value.as_string()) + " is not one of its words");
    }
  }
  if (value.is_object()) check_object(schema, value.as_object(), where.empty() ? "" : where + ".", out);
  if (value.is_array() && schema["items"]) {
    for (std::size_t i = 0; i < value.as_array().size(); ++i) {
      std::ranges::move(deviations(schema["items"], value.as_array()[i], where + "[" + std::to_string(i) + "]"),
                        std::back_inserter(out));
    }
  }
  return out;
}

}  // namespace rollcall::api
