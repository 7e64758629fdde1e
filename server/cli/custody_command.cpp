#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "common/base/id.h"
#include "common/base/text.h"
#include "server/cli/commands.h"
#include "server/cli/output.h"

namespace rollcall::cli {
namespace {

namespace json = boost::json;
using net::Method;

json::array words(std::string_view text) {
  json::array out;
  for (const auto word : split(text, ',')) {
    if (!word.empty()) out.emplace_back(word);
  }
  return out;
}

json::value value_of(std::string_view name, std::string_view text) {
  constexpr std::array<std::string_view, 4> kNumbers{"cost_cents", "warranty_months", "life_months", "capacity"};
  constexpr std::array<std::string_view, 4> kSwitches{"lost", "stolen", "on_hold", "reuse_deleted"};
  if (name == "kit") return words(text);
  if (std::ranges::find(kSwitches, name) != kSwitches.end() && (text == "true" || text == "false"))
    return text == "true";
  if (std::ranges::find(kNumbers, name) == kNumbers.end()) return json::string(text);
  if (text.empty()) return nullptr;
  const auto number = parse_number<std::int64_t>(text);
  return number ? json::value(*number) : json::value(json::string(text));
}

Result<json::object> body_of(const Settings& settings) {
  json::object out;
  for (const std::string_view it : settings) {
    const auto sign = it.find('=');
    if (sign == std::string_view::npos || sign == 0) {
      return fail(Errc::invalid_argument, "'" + printable(it) + "' is not FIELD=VALUE");
    }
    out[it.substr(0, sign)] = value_of(it.substr(0, sign), it.substr(sign + 1));
  }
  return out;
}

Result<> tell(bool as_json, const json::value& answer, const std::string& text) {
  if (as_json)
    print_json(answer);
  else
    print(text);
  return {};
}

std::string holder_cell(const json::value& custody) {
  const auto& holder = member(custody, "holder");
  return std::string(trim(cell(holder, "kind") + " " + cell(holder, "name")));
}

void print_held(const json::value& page, std::string_view name) {
  Table table({"TAG", "SERIAL", "MODEL", "CONDITION", "LIFECYCLE", "HELD BY", "SINCE", "UNTIL"});
  for (const auto& it : list(page, name)) {
    const auto &device = member(it, "device"), &custody = member(it, "custody");
    table.add({cell(device, "tag"), cell(device, "serial"), cell(device, "model"), cell(device, "condition"),
               cell(device, "lifecycle"), holder_cell(custody), instant_cell(member(custody, "given"), "at_ms"),
               instant_cell(member(custody, "taken"), "at_ms")});
  }
  print(table.to_text());
}

Result<> print_handed(bool as_json, const json::value& answer) {
  if (as_json) {
    print_json(answer);
    return {};
  }
  print_held(answer, "devices");
  if (const auto act = cell(answer, "act"); !act.empty()) print("Undo within 10 minutes: rollcall custody undo " + act);
  return {};
}

void put(json::object& body, std::string_view name, const std::string& value) {
  if (!value.empty()) body[name] = value;
}

json::object handing_of(const HandArguments& arguments) {
  json::object out;
  put(out, "condition", arguments.condition);
  put(out, "note", arguments.note);
  if (!arguments.kit.empty()) {
    json::array kit;
    for (const auto& it : arguments.kit) {
      if (it != "none") kit.emplace_back(it);
    }
    out["kit"] = std::move(kit);
  }
  return out;
}

// The open custody of a device, from which a move starts.
Result<std::string> custody_of(ApiClient& api, const std::string& which) {
  const auto device = TRY(api.get("/devices/" + segment(TRY(device_id(api, which)))));
  const auto id = cell(member(device, "custody"), "id");
  if (id.empty()) return fail(Errc::conflict, "nobody has " + printable(which) + "; use `rollcall custody give`");
  return id;
}

Result<std::string> person_id(ApiClient& api, const std::string& which) {
  if (is_ulid(which)) return which;
  const auto page = TRY(api.get("/people", {{"q", which}}));
  std::vector<std::string> found;
  for (const auto& person : list(page, "items")) {
    if (cell(person, "student_number") == which) found.push_back(cell(person, "id"));
  }
  if (found.size() == 1) return found[0];
  return fail(found.empty() ? Errc::not_found : Errc::conflict,
              std::to_string(found.size()) + " people have the student number " + printable(which));
}

}  // namespace

Result<> add_device(ApiClient& api, bool as_json, const Settings& settings) {
  const auto added = TRY(api.write(Method::post, "/devices", TRY(body_of(settings))));
  return tell(as_json, added,
              cell(added, "met") == "true" ? "Listed: an agent had told of it before. " + cell(added, "id")
                                           : "Added. " + cell(added, "id"));
}

Result<> edit_device(ApiClient& api, bool as_json, const std::string& which, const Settings& settings) {
  const auto path = "/devices/" + segment(TRY(device_id(api, which)));
  const auto edited = TRY(api.write(Method::patch, path, TRY(body_of(settings)), TRY(api.etag_of(path))));
  return tell(as_json, edited, "Changed.");
}

Result<> list_records(ApiClient& api, bool as_json, const ListRecordsArguments& arguments) {
  const auto page = TRY(every_page(api, "/" + arguments.what,
                                   {{"q", arguments.search}, {"kind", arguments.kind}, {"school", arguments.school}}));
  if (as_json) {
    print_json(page);
    return {};
  }
  const bool models = arguments.what == "models";
  Table table(models ? std::vector<std::string>{"MAKER", "NAME", "KIND", "WARRANTY", "COST", "ID"}
                     : std::vector<std::string>{"NAME", "KIND", "SCHOOL", "CAPACITY", "ID"});
  for (const auto& it : list(page, "items")) {
    if (models) {
      const auto months = cell(it, "warranty_months"), cents = cell(it, "cost_cents");
      const auto cost = parse_number<std::int64_t>(cents);
      const auto rest = cost ? std::to_string(100 + *cost % 100).substr(1) : "";
      table.add({cell(it, "maker"), cell(it, "name"), cell(it, "kind"), months.empty() ? "" : months + " months",
                 cost ? std::to_string(*cost / 100) + "." + rest : "", cell(it, "id")});
    } else {
      table.add({cell(it, "name"), cell(it, "kind"), cell(it, "school"), cell(it, "capacity"), cell(it, "id")});
    }
  }
  print(table.to_text());
  return {};
}

Result<> add_record(ApiClient& api, bool as_json, const std::string& what, const Settings& settings) {
  const auto added = TRY(api.write(Method::post, "/" + what, TRY(body_of(settings))));
  return tell(as_json, added, "Added. " + cell(added, "id"));
}

Result<> edit_record(ApiClient& api, bool as_json, const std::string& what, const std::string& id,
                     const Settings& settings) {
  const auto path = "/" + what + "/" + segment(id);
  const auto edited = TRY(api.write(Method::patch, path, TRY(body_of(settings)), TRY(api.etag_of(path))));
  return tell(as_json, edited, "Changed.");
}

Result<> delete_record(ApiClient& api, bool as_json, const std::string& what, const std::string& id) {
  TRY(api.write(Method::delete_, "/" + what + "/" + segment(id), nullptr));
  return tell(as_json, json::object{{"deleted", id}}, "Deleted.");
}

Result<> hand_device(ApiClient& api, bool as_json, const std::string& verb, const HandArguments& arguments) {
  json::object body = handing_of(arguments);
  body["device"] = arguments.device;
  if (verb == "move") body["from"] = TRY(custody_of(api, arguments.device));
  if (verb == "swap") {
    put(body, "place", arguments.place);
    json::object in = std::move(body);
    body = {{"in", std::move(in)}, {"device", arguments.out}};
  } else {
    put(body, "person", arguments.person);
    put(body, "place", arguments.place);
  }
  put(body, "agreement", arguments.agreement);
  return print_handed(as_json, TRY(api.write(Method::post, "/custody/" + verb, body)));
}

Result<> undo_custody(ApiClient& api, bool as_json, const std::string& act) {
  return print_handed(as_json, TRY(api.write(Method::post, "/custody/undo", json::object{{"act", act}})));
}

Result<> check_custody(ApiClient& api, bool as_json, const HandArguments& arguments) {
  const auto answer = TRY(api.get(
      "/custody/check", {{"device", arguments.device}, {"person", arguments.person}, {"place", arguments.place}}));
  if (as_json) {
    print_json(answer);
    return {};
  }
  print_held(answer, "devices");
  Table table({"IN THE WAY", "WHAT TO DO"});
  for (const auto& it : list(answer, "blockers")) table.add({cell(it, "message"), cell(it, "remedy")});
  if (list(answer, "blockers").empty())
    print("Nothing is in the way.");
  else
    print(table.to_text());
  return {};
}

Result<> custody_history(ApiClient& api, bool as_json, const std::string& which) {
  const auto page = TRY(every_page(api, "/devices/" + segment(TRY(device_id(api, which))) + "/custody", {}));
  if (as_json) {
    print_json(page);
    return {};
  }
  Table table({"HELD BY", "SINCE", "UNTIL", "GIVEN", "TAKEN", "CONDITION", "BY"});
  for (const auto& it : list(page, "items")) {
    const auto &given = member(it, "given"), &taken = member(it, "taken");
    table.add({holder_cell(it), instant_cell(given, "at_ms"), instant_cell(taken, "at_ms"), cell(given, "reason"),
               cell(taken, "reason"), cell(taken, "condition"), cell(given, "by")});
  }
  print(table.to_text());
  return {};
}

Result<> held_devices(ApiClient& api, bool as_json, const HandArguments& arguments) {
  if (arguments.person.empty() == arguments.place.empty()) {
    return fail(Errc::invalid_argument, "say --person or --place, one of them");
  }
  const auto path = arguments.person.empty() ? "/places/" + segment(arguments.place)
                                             : "/people/" + segment(TRY(person_id(api, arguments.person)));
  const auto page = TRY(every_page(api, path + "/devices", {}));
  if (as_json)
    print_json(page);
  else
    print_held(page, "items");
  return {};
}

Result<> list_leavers(ApiClient& api, bool as_json, const std::string& school) {
  const auto page = TRY(every_page(api, "/leavers", {{"school", school}}));
  if (as_json) {
    print_json(page);
    return {};
  }
  Table table({"NAME", "NUMBER", "REASON", "TAG", "SERIAL", "SCHOOL", "SINCE"});
  for (const auto& it : list(page, "items")) {
    const auto &person = member(it, "person"), &device = member(it, "device");
    table.add({cell(person, "name"), cell(person, "student_number"), cell(it, "reason"), cell(device, "tag"),
               cell(device, "serial"), cell(device, "school"), instant_cell(it, "given_ms")});
  }
  print(table.to_text());
  return {};
}

}  // namespace rollcall::cli
