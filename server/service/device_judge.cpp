#include "server/service/device_judge.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "common/base/id.h"
#include "common/base/text.h"
#include "server/domain/device_model.h"
#include "server/service/custody_scan.h"
#include "server/service/device_change.h"
#include "server/storage/asset_store.h"
#include "server/storage/custody_store.h"
#include "server/storage/device_store.h"
#include "server/storage/person_store.h"

namespace rollcall::service {
namespace {

namespace field = device_field;
using domain::Asset;
using domain::Device;
using domain::Holder;
using domain::HolderKind;
using Outcome = JudgedDevice::Outcome;

void refuse(JudgedDevice& out, std::size_t at, std::string reason) {
  if (out.refusal) return;
  out.outcome = Outcome::refuse;
  out.refusal = {at, std::move(reason)};
}

void warn(JudgedDevice& out, std::size_t at, std::string reason) { out.warnings.push_back({at, std::move(reason)}); }

// Whoever reads it may not know who somebody is.
std::string words_of(domain::BlockerCode code) {
  using domain::BlockerCode;
  switch (code) {
    case BlockerCode::withdrawn_person:
      return "names somebody who is withdrawn in the roster";
    case BlockerCode::missing_person:
      return "names somebody who is not in the roster any more";
    case BlockerCode::retired_device:
      return "names somebody, but the device is retired";
    case BlockerCode::not_received:
      return "names somebody, but the device has not been received";
    case BlockerCode::lost:
    case BlockerCode::stolen:
      return "names somebody, but the device is lost or stolen";
    default:
      return "names somebody who cannot be given the device: " + std::string(name_of(code));
  }
}

bool is_same_model(const DeviceLine& line, const Device& device) {
  const auto now = domain::model_key(device.model), wanted = domain::model_key(line.model);
  if (now == domain::model_key(line.maker + " " + line.model)) return true;
  return now == wanted &&
         (line.maker.empty() || domain::normalise_maker(line.maker) == domain::normalise_maker(device.maker));
}

}  // namespace

Result<std::optional<Device>> DeviceJudge::find_by_serial(sql::Snapshot& snapshot, const DeviceLine& line,
                                                          JudgedDevice& out) const {
  if (!line.change.serial) return std::optional<Device>();
  if (!line.maker.empty()) {
    auto found = TRY(storage::find_device_by_serial(snapshot, *line.change.serial, line.maker));
    if (found) return found;
  }
  auto all = TRY(storage::find_devices_of_serial(snapshot, *line.change.serial));
  // Another maker's may have the same serial.
  if (line.maker_told) std::erase_if(all, [](const Device& it) { return !it.maker.empty(); });
  if (all.size() > 1) refuse(out, field::serial, "is the serial of several devices, and the list does not say whose");
  return all.size() == 1 ? std::optional(std::move(all.front())) : std::nullopt;
}

Result<DeviceJudge::Target> DeviceJudge::find(sql::Snapshot& snapshot, const DeviceLine& line, JudgedDevice& out) {
  std::optional<Device> by_id, by_tag;
  if (is_ulid(line.id)) by_id = TRY(storage::find_device(snapshot, line.id));
  if (by_id && by_id->deleted()) {
    refuse(out, field::id, "is a deleted device's: restore it, and import the list again");
    return Target();
  }
  if (line.change.tag) by_tag = TRY(storage::find_device_by_tag(snapshot, *line.change.tag));
  const auto by_serial = TRY(find_by_serial(snapshot, line, out));
  if (out.refusal) return Target();
  const auto& best = by_id ? by_id : by_tag ? by_tag : by_serial;
  if (!best) return Target();
  if (by_tag && by_tag->device_id != best->device_id) refuse(out, field::tag, "is on another device: " + shown(*by_tag));
  if (by_serial && by_serial->device_id != best->device_id) {
    refuse(out, field::serial, "is the serial of another device: " + shown(*by_serial));
  }
  if (!by_id && line.change.serial && !best->serial.empty() && best->serial != *line.change.serial) {
    refuse(out, field::serial, "is not the serial that the device with this tag has here; correct one of them");
  }
  return storage::find_asset(snapshot, best->device_id);
}

bool DeviceJudge::is_first(const DeviceLine& line, const Target& target, bool counts) {
  if (again_) return true;
  bool first = true;
  const auto see = [&](const std::string& key) { first = seen_.insert(source_key_of(key)).second && first; };
  if (line.change.tag) see("t" + to_lower(*line.change.tag));
  if (line.change.serial) {
    // Without a maker it may be any maker's, so it is the same as every other one.
    const auto maker = domain::normalise_maker(line.maker);
    const bool stood = seen_.contains(source_key_of((maker.empty() ? "S" : "N") + *line.change.serial));
    see("s" + *line.change.serial + '\n' + maker);
    if (counts) seen_.insert(source_key_of("S" + *line.change.serial));
    if (counts && maker.empty()) seen_.insert(source_key_of("N" + *line.change.serial));
    first = first && !stood;
  }
  if (!target) return first;
  const bool met = seen_.insert(source_key_of("d" + target->device.device_id)).second;
  if (met && target->papers.listed_ms) ++met_;
  return first && met;
}

// What Devices::add would refuse, and what it cannot know.
Result<> DeviceJudge::expect_new(sql::Snapshot& snapshot, const DeviceLine& line, JudgedDevice& out) const {
  const auto& [tag, serial] = std::tie(line.change.tag, line.change.serial);
  if (!tag && !serial) {
    refuse(out, field::id, "is no device that is here, and without a tag or a serial number it cannot be added");
  }
  for (const auto& [at, text] : {std::pair(std::size_t{field::tag}, tag), std::pair(std::size_t{field::serial}, serial)}) {
    if (text && names_.lacks_zeros(*text)) {
      refuse(out, at, "is that of a device that is here, but for zeros in front; a spreadsheet has lost them");
    }
  }
  if (serial) {
    if (const auto gone = TRY(storage::find_deleted_by_serial(snapshot, *serial, line.maker))) {
      refuse(out, field::serial, "was that of the deleted device " + shown(*gone) + " (" + gone->device_id +
                                     "): restore it, and import the list again");
    }
  }
  if (tag) {
    if (const auto gone = TRY(storage::find_deleted_by_tag(snapshot, *tag))) {
      warn(out, field::tag, "was on a deleted device (" + gone->device_id + "); its label may still be about");
    }
  }
  return {};
}

bool DeviceJudge::is_news(std::size_t at, const std::string& text) {
  return said_.insert(source_key_of(std::to_string(at) + '\n' + text)).second;
}

void DeviceJudge::name_model(const DeviceLine& line, const Target& target, JudgedDevice& out) {
  auto& change = out.change;
  const bool known = target && !target->device.model.empty() && is_same_model(line, target->device);
  if (line.model.empty()) {
    if (!line.maker.empty() && (!target || target->device.maker.empty())) change.maker = line.maker;
  } else if (!known) {
    change.model_id = names_.model(line.maker, line.model);
    if (!change.model_id && !line.maker.empty()) {
      const domain::DeviceModel wanted{
          .maker = line.maker, .name = line.model, .kind = line.kind.value_or(domain::DeviceKind::laptop)};
      if (const auto fits = domain::normalise(wanted); !fits) return refuse(out, field::model, fits.error().message);
      out.new_model = {wanted.maker, wanted.name, wanted.kind};
    } else if (!change.model_id) {
      change.model = line.model;
      if (is_news(field::model, line.model)) {
        warn(out, field::model, "is not in the catalog, and without its maker it cannot be added to it");
      }
    }
  }
  // Of a device that is here a category is the model's to say.
  if (!target && !change.kind && !change.model_id && !out.new_model) change.kind = line.kind;
}

void DeviceJudge::name_school(const DeviceLine& line, JudgedDevice& out) {
  auto& school_id = out.change.school_id;
  if (!line.school.empty()) {
    school_id = names_.school(line.school);
    if (!school_id && is_news(field::school, line.school)) {
      warn(out, field::school, "names no school that is here (said once of each name)");
    }
  }
  if (!school_id && !line.place.empty() && names_.places(line.place).empty()) school_id = names_.school(line.place);
}

void DeviceJudge::take_status(const DeviceLine& line, const Target& target, JudgedDevice& out) const {
  auto& change = out.change;
  if (line.status && !(target && line.status->at_first_only)) {
    if (!change.lifecycle) change.lifecycle = line.status->lifecycle;
    if (!change.condition) change.condition = line.status->condition;
    if (line.status->lost) change.lost = true;
    if (line.status->stolen) change.stolen = true;
  }
  if (!target || !change.lifecycle || *change.lifecycle == target->device.standing.lifecycle) return;
  const auto held_by = target->device.held_by;
  const bool held = *change.lifecycle == domain::Lifecycle::disposed ? held_by != HolderKind::nobody : domain::uses(held_by);
  // Who has it says more than the list: given out it is deployed, however it was listed.
  if (held_by != HolderKind::nobody) change.lifecycle = domain::lifecycle_held_by(*change.lifecycle, held_by);
  if (!domain::is_over(*change.lifecycle) || !held) return;
  warn(out, line.status ? field::status : field::lifecycle,
       "says that it is out of service, but somebody has it: take it back first");
  change.lifecycle.reset();
}

std::optional<Holder> DeviceJudge::place_of(const DeviceLine& line, const Device& device, const Holder& now,
                                            JudgedDevice& out) {
  std::vector<Holder> found;
  for (const auto& place : names_.places(line.place)) {
    const Holder holder{domain::holder_kind_of(place.kind), 0, place.place_id};
    if (holder == now) return holder;
    if (place.school_id.empty() || place.school_id == device.school_id) found.push_back(holder);
  }
  if (found.size() == 1) return found.front();
  if (found.empty() && names_.school(line.place)) return std::nullopt;
  if (is_news(field::place, line.place + '\n' + device.school_id)) {
    warn(out, field::place, found.empty() ? "names no place of the device's school (said once of each name)"
                                          : "names several places of the device's school (said once of each name)");
  }
  return std::nullopt;
}

Result<std::optional<Holder>> DeviceJudge::holder_of(sql::Snapshot& snapshot, const DeviceLine& line,
                                                     const Device& device, const Holder& now, JudgedDevice& out) {
  if (line.person.empty()) {
    return line.place.empty() ? std::optional<Holder>() : place_of(line, device, now, out);
  }
  const auto who = names_.person(line.person, line.person_field == field::person);
  if (who.person_no != 0) return std::optional(Holder{HolderKind::person, who.person_no, {}});
  if (who.several && now.kind == HolderKind::person) {
    const auto person = TRY(storage::find_person_by_no(snapshot, now.person_no));
    if (person && person->student_number == line.person) return std::optional(now);
  }
  warn(out, line.person_field, who.several ? "names several people of the roster; nobody was given the device"
                                       : "names nobody of the roster; nobody was given the device");
  return std::optional<Holder>();
}

Result<> DeviceJudge::give(sql::Snapshot& snapshot, const DeviceLine& line, const Device& device, bool is_new,
                           JudgedDevice& out) {
  std::optional<domain::Custody> now;
  if (!is_new) now = TRY(storage::find_open_custody(snapshot, device.device_id));
  const auto to = TRY(holder_of(snapshot, line, device, now ? now->holder : Holder{}, out));
  if (!to || (now && now->holder == *to)) return {};
  const auto at = line.person.empty() ? std::size_t{field::place} : line.person_field;
  if (now) {
    warn(out, at, "says somebody else has it than is recorded here; that was left as it is");
    return {};
  }
  auto blockers = domain::blockers_of(device, shown(device), to->kind);
  Receiver receiver{{}, to->place_id};
  if (to->kind == HolderKind::person) {
    const auto person = TRY(storage::find_person_by_no(snapshot, to->person_no));
    if (!person) return {};
    receiver.person = person->person_id;
    std::ranges::move(domain::blockers_of(*person), std::back_inserter(blockers));
  }
  if (blockers.empty()) out.to = std::move(receiver);
  else warn(out, at, words_of(blockers.front().code));
  return {};
}

Result<JudgedDevice> DeviceJudge::judge(sql::Snapshot& snapshot, const DeviceLine& line) {
  JudgedDevice out{.change = line.change};
  const auto target = TRY(find(snapshot, line, out));
  if (!is_first(line, target, !out.refusal)) refuse(out, line.change.tag ? field::tag : field::serial, "stands here twice; the first row counts");
  if (!target && !out.refusal) TRY(expect_new(snapshot, line, out));
  if (out.refusal) return out;
  name_model(line, target, out);
  if (out.refusal) return out;
  name_school(line, out);
  take_status(line, target, out);
  out.change.listed = line.lists;
  Asset asset = target.value_or(Asset{});
  auto fields = apply(out.change, asset, 1);
  auto papers = fields ? domain::normalise(asset.papers) : std::unexpected(fields.error());
  if (!papers) {
    refuse(out, ImportTable::kWhole, papers.error().message);
    return out;
  }
  if (target) {
    out.device_id = target->device.device_id;
    out.version = target->device.version;
  }
  out.outcome = !target ? Outcome::add : fields->empty() && !out.new_model ? Outcome::same : Outcome::edit;
  TRY(give(snapshot, line, asset.device, !target, out));
  return out;
}

}  // namespace rollcall::service
