#include <fmt/format.h>

#include <boost/json.hpp>
#include <iostream>

#include "common/base/text.h"
#include "server/cli/commands.h"
#include "server/cli/output.h"

namespace rollcall::cli {
namespace {

namespace json = boost::json;

// "-" alone stands for standard input, a line each.
std::vector<std::string> wanted_devices(const std::vector<std::string>& arguments) {
  if (arguments != std::vector<std::string>{"-"}) return arguments;
  std::vector<std::string> out;
  for (std::string line; std::getline(std::cin, line);) {
    if (const auto device = trim(line); !device.empty()) out.emplace_back(device);
  }
  return out;
}

}  // namespace

Result<> print_labels(ApiClient& api, Files& files, bool as_json, const PrintLabelsArguments& arguments) {
  const auto devices = wanted_devices(arguments.devices);
  json::object body{{"devices", json::value_from(devices)}, {"format", arguments.format}};
  if (!arguments.stock.empty()) body["stock"] = arguments.stock;
  if (arguments.start != 0) body["start"] = arguments.start;
  if (arguments.dpi != 0) body["dpi"] = arguments.dpi;
  const auto bytes = TRY(api.post_for_bytes("/labels", body));
  TRY(files.write_atomic(arguments.out, bytes, 0644));
  if (as_json) {
    print_json(json::object{{"labels", devices.size()}, {"file", arguments.out}});
    return {};
  }
  print(fmt::format("{} {} in {}", devices.size(), devices.size() == 1 ? "label" : "labels", arguments.out));
  if (arguments.format == "pdf") print("Print it at 100% (\"Actual size\"); anything else moves the labels.");
  return {};
}

}  // namespace rollcall::cli
