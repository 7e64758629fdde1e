#include <fmt/format.h>

#include <boost/json.hpp>

#include "common/base/id.h"
#include "common/base/text.h"
#include "server/cli/commands.h"
#include "server/cli/output.h"

namespace rollcall::cli {
namespace {

namespace json = boost::json;

std::int64_t integer(const json::value& object, std::string_view name) {
  const auto* value = object.as_object().if_contains(name);
  return value && value->is_int64() ? value->get_int64() : 0;
}

std::string last_seen(const json::value& device, std::int64_t now_ms) {
  const auto then = integer(device, "last_report_ms");
  return then == 0 ? "never" : ago(then, now_ms);
}

std::string charge(const json::value& device) {
  const auto percent = cell(device, "percent");
  return percent.empty() ? "" : percent + "%" + (cell(device, "on_ac") == "true" ? " on power" : "");
}

void print_facts(const json::value& device) {
  const auto now_ms = integer(device, "server_ms");
  Table facts({"Device", cell(device, "id")});
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) facts.add({name, value});
  };
  add("Tag", cell(device, "tag"));
  add("Serial", cell(device, "serial"));
  add("Model", std::string(trim(cell(device, "manufacturer") + " " + cell(device, "model"))));
  add("School", cell(device, "school"));
  add("Kind", cell(device, "kind"));
  add("Lifecycle", cell(device, "lifecycle"));
  add("Condition", cell(device, "condition"));
  for (const auto& flag : list(device, "flags")) add("Flag", text_of(flag));
  const auto& members = device.as_object();
  if (const auto* custody = members.if_contains("custody")) {
    const auto& holder = custody->as_object().at("holder");
    add("Held by", std::string(trim(cell(holder, "kind") + " " + cell(holder, "name"))));
    add("Since", instant_cell(custody->as_object().at("given"), "at_ms"));
  }
  if (const auto* asset = members.if_contains("asset")) {
    for (const auto& [name, value] : asset->as_object()) {
      if (value.is_string() || value.is_int64()) add(std::string(name).c_str(), text_of(value));
    }
  }
  add("State", cell(device, "state") + ": " + cell(device, "state_reason"));
  add("Last report", last_seen(device, now_ms));
  add("Charge", charge(device));
  add("Battery", cell(device, "verdict"));
  for (const auto& reason : list(device, "reasons")) {
    if (reason.is_string()) add("", printable(std::string_view(reason.get_string())));
  }
  for (const auto& pack : list(device, "packs")) {
    add(cell(pack, "name").c_str(), fmt::format("{} {}%, {} of {} mWh", cell(pack, "state"), cell(pack, "percent"),
                                                cell(pack, "full_mwh"), cell(pack, "design_mwh")));
  }
  for (const auto& collector : list(device, "collectors")) {
    add(cell(collector, "name").c_str(), cell(collector, "state") + " " + cell(collector, "error"));
  }
  print(facts.to_text());
}

// Every field of a report by its path, as "battery.packs.0.full_mwh".
void add_fields(Table& table, const std::string& path, const json::value& value) {
  const auto below = [&](std::string_view name) {
    return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
  };
  if (value.is_object()) {
    for (const auto& [name, member] : value.get_object()) add_fields(table, below(printable(name)), member);
  } else if (value.is_array()) {
    std::size_t index = 0;
    for (const auto& item : value.get_array()) add_fields(table, below(std::to_string(index++)), item);
  } else {
    table.add({path, text_of(value)});
  }
}

Result<> print_newest_report(ApiClient& api, const std::string& id) {
  const auto newest = api.get("/devices/" + segment(id) + "/reports/latest", {});
  if (!newest && newest.error().code == Errc::not_found) return {};  // it never reported
  if (!newest) return std::unexpected(newest.error());
  Table fields({"NEWEST REPORT", instant_cell(*newest, "observed_ms")});
  if (const auto* report = newest->as_object().if_contains("report")) add_fields(fields, "", *report);
  print("\n" + fields.to_text());
  return {};
}

}  // namespace

