#include "server/domain/device_model.h"

#include <utility>

#include "common/base/text.h"
#include "server/domain/plain_text.h"
#include "server/domain/word_list.h"

namespace rollcall::domain {
namespace {

constexpr std::array<std::string_view, kDeviceKinds> kKinds{"laptop", "tablet", "hotspot", "charger", "cart", "other"};
constexpr std::array<std::string_view, kAccessories> kAccessoryWords{"charger", "case", "stylus", "keyboard",
                                                                     "adapter"};

Result<> expect_within(std::optional<std::int64_t> value, std::int64_t max, std::string_view field) {
  if (!value || (*value >= 0 && *value <= max)) return {};
  return fail(Errc::invalid_argument, std::string(field) + " must be from 0 to " + std::to_string(max),
              std::string(field));
}

}  // namespace

std::string_view name_of(DeviceKind kind) {
  return word_of(kKinds, kind);
}
std::optional<DeviceKind> parse_device_kind(std::string_view text) {
  return find_word<DeviceKind>(kKinds, text);
}
std::string_view name_of(Accessory accessory) {
  return word_of(kAccessoryWords, accessory);
}
std::optional<Accessory> parse_accessory(std::string_view text) {
  return find_word<Accessory>(kAccessoryWords, text);
}

std::vector<std::string_view> Kit::words() const {
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < kAccessories; ++i) {
    if (has(static_cast<Accessory>(i))) out.push_back(kAccessoryWords[i]);
  }
  return out;
}

std::string Kit::to_text() const {
  std::string out;
  for (const auto word : words()) out.append(out.empty() ? "" : ",").append(word);
  return out;
}

std::optional<Kit> Kit::parse(std::string_view text) {
  Kit kit;
  if (text.empty()) return kit;
  for (const auto word : split(text, ',')) {
    const auto accessory = parse_accessory(word);
    if (!accessory) return std::nullopt;
    kit.add(*accessory);
  }
  return kit;
}

Result<DeviceModel> normalise(DeviceModel model) {
  model.maker = TRY(plain_text(model.maker, kMaxModelText, "maker"));
  model.name = TRY(plain_text(model.name, kMaxModelText, "name"));
  if (model.maker.empty()) return fail(Errc::invalid_argument, "the maker is missing", "maker");
  if (model.name.empty())
    return fail(Errc::invalid_argument, "the name is missing: what the maker calls this model", "name");
  TRY(expect_within(model.warranty_months, kMaxModelMonths, "warranty_months"));
  TRY(expect_within(model.life_months, kMaxModelMonths, "life_months"));
  TRY(expect_within(model.cost_cents, kMaxCostCents, "cost_cents"));
  return model;
}

std::string model_key(std::string_view name) {
  const std::string lower = to_lower(trim(name));  // lives as long as its words are looked at
  std::string out;
  for (const auto word : split(lower, ' ')) {
    if (!word.empty()) out.append(out.empty() ? "" : " ").append(word);
  }
  return out;
}

}  // namespace rollcall::domain
