// Purchase orders and the boxes that come of them, from a terminal with a scanner that types.
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
  return "/purchase-orders/" + segment(id);
}

void put(json::object& body, std::string_view name, const std::string& value) {
  if (!value.empty()) body[name] = value;
}

void print_orders(const json::value& page) {
  Table table({"NUMBER", "VENDOR", "STATE", "ORDERED", "RECEIVED", "TAGGED", "IMAGED", "CHECKED", "DAMAGED", "SHORT", "ID"});
  for (const auto& it : list(page, "items")) {
    const auto& counts = member(it, "counts");
    table.add({cell(it, "number"), cell(it, "vendor"), cell(it, "state"), cell(counts, "ordered"),
               cell(counts, "received"), cell(counts, "tagged"), cell(counts, "imaged"), cell(counts, "checked"),
               cell(counts, "damaged"), cell(counts, "missing"), cell(it, "id")});
  }
  print(table.to_text());
}

void print_deliveries(const json::array& deliveries) {
  Table table({"ORDER", "VENDOR", "DELIVERED", "ANNOUNCED", "RECEIVED", "DAMAGED", "SHORT", "SLIP", "ID"});
  for (const auto& it : deliveries) {
    table.add({cell(it, "number"), cell(it, "vendor"), cell(it, "delivered"), cell(it, "announced"),
               cell(it, "received"), cell(it, "damaged"), cell(it, "missing"), cell(it, "reference"), cell(it, "id")});
  }
  print(table.to_text());
}

Result<> tell(bool as_json, const json::value& answer, const std::string& text) {
  if (as_json)
    print_json(answer);
  else
    print(text);
  return {};
}

// "MODEL_ID:QUANTITY" or "MODEL_ID:QUANTITY:CENTS"
Result<json::array> lines_of(const std::vector<std::string>& texts) {
  json::array out;
  for (const auto& text : texts) {
    const auto parts = split(text, ':');
    const auto quantity = parts.size() > 1 ? parse_number<std::int64_t>(parts[1]) : std::nullopt;
    const auto cents = parts.size() > 2 ? parse_number<std::int64_t>(parts[2]) : std::nullopt;
    if (!quantity || parts.size() > 3 || (parts.size() == 3 && !cents)) {
      return fail(Errc::invalid_argument, "'" + printable(text) + "' is not MODEL_ID:QUANTITY[:CENTS]");
    }
    json::object line{{"model_id", parts[0]}, {"quantity", *quantity}};
    if (cents) line["unit_cost_cents"] = *cents;
    out.push_back(std::move(line));
  }
  return out;
}

Result<> scan_one(ApiClient& api, bool as_json, const ReceivingArguments& arguments, const std::string& code) {
  json::object body;
  if (arguments.step == "received") {
    body = {{"serial", code}, {"delivery", arguments.delivery}};
    if (arguments.line != 0) body["line"] = arguments.line;
  } else {
    body = {{"device", code}, {"step", arguments.step}};
    put(body, "tag", arguments.tag);
    put(body, "note", arguments.note);
    if (arguments.damaged) body["damaged"] = true;
  }
  const auto route = arguments.step == "received" ? "/scans" : "/steps";
  const auto answer = TRY(api.write(Method::post, path_of(arguments.order) + route, body));
  const auto next = cell(answer, "next"), tag = cell(member(answer, "device"), "tag");
  return tell(as_json, answer,
              printable(code) + ": " + (cell(answer, "again") == "true" ? "done before" : arguments.step) +
                  (tag.empty() ? "" : ", tag " + tag) +
                  (cell(answer, "damaged") == "true" ? ", damaged and on hold"
                   : next.empty()                    ? ", ready"
                                                     : ", not yet " + next));
}

}  // namespace

Result<> list_orders(ApiClient& api, bool as_json, const ReceivingArguments& arguments) {
  const auto page = TRY(every_page(api, "/purchase-orders", {{"state", arguments.state}, {"q", arguments.search}}));
  if (as_json)
    print_json(page);
  else
    print_orders(page);
  return {};
}

Result<> show_order(ApiClient& api, bool as_json, const ReceivingArguments& arguments) {
  const auto order = TRY(api.get(path_of(arguments.order)));
  if (as_json) {
    print_json(order);
    return {};
  }
  print_orders(json::object{{"items", json::array{order}}});
  Table lines({"LINE", "MODEL", "ORDERED", "RECEIVED", "SHORT"});
  for (const auto& it : list(order, "lines")) {
    const auto &model = member(it, "model"), &counts = member(it, "counts");
    lines.add({cell(it, "line"), cell(model, "maker") + " " + cell(model, "name"), cell(it, "quantity"),
               cell(counts, "received"), cell(counts, "missing")});
  }
  print(lines.to_text());
  print_deliveries(list(order, "deliveries"));
  return {};
}

Result<> add_order(ApiClient& api, bool as_json, const ReceivingArguments& arguments) {
  json::object body{{"number", arguments.number}, {"vendor", arguments.vendor},
                    {"lines", TRY(lines_of(arguments.lines))}};
  put(body, "funding_source", arguments.funding);
  put(body, "school", arguments.school);
  put(body, "expected", arguments.day);
  put(body, "next_tag", arguments.tag);
  put(body, "note", arguments.note);
  const auto added = TRY(api.write(Method::post, "/purchase-orders", body));
  return tell(as_json, added, "Noted. " + cell(added, "id"));
}

Result<> note_delivery(ApiClient& api, bool as_json, const ReceivingArguments& arguments) {
  json::object body{{"delivered", arguments.day}, {"announced", arguments.announced}};
  put(body, "reference", arguments.reference);
  put(body, "note", arguments.note);
  const auto noted = TRY(api.write(Method::post, path_of(arguments.order) + "/deliveries", body));
  return tell(as_json, noted, "Noted. " + cell(noted, "id"));
}

Result<> take_receiving_step(ApiClient& api, bool as_json, const ReceivingArguments& arguments) {
  for (const auto& code : arguments.codes) TRY(scan_one(api, as_json, arguments, code));
  if (!arguments.codes.empty()) return {};
  std::string line;
  while (std::getline(std::cin, line)) {
    if (!trim(line).empty()) TRY(scan_one(api, as_json, arguments, std::string(trim(line))));
  }
  return {};
}

Result<> close_order(ApiClient& api, bool as_json, const ReceivingArguments& arguments) {
  json::object body;
  put(body, "reason", arguments.note);
  const auto closed = TRY(api.write(Method::post, path_of(arguments.order) + "/close", body));
  return tell(as_json, closed, "Closed.");
}

Result<> list_troubles(ApiClient& api, bool as_json, const ReceivingArguments& arguments) {
  const auto page = TRY(every_page(api, "/deliveries", {{"trouble", arguments.state}}));
  if (as_json)
    print_json(page);
  else
    print_deliveries(list(page, "items"));
  return {};
}

}  // namespace rollcall::cli