Result<std::string> device_id(ApiClient& api, const std::string& which) {
  if (is_ulid(which)) return which;
  const auto page = TRY(api.get("/devices", {{"q", which}, {"limit", "100"}}));
  std::vector<std::string> found;
  for (const auto& device : list(page, "items")) {
    if (equal_ignoring_case(cell(device, "tag"), which) || equal_ignoring_case(cell(device, "serial"), which)) {
      found.push_back(cell(device, "id"));
    }
  }
  if (found.empty()) {
    return fail(Errc::not_found, "no device has the id, tag or serial number '" + printable(which) +
                                     "'; `rollcall devices list --search TEXT` finds parts of them");
  }
  if (found.size() > 1) {
    return fail(Errc::conflict, std::to_string(found.size()) + " devices answer to '" + printable(which) +
                                    "'; use one of their ids: " + fmt::format("{}", fmt::join(found, ", ")));
  }
  return found[0];
}

Result<json::value> every_page(ApiClient& api, std::string_view path, const Query& query) {
  auto page = TRY(api.get(path, query));
  json::array items = list(page, "items");
  while (page.as_object().contains("next_cursor")) {
    Query next = query;
    next.emplace_back("cursor", std::string(page.as_object().at("next_cursor").as_string()));
    page = TRY(api.get(path, next));
    for (const auto& item : list(page, "items")) items.push_back(item);
  }
  page.as_object()["items"] = std::move(items);
  return page;
}

Result<> list_devices(ApiClient& api, bool as_json, const ListDevicesArguments& arguments) {
  Query query = {{"q", arguments.search},        {"state", arguments.state},
                 {"verdict", arguments.verdict}, {"school", arguments.school},
                 {"age", arguments.age},         {"sort", arguments.sort},
                 {"order", arguments.order},     {"limit", std::to_string(arguments.limit)},
                 {"kind", arguments.kind},       {"lifecycle", arguments.lifecycle},
                 {"flag", arguments.flag},       {"held_by", arguments.held_by}};
  const auto page = arguments.all ? TRY(every_page(api, "/devices", query)) : TRY(api.get("/devices", query));
  if (as_json) {
    print_json(page);
    return {};
  }
  const auto& items = list(page, "items");
  const auto now_ms = integer(page, "server_ms");
  Table table({"TAG", "SERIAL", "MODEL", "SCHOOL", "HELD BY", "STATE", "CHARGE", "BATTERY", "LAST REPORT", "ID"});
  for (const auto& device : items) {
    const auto holder = cell(device, "holder_name");
    table.add({cell(device, "tag"), cell(device, "serial"), cell(device, "model"), cell(device, "school"),
               holder.empty() ? cell(device, "held_by") : holder, cell(device, "state"), charge(device),
               cell(device, "verdict"), last_seen(device, now_ms), cell(device, "id")});
  }
  print(table.to_text());
  const auto total = integer(page, "total");
  if (static_cast<std::int64_t>(items.size()) < total) {
    print(fmt::format("{} of {} devices; --all lists every one", items.size(), total));
  }
  return {};
}

Result<> show_device(ApiClient& api, bool as_json, const std::string& which) {
  const auto id = TRY(device_id(api, which));
  const auto device = TRY(api.get("/devices/" + segment(id)));
  if (as_json) {
    print_json(device);
    return {};
  }
  print_facts(device);
  return print_newest_report(api, id);
}

Result<> device_history(ApiClient& api, bool as_json, const std::string& which, bool events_only, std::int64_t limit) {
  const auto id = TRY(device_id(api, which));
  const auto page = TRY(api.get("/devices/" + segment(id) + "/timeline",
                                {{"which", events_only ? "events" : "all"}, {"limit", std::to_string(limit)}}));
  if (as_json) {
    print_json(page);
    return {};
  }
  Table table({"WHEN", "WHAT", "CHARGE", "FAILED COLLECTORS"});
  for (const auto& entry : list(page, "items")) {
    std::string failed;
    for (const auto& name : list(entry, "failed_collectors")) {
      failed += (failed.empty() ? "" : ", ") + printable(std::string_view(name.as_string()));
    }
    table.add({instant_cell(entry, "observed_ms"), cell(entry, "kind"), charge(entry), failed});
  }
  print(table.to_text());
  return {};
}

}  // namespace rollcall::cli
