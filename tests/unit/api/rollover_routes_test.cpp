// The preview of the next school year through the people's door.
#include "common/base/text.h"
#include "server/storage/person_store.h"
#include "tests/unit/api/described.h"

namespace rollcall::api {
namespace {

using net::Method;

const std::string kPreview = "/api/v1/rollover", kGraduates = "/api/v1/rollover/graduates";

class Office : public DescribedServer {
 public:
  Answered get(const std::string& pattern, const std::string& query, const std::string& token) {
    return DescribedServer::get(pattern, pattern + query, token);
  }
  std::size_t count(const std::string& pattern, const std::string& query, const std::string& token) {
    return get(pattern, query, token).json().at("items").as_array().size();
  }
  void person(std::int64_t number, const std::string& school, const std::string& grade) {
    storage::PersonRow row{.sort_name = "name " + std::to_string(number)};
    row.person = {.person_no = number,
                  .person_id = "01ARZ3NDEKTSV4RRFFQ69G5P" + std::to_string(10 + number),
                  .source_id = "s" + std::to_string(number),
                  .student_number = std::to_string(1000 + number),
                  .given_name = "Student",
                  .school_ids = {school},
                  .school_id = school,
                  .grade = grade,
                  .enabled = true};
    must(server.core->database->write(
        [&](sql::Transaction& transaction) { return storage::put_person(transaction, row); }));
    const domain::Principal everywhere{
        .user_id = "01U", .role = domain::Role::admin, .scope = {domain::ScopeKind::district, {}}};
    const auto tag = "T-" + std::to_string(number);
    must(server.core->writes.run(domain::Actor::of(everywhere), [&](service::Write& write) -> Result<> {
      TRY(server.core->devices.add(write, {.tag = tag, .school_id = school}));
      TRY(server.core->custody.give(write, everywhere, {tag, {.person = row.person.student_number}, {}}));
      return {};
    }));
  }

  std::string admin{server.sign_in("ada", domain::Role::admin)};
  std::string tech{server.sign_in("tom", domain::Role::technician, {domain::ScopeKind::school, {"north"}})};
  std::string viewer{server.sign_in("vic", domain::Role::viewer)};

};

}  // namespace

TEST_CASE("the next year is previewed by school and grade, and who will graduate with a device is listed") {
  Office it;
  it.person(1, "north", "12");
  it.person(2, "north", "09");
  it.person(3, "south", "12");
  it.person(4, "south", "KG");
  const auto rows = it.get(kPreview, "", it.admin).json().at("items").as_array();
  REQUIRE(rows.size() == 4);
  CHECK(rows[0].at("grade").as_string() == "09");
  CHECK(rows[0].at("next_grade").as_string() == "10");
  CHECK(rows[1].at("next").as_string() == "graduates");
  CHECK(rows[1].at("holding").as_int64() == 1);
  CHECK(it.count(kPreview, "?school=south", it.admin) == 2);
  CHECK(it.count(kPreview, "", it.tech) == 2);
  CHECK(it.count(kGraduates, "", it.admin) == 2);
  CHECK(it.count(kGraduates, "", it.tech) == 1);
  CHECK(it.count(kGraduates, "?last=9", it.tech) == 2);
  const auto first = it.get(kGraduates, "?limit=1", it.admin);
  const auto cursor = first.field("next_cursor");
  const auto second = it.get(kGraduates, "?limit=1&cursor=" + cursor, it.admin);
  CHECK(second.json().at("items").at(0).at("device").at("tag").as_string() == "T-3");
  CHECK(it.get(kGraduates, "?cursor=!", it.admin).field("field") == "cursor");
  CHECK(it.get(kPreview, "?last=KG", it.admin).field("field") == "last");
  CHECK(it.get(kPreview, "", it.viewer).status == 403);
}

}  // namespace rollcall::api
