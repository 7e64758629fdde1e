#include <boost/json.hpp>

#include "common/base/clock.h"
#include "server/cli/commands.h"
#include "server/cli/output.h"

namespace rollcall::cli {

namespace json = boost::json;

Result<> create_token(ApiClient& api, Files& files, bool as_json, const CreateTokenArguments& arguments) {
  json::object body{{"max_uses", arguments.uses}, {"life_ms", arguments.hours * kHourMs}};
  if (!arguments.note.empty()) body["note"] = arguments.note;
  if (!arguments.school.empty()) body["school"] = arguments.school;
  if (!arguments.serials.empty()) body["serials"] = json::value_from(arguments.serials);
  const auto made = TRY(api.send(net::Method::post, "/tokens", body));
  if (!arguments.out.empty()) {
    const auto where = TRY(api.get("/enrollment"));
    TRY(files.write_atomic(arguments.out, "server: " + cell(where, "agents_url") + "\ntoken: " + cell(made, "text") + "\n", 0600));
  }
  if (as_json) {
    print_json(made);
    return {};
  }
  if (!arguments.out.empty()) {
    print(arguments.out + " enrolls " + std::to_string(arguments.uses) + (arguments.uses == 1 ? " laptop" : " laptops") +
          ". Have imaging leave it as /etc/rollcall/enroll.yaml, mode 0600.");
    return {};
  }
  print(cell(made, "text"));
  print("\nShown this once. On the laptop, as root:\n  " + cell(made, "command"));
  return {};
}

Result<> list_tokens(ApiClient& api, bool as_json) {
  const auto page = TRY(every_page(api, "/tokens", {{"limit", "500"}}));
  if (as_json) {
    print_json(page);
    return {};
  }
  Table table({"ID", "STATE", "USES", "EXPIRES", "SCHOOL", "NOTE"});
  for (const auto& token : list(page, "items")) {
    table.add({cell(token, "id"), cell(token, "state"), cell(token, "uses") + "/" + cell(token, "max_uses"),
               instant_cell(token, "expires_ms"), cell(token, "school"), cell(token, "note")});
  }
  print(table.to_text());
  return {};
}

Result<> revoke_token(ApiClient& api, bool as_json, const std::string& id) {
  TRY(api.remove("/tokens/" + segment(id)));
  if (as_json) {
    print_json(json::object{{"revoked", id}});
  } else {
    print("Revoked. What it enrolled stays enrolled.");
  }
  return {};
}

}  // namespace rollcall::cli
