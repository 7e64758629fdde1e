#include "server/service/search_kinds.h"

#include <utility>

#include "common/base/text.h"
#include "server/storage/device_store.h"
#include "server/storage/model_store.h"
#include "server/storage/person_store.h"
#include "server/storage/place_store.h"

namespace rollcall::service {
namespace {

using domain::Permission;
using domain::SearchKind;

Result<std::optional<SearchSubject>> load_device(sql::Snapshot& snapshot, std::string_view subject) {
  const auto device = TRY(storage::find_device(snapshot, subject));
  if (!device) return std::optional<SearchSubject>();
  SearchSubject out{.text = domain::search_text(*device), .gone = device->deleted()};
  out.hit = {.kind = SearchKind::device,
             .id = device->device_id,
             .title = device->tag.empty() ? device->serial : device->tag,
             .number = device->serial,
             .detail = std::string(trim(device->maker + " " + device->model)),
             .school_id = device->school_id};
  if (out.hit.title.empty()) out.hit.title = out.hit.detail.empty() ? device->device_id : out.hit.detail;
  if (out.gone) out.hit.state = "deleted";
  if (!device->school_id.empty()) out.school_ids = {device->school_id};
  return out;
}

Result<std::optional<SearchSubject>> load_person(sql::Snapshot& snapshot, std::string_view subject) {
  const auto number = parse_number<std::int64_t>(subject);
  if (!number) return fail(Errc::corrupt, "a person without a number waits for the search");
  auto found = TRY(storage::find_listed_person(snapshot, *number));
  if (!found) return std::optional<SearchSubject>();
  auto& person = found->person;
  const auto state = domain::state_of(person);
  SearchSubject out{.text = domain::search_text(person),
                    .school_ids = std::move(person.school_ids),
                    .gone = state != domain::PersonState::active};
  out.hit = {.kind = SearchKind::person,
             .id = person.person_id,
             .title = domain::display_name(person),
             .number = person.student_number,
             .detail = person.grade,
             .school_id = person.school_id,
             .state = std::string(domain::name_of(state))};
  return out;
}

Result<std::optional<SearchSubject>> load_place(sql::Snapshot& snapshot, std::string_view subject) {
  const auto place = TRY(storage::find_place(snapshot, subject));
  if (!place || place->deleted()) return std::optional<SearchSubject>();
  SearchSubject out{.text = domain::search_text(*place), .everybodys = place->school_id.empty()};
  out.hit = {.kind = SearchKind::place,
             .id = place->place_id,
             .title = place->name,
             .detail = std::string(domain::name_of(place->kind)),
             .school_id = place->school_id};
  if (!place->school_id.empty()) out.school_ids = {place->school_id};
  return out;
}

Result<std::optional<SearchSubject>> load_model(sql::Snapshot& snapshot, std::string_view subject) {
  const auto model = TRY(storage::find_model(snapshot, subject));
  if (!model || model->deleted_ms) return std::optional<SearchSubject>();
  SearchSubject out{.text = domain::search_text(*model), .everybodys = true};
  out.hit = {.kind = SearchKind::model,
             .id = model->model_id,
             .title = model->maker + " " + model->name,
             .detail = std::string(domain::name_of(model->kind))};
  return out;
}

constexpr SearchedKind kKinds[] = {
    {SearchKind::device, Permission::view_devices, true, load_device},
    {SearchKind::person, Permission::view_people, false, load_person},
    {SearchKind::place, Permission::view_devices, false, load_place},
    {SearchKind::model, Permission::view_devices, false, load_model},
};

}  // namespace

std::span<const SearchedKind> searched_kinds() { return kKinds; }
const SearchedKind& searched_kind(SearchKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

}  // namespace rollcall::service
