#include <chrono>

#include "common/base/local_time.h"
#include "server/api/encode.h"
#include "server/api/routes.h"

namespace rollcall::api {
namespace {

using domain::ScopeKind;
using net::Method;

void put_day(json::object& out, std::string_view name, const std::optional<std::int32_t>& day) {
  if (day) out[name] = iso_date(LocalDate(std::chrono::days(*day)));
}

json::object encode_class(const storage::ClassOfPerson& it) {
  json::object out{{"title", it.title}, {"role", domain::name_of(it.enrollment.role)}};
  put_text(out, "code", it.code);
  put_text(out, "school", it.school_id);
  put_text(out, "periods", it.periods);
  put_day(out, "first_day", it.enrollment.first_day);
  put_day(out, "last_day", it.enrollment.last_day);
  if (it.term) {
    json::object term{{"title", it.term->title}};
    put_day(term, "first_day", it.term->first_day);
    put_day(term, "last_day", it.term->last_day);
    out["term"] = std::move(term);
  }
  return out;
}

json::object encode_detail(const domain::Person& person) {
  auto out = encode(person);
  out["given_name"] = person.given_name;
  out["family_name"] = person.family_name;
  put_text(out, "preferred_given_name", person.preferred_given);
  put_text(out, "preferred_family_name", person.preferred_family);
  put_text(out, "email", person.email);
  return out;
}

class PersonRoutes {
 public:
  explicit PersonRoutes(service::Roster& roster) : roster_(roster) {}

  Result<net::Response> list(Call& call) const {
    Query query(call.request);
    service::PeopleQuery wanted;
    wanted.search = query.text("q", 128);
    wanted.role = query.word("role", domain::parse_person_role);
    wanted.state = query.word("state", domain::parse_person_state);
    const auto school = query.text("school", 64), grade = query.text("grade", domain::kMaxGrade);
    if (!school.empty()) wanted.school_id = school;
    if (!grade.empty()) wanted.grade = grade;
    query.take_page(wanted, service::Roster::kMaxPage);
    TRY(query.done());
    const auto page = TRY(roster_.list(*call.caller.person, wanted));
    json::array items;
    for (const auto& person : page.people) items.push_back(encode(person));
    return paged(std::move(items), page.next_cursor);
  }

  Result<net::Response> show(Call& call) const {
    const auto view = TRY(roster_.view(*call.caller.person, call.parameters[0]));
    auto out = encode_detail(view.person);
    json::array schools, classes;
    for (const auto& school : view.person.school_ids) schools.emplace_back(school);
    for (const auto& it : view.classes) classes.push_back(encode_class(it));
    out["schools"] = std::move(schools);
    out["classes"] = std::move(classes);
    out["source_id"] = view.person.source_id;
    out["created_ms"] = view.person.created_ms;
    put(out, "missing_ms", view.person.missing_ms);
    put(out, "roster_ms", view.roster_ms);
    return json_response(out);
  }

 private:
  service::Roster& roster_;
};

}  // namespace

json::object encode(const domain::Person& person) {
  json::object out{{"id", person.person_id},
                   {"name", domain::display_name(person)},
                   {"role", domain::name_of(person.role)},
                   {"state", domain::name_of(domain::state_of(person))}};
  put_text(out, "student_number", person.student_number);
  put_text(out, "school", person.school_id);
  put_text(out, "grade", person.grade);
  return out;
}

Routes person_routes(service::Roster& roster) {
  const PersonRoutes it(roster);
  constexpr auto kView = domain::Permission::view_people;
  return {
      {Method::get, "/api/v1/people", kView, ScopeKind::school, Where::worker, 0,
       [it](Call& call) { return it.list(call); }},
      {Method::get, "/api/v1/people/{id}", kView, ScopeKind::school, Where::worker, 0,
       [it](Call& call) { return it.show(call); }},
  };
}

}  // namespace rollcall::api
