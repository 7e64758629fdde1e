// Physical audits: begun, scanned and closed from a terminal with a scanner that types.
#include <boost/json.hpp>
#include <iostream>

#include "common/base/text.h"
#include "server/cli/commands.h"
#include "server/cli/output.h"

namespace rollcall::cli {
namespace {

namespace json = boost::json;
using net::Method;

std::string path_of(const std::string& id) {
  return "/inventory-checks/" + segment(id);
}

void print_checks(const json::value& page) {
  Table table({"PLACE", "STATE", "EXPECTED", "SCANNED", "SEEN", "MISSING", "UNEXPECTED", "STARTED", "BY", "ID"});
  for (const auto& it : list(page, "items")) {
    const auto &place = member(it, "place"), &counts = member(it, "counts");
    table.add({cell(place, "name"), cell(it, "state"), cell(counts, "expected"), cell(counts, "scanned"),
               cell(counts, "seen"), cell(counts, "missing"), cell(counts, "unexpected"),
               instant_cell(it, "started_ms"), cell(it, "started_by"), cell(it, "id")});
  }
  print(table.to_text());
}

std::string label_of(const json::value& item) {
  const auto& device = member(member(item, "held"), "device");
  for (const auto& text : {cell(device, "tag"), cell(device, "serial"), cell(item, "label")}) {
    if (!text.empty()) return text;
  }
  return cell(item, "item");
}

std::string holder_of(const json::value& item) {
  const auto& holder = member(member(member(item, "held"), "custody"), "holder");
  return std::string(trim(cell(holder, "kind") + " " + cell(holder, "name")));
}

void print_items(const json::value& page) {
  Table table({"LABEL", "STATUS", "HELD BY", "SCANNED", "SEEN", "OUTCOME", "NOTE", "ITEM"});
  for (const auto& it : list(page, "items")) {
    const auto& outcome = member(it, "outcome");
    table.add({label_of(it), cell(it, "status"), holder_of(it), instant_cell(it, "scanned_ms"),
               instant_cell(it, "seen_ms"), cell(outcome, "what"), cell(outcome, "note"), cell(it, "item")});
  }
  print(table.to_text());
}

Result<> scan_one(ApiClient& api, bool as_json, const std::string& id, const std::string& code) {
  const auto answer = TRY(api.write(Method::post, path_of(id) + "/scans", json::object{{"code", code}}));
  if (as_json) {
    print_json(answer);
    return {};
  }
  const auto holder = holder_of(member(answer, "item"));
  const auto remedy = cell(answer, "remedy");
  print(printable(code) + ": " + cell(answer, "result") + (holder.empty() ? "" : ", with " + holder) +
        (remedy.empty() ? "" : "; " + remedy));
  return {};
}

Result<> print_check(bool as_json, const json::value& check) {
  if (as_json)
    print_json(check);
  else
    print_checks(json::object{{"items", json::array{check}}});
  return {};
}

}  // namespace

Result<> list_checks(ApiClient& api, bool as_json, const CheckArguments& arguments) {
  const auto page = TRY(every_page(api, "/inventory-checks", {{"place", arguments.place}, {"state", arguments.state}}));
  if (as_json)
    print_json(page);
  else
    print_checks(page);
  return {};
}

Result<> start_check(ApiClient& api, bool as_json, const CheckArguments& arguments) {
  return print_check(as_json,
                     TRY(api.write(Method::post, "/inventory-checks",
                                   json::object{{"place", arguments.place}, {"note", arguments.note}})));
}

Result<> scan_in_check(ApiClient& api, bool as_json, const CheckArguments& arguments) {
  for (const auto& code : arguments.codes) TRY(scan_one(api, as_json, arguments.id, code));
  if (!arguments.codes.empty()) return {};
  std::string line;
  while (std::getline(std::cin, line)) {
    if (!trim(line).empty()) TRY(scan_one(api, as_json, arguments.id, std::string(trim(line))));
  }
  return {};
}

Result<> show_check(ApiClient& api, bool as_json, const CheckArguments& arguments) {
  const auto check = TRY(api.get(path_of(arguments.id)));
  const auto page = TRY(every_page(api, path_of(arguments.id) + "/items", {{"status", arguments.state}}));
  if (as_json) {
    print_json(json::object{{"check", check}, {"items", list(page, "items")}});
    return {};
  }
  TRY(print_check(false, check));
  print_items(page);
  return {};
}

Result<> account_in_check(ApiClient& api, bool as_json, const CheckArguments& arguments) {
  json::object body{{"item", arguments.item}, {"outcome", arguments.outcome}};
  if (!arguments.note.empty()) body["note"] = arguments.note;
  if (!arguments.person.empty()) body["person"] = arguments.person;
  if (!arguments.place.empty()) body["place"] = arguments.place;
  const auto answer = TRY(api.write(Method::post, path_of(arguments.id) + "/outcomes", body));
  if (as_json)
    print_json(answer);
  else
    print_items(json::object{{"items", json::array{answer}}});
  return {};
}

Result<> end_check(ApiClient& api, bool as_json, const std::string& how, const CheckArguments& arguments) {
  return print_check(as_json, TRY(api.write(Method::post, path_of(arguments.id) + "/" + how,
                                            json::object{{"note", arguments.note}})));
}

}  // namespace rollcall::cli
