// The people's door as a whole, behind its parser: every GET of the API, its query, its cursors, its Last-Event-ID.
// The first line is the target, {device} and the like standing for real ids; headers follow.
#include "tests/fuzz/harness/people_common.h"

namespace rollcall::fuzz {
namespace {

// Nothing that is asked here changes it.
School& school() {
  static School only;
  return only;
}

// A page's cursor leads to the next page.
void check_next_page(const std::string& target, const boost::json::value& page) {
  const auto* object = page.if_object();
  const auto* cursor = object ? object->if_contains("next_cursor") : nullptr;
  if (!cursor) return;
  const bool has_cursor = target.find("cursor") != std::string::npos;
  if (has_cursor) return;
  const auto* question = target.find('?') == std::string::npos ? "?" : "&";
  const auto next = school().ask("GET", target + question + "cursor=" + std::string(cursor->as_string()), "");
  promise(next && next->status == 200, "a page's cursor leads to the next page");
}

}  // namespace
}  // namespace rollcall::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall::fuzz;
  Input input(data, size);
  const std::string target = school().with_ids(input.line());
  const auto answer = school().ask("GET", target, input.rest());
  if (!answer) return 0;
  const auto body = check_answer(*answer);
  if (body && answer->status == 200) check_next_page(target, *body);
  return 0;
}
