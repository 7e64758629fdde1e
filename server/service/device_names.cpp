#include "server/service/device_names.h"

#include <utility>

#include "common/base/fold.h"
#include "common/base/text.h"
#include "server/domain/device.h"
#include "server/storage/device_store.h"
#include "server/storage/model_store.h"
#include "server/storage/person_store.h"
#include "server/storage/place_store.h"

namespace rollcall::service {
namespace {

constexpr std::size_t kAtOnce = 1'000;

// Of one kind of name: a student number is not an e-mail.
std::uint64_t key_of_person(char kind, std::string_view text) { return source_key_of(kind + std::string(text)); }

std::string_view without_zeros(std::string_view text) {
  const auto first = text.find_first_not_of('0');
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

}  // namespace

Result<> DeviceNames::load(sql::Snapshot& snapshot) {
  storage::ModelFilter models{.limit = kAtOnce};
  for (bool more = true; more;) {
    const auto page = TRY(storage::list_models(snapshot, models));
    for (const auto& it : page) learn(it.model.maker, it.model.name, it.model.model_id);
    more = page.size() == kAtOnce;
    if (more) models.after_maker = page.back().maker_key, models.after_name = page.back().name_key;
  }
  storage::PlaceFilter places{.limit = kAtOnce};
  for (bool more = true; more;) {
    const auto page = TRY(storage::list_places(snapshot, places));
    for (const auto& it : page) places_[it.name_key].push_back(it.place);
    more = page.size() == kAtOnce;
    if (more) places.after_name = page.back().name_key, places.after_id = page.back().place.place_id;
  }
  TRY(storage::each_device(snapshot, [this](const domain::Device& device) {
    for (const auto* text : {&device.tag, &device.serial}) {
      if (text->starts_with('0')) without_zeros_.insert(source_key_of(to_lower(without_zeros(*text))));
    }
  }));
  return storage::each_person_keys(snapshot, [this](const storage::PersonKeys& it) {
    if (!it.student_number.empty()) add_person(key_of_person('n', it.student_number), it.person_no);
    if (!it.email.empty()) add_person(key_of_person('e', to_lower(it.email)), it.person_no);
    if (!it.username_hash.empty()) add_person(key_of_person('u', it.username_hash), it.person_no);
  });
}

void DeviceNames::add_person(std::uint64_t key, std::int64_t person_no) {
  const auto [place, added] = people_.try_emplace(key, person_no);
  if (!added && place->second != person_no) place->second = 0;
}

std::optional<std::string> DeviceNames::school(const std::string& text) {
  const auto [place, added] = known_schools_.try_emplace(text);
  if (!added) return place->second;
  auto& found = place->second;
  found = schools_.school_called(text);
  auto parts = split(text, '/');
  for (; !found && !parts.empty(); parts.pop_back()) {
    if (!trim(parts.back()).empty()) found = schools_.school_called(trim(parts.back()));
  }
  return found;
}

const std::vector<domain::Place>& DeviceNames::places(const std::string& text) const {
  static const std::vector<domain::Place> none;
  const auto found = places_.find(fold_text(text));
  return found == places_.end() ? none : found->second;
}

std::string DeviceNames::key_of(std::string_view maker, std::string_view name) {
  return domain::normalise_maker(maker) + '\n' + domain::model_key(name);
}

void DeviceNames::learn(std::string_view maker, std::string_view name, const std::string& model_id) {
  models_[key_of(maker, name)] = model_id;
  const auto [place, added] = models_.try_emplace(key_of("", name), model_id);
  if (!added && place->second != model_id) place->second.clear();
}

std::optional<std::string> DeviceNames::model(std::string_view maker, std::string_view name) const {
  const auto found = models_.find(key_of(maker, name));
  return found == models_.end() || found->second.empty() ? std::nullopt : std::optional(found->second);
}

DeviceNames::Who DeviceNames::person(std::string_view text, bool may_be_number) const {
  const auto look = [&](std::uint64_t key) -> std::optional<Who> {
    const auto found = people_.find(key);
    if (found == people_.end()) return std::nullopt;
    return Who{found->second, found->second == 0};
  };
  if (text.contains('@')) return look(key_of_person('e', to_lower(text))).value_or(Who{});
  if (may_be_number) {
    if (const auto who = look(key_of_person('n', text))) return *who;
  }
  return look(key_of_person('u', keys_.username_of(text))).value_or(Who{});
}

bool DeviceNames::lacks_zeros(std::string_view tag_or_serial) const {
  return !tag_or_serial.starts_with('0') && without_zeros_.contains(source_key_of(to_lower(tag_or_serial)));
}

}  // namespace rollcall::service
