#include "server/service/custody_scan.h"

#include <utility>
#include <vector>

#include "common/base/id.h"
#include "common/base/text.h"
#include "server/service/places.h"
#include "server/service/search.h"
#include "server/storage/asset_store.h"
#include "server/storage/device_store.h"
#include "server/storage/person_store.h"
#include "server/storage/place_store.h"

namespace rollcall::service {
namespace {

using domain::BlockerCode;
using domain::Device;

constexpr std::size_t kFewPeople = 5;  // more of one student number is a roster gone wrong

std::string said(std::string_view text) {
  return printable(clip_utf8(text, 64));
}

domain::Blockers one(BlockerCode code, std::string message, std::string remedy, std::string device = {}) {
  return {{code, std::move(message), std::move(remedy), std::move(device), {}}};
}

Result<std::vector<Device>> devices_called(sql::Snapshot& snapshot, std::string_view text) {
  std::vector<Device> out;
  if (is_ulid(text)) {
    auto device = TRY(storage::find_device(snapshot, text));
    if (device && !device->deleted()) out.push_back(std::move(*device));
    if (!out.empty()) return out;
  }
  if (auto device = TRY(storage::find_device_by_tag(snapshot, text))) return std::vector<Device>{std::move(*device)};
  if (domain::normalise_serial(text).empty()) return out;
  return storage::find_devices_of_serial(snapshot, text);
}

Result<FoundReceiver> find_place_of(sql::Snapshot& snapshot, const domain::Scope& scope, const std::string& place_id) {
  FoundReceiver out;
  const auto place = TRY(storage::find_place(snapshot, place_id));
  if (!place || place->deleted() || !sees(scope, *place)) {
    out.blockers = one(BlockerCode::unknown_place, "there is no such place", "choose one of the list of places");
    return out;
  }
  out.holder = {domain::holder_kind_of(place->kind), 0, place->place_id};
  out.name = place->name;
  out.id = "place:" + place->place_id;
  return out;
}

// By id, or by a student number that one active person has.
Result<std::vector<domain::Person>> people_called(sql::Snapshot& snapshot, const domain::Scope& scope,
                                                  const std::string& text) {
  std::vector<domain::Person> out;
  const auto take = [&](std::optional<domain::Person> person) {
    if (person && reaches_one_of(scope, person->school_ids)) out.push_back(std::move(*person));
  };
  if (is_ulid(text)) take(TRY(storage::find_person(snapshot, text)));
  if (!out.empty()) return out;
  for (const auto number : TRY(storage::find_people_by_number(snapshot, text, kFewPeople))) {
    take(TRY(storage::find_person_by_no(snapshot, number)));
  }
  return out;
}

Result<FoundReceiver> find_person_of(sql::Snapshot& snapshot, const domain::Scope& scope, const std::string& text) {
  FoundReceiver out;
  auto people = TRY(people_called(snapshot, scope, text));
  std::vector<domain::Person> active;
  for (const auto& person : people) {
    if (domain::state_of(person) == domain::PersonState::active) active.push_back(person);
  }
  if (active.size() == 1) people = std::move(active);
  if (people.empty()) {
    out.blockers = one(BlockerCode::unknown_person, "nobody here has the student number " + said(text),
                       "look the student up by name; somebody new comes with the next roster import");
    return out;
  }
  if (people.size() > 1) {
    out.blockers = one(BlockerCode::ambiguous_person, "several people have the student number " + said(text),
                       "look the student up by name and choose");
    return out;
  }
  out.holder = {domain::HolderKind::person, people.front().person_no, {}};
  out.name = domain::display_name(people.front());
  out.id = "person:" + people.front().person_id;
  out.blockers = domain::blockers_of(people.front());
  return out;
}

Result<HolderView> holder_view(sql::Snapshot& snapshot, const domain::Principal& who, const domain::Holder& holder) {
  HolderView out{holder.kind, {}, {}, {}};
  if (holder.kind == domain::HolderKind::nobody) return out;
  if (holder.kind != domain::HolderKind::person) {
    out.id = holder.place_id;
    if (const auto place = TRY(storage::find_place(snapshot, holder.place_id))) out.name = place->name;
    return out;
  }
  if (!who.may(domain::Permission::view_people)) return out;
  if (const auto person = TRY(storage::find_person_by_no(snapshot, holder.person_no))) {
    out.id = person->person_id;
    out.name = domain::display_name(*person);
    out.number = person->student_number;
  }
  return out;
}

}  // namespace

std::string shown(const Device& device) {
  return !device.tag.empty() ? device.tag : !device.serial.empty() ? device.serial : device.device_id;
}

Result<ScannedDevice> scan_device(sql::Snapshot& snapshot, const domain::Scope& scope, std::string_view text) {
  const std::string_view scanned = trim(text);
  if (scanned.empty() || scanned.size() > domain::kMaxTag) {
    return fail(Errc::invalid_argument, "device must be a tag, a serial number or an id", "device");
  }
  auto devices = TRY(devices_called(snapshot, scanned));
  std::erase_if(devices, [&](const Device& device) { return !scope.covers_school(device.school_id); });
  ScannedDevice out;
  if (devices.size() == 1) {
    out.device = std::move(devices.front());
    return out;
  }
  out.blockers = devices.empty()
                     ? one(BlockerCode::unknown_device, "no device has the tag or serial number " + said(scanned),
                           "check the label, or add the device to the inventory", said(scanned))
                     : one(BlockerCode::ambiguous_device,
                           std::to_string(devices.size()) + " devices have the serial number " + said(scanned),
                           "scan the tag instead", said(scanned));
  return out;
}

Result<FoundReceiver> find_receiver(sql::Snapshot& snapshot, const domain::Scope& scope, const Receiver& wanted) {
  if (wanted.person.empty() == wanted.place.empty()) {
    return fail(Errc::invalid_argument, "person or place must say who gets the device, one of them", "person");
  }
  return wanted.person.empty() ? find_place_of(snapshot, scope, wanted.place)
                               : find_person_of(snapshot, scope, std::string(trim(wanted.person)));
}

Result<domain::Blockers> blockers_of_holder(sql::Snapshot& snapshot, const domain::Holder& holder) {
  if (holder.kind != domain::HolderKind::person) return domain::Blockers{};
  const auto person = TRY(storage::find_person_by_no(snapshot, holder.person_no));
  return person ? domain::blockers_of(*person) : domain::Blockers{};
}

Result<std::string> name_of_holder(sql::Snapshot& snapshot, const domain::Holder& holder) {
  if (holder.kind == domain::HolderKind::nobody) return std::string();
  if (holder.kind == domain::HolderKind::person) {
    const auto person = TRY(storage::find_person_by_no(snapshot, holder.person_no));
    return person ? domain::display_name(*person) : std::string();
  }
  const auto place = TRY(storage::find_place(snapshot, holder.place_id));
  return place ? place->name : std::string();
}

Result<CustodyView> view_of(sql::Snapshot& snapshot, const domain::Principal& who, domain::Custody custody) {
  auto holder = TRY(holder_view(snapshot, who, custody.holder));
  return CustodyView{std::move(custody), std::move(holder)};
}

Result<HeldDevice> held_device(sql::Snapshot& snapshot, const domain::Principal& who, domain::Device device,
                               std::optional<domain::Custody> custody) {
  HeldDevice out{std::move(device), {}};
  if (custody) out.custody = TRY(view_of(snapshot, who, std::move(*custody)));
  return out;
}

}  // namespace rollcall::service
