#include <fmt/format.h>

#include <boost/json.hpp>

#include "common/base/text.h"
#include "server/cli/commands.h"
#include "server/cli/output.h"

namespace rollcall::cli {
namespace {

namespace json = boost::json;

bool flag(const json::value& object, std::string_view name) {
  const auto* value = object.as_object().if_contains(name);
  return value && value->is_bool() && value->get_bool();
}

}  // namespace

Result<> find_anything(ApiClient& api, bool as_json, const FindArguments& arguments) {
  const auto text = fmt::format("{}", fmt::join(arguments.words, " "));
  const auto answer =
      TRY(api.get("/search", {{"q", text}, {"kind", arguments.kind}, {"limit", std::to_string(arguments.limit)}}));
  const auto& groups = list(answer, "groups");
  if (as_json) {
    print_json(answer);
  } else if (!groups.empty()) {
    Table table({"KIND", "WHICH", "NUMBER", "WHAT", "SCHOOL", "STATE", "MATCH", "ID"});
    std::string more;
    for (const auto& group : groups) {
      for (const auto& hit : list(group, "items")) {
        table.add({cell(group, "kind"), cell(hit, "title"), cell(hit, "number"), cell(hit, "detail"),
                   cell(hit, "school"), cell(hit, "state"), cell(hit, "match"), cell(hit, "id")});
      }
      if (flag(group, "more")) more += (more.empty() ? "" : " and ") + cell(group, "kind");
    }
    print(table.to_text());
    if (!more.empty()) print(fmt::format("There are more of kind {}; another word tells them apart", more));
  }
  if (flag(answer, "behind") && !as_json) print("Many changes are not indexed yet; something may be missing");
  if (groups.empty()) return fail(Errc::not_found, "nothing answers to '" + printable(text) + "'");
  return {};
}

}  // namespace rollcall::cli
