// What people send to change something: every POST, PUT, PATCH and DELETE of the API with its body. The first line is
// method and target, the second the If-Match, {device} and the like standing for real ids; the body follows.
#include <memory>

#include "common/sql/sql.h"
#include "tests/fuzz/harness/people_common.h"

namespace rollcall::fuzz {
namespace {

// So that no input depends on much that came before it.
constexpr int kChangesOfOneSchool = 32;

struct Current {
  std::unique_ptr<School> school;
  int changes{};
};

School& school(int changes) {
  static Current current;
  current.changes += changes;
  if (!current.school || current.changes > kChangesOfOneSchool) {
    current.school.reset();
    current = {std::make_unique<School>(), 0};
  }
  return *current.school;
}

std::int64_t records_of(School& it) {
  return must(it.server.core->database->read([](sql::Snapshot& snapshot) -> Result<std::int64_t> {
    auto rows = TRY(snapshot.query("SELECT max(seq) FROM audit_log"));
    TRY(rows->next());
    return rows->integer(0);
  }));
}

}  // namespace
}  // namespace rollcall::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall::fuzz;
  Input input(data, size);
  auto& it = school(0);
  const auto line = input.line();
  const auto space = line.find(' ');
  const auto method = line.substr(0, space);
  if (method != "POST" && method != "PUT" && method != "PATCH" && method != "DELETE") return 0;
  const auto target = it.with_ids(space == std::string_view::npos ? "/" : line.substr(space + 1));
  const auto if_match = input.line();
  // A roster comes as it is, everything else as JSON.
  const bool is_roster = target.find("/imports") != std::string::npos;
  std::string headers = is_roster ? "Content-Type: text/csv\n" : "Content-Type: application/json\n";
  if (!if_match.empty()) headers.append("If-Match: ").append(if_match);
  const auto before = records_of(it);
  const auto answer = it.ask(method, target, headers, it.with_ids(input.rest()));
  if (!answer) return 0;
  const auto body = check_answer(*answer);
  const auto made = records_of(it) - before;
  // Tries to sign in are on record whatever becomes of them.
  const bool signs_in = target.find("/session") != std::string::npos;
  if (answer->status >= 400) {
    const bool is_problem = body && body->is_object() && body->as_object().contains("title");
    promise(is_problem, "a refusal is a problem with a title");
    promise(made == 0 || signs_in, "what is refused changes nothing");
  }
  if (answer->status == 401) school(kChangesOfOneSchool + 1);  // it has signed itself out
  else if (answer->status < 400 || signs_in) school(1);
  return 0;
}
