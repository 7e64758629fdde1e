#include "server/service/device_lists.h"

#include <algorithm>
#include <array>
#include <string>

#include "common/base/text.h"
#include "server/service/roster_tables.h"

namespace rollcall::service {
namespace {

using csv::Field;
using domain::DevicePreset;
using domain::Lifecycle;

const Field kRollcall[] = {
    {"tag", false, {"asset tag", "tag number", "asset number", "asset id", "asset", "barcode"}},
    {"id", false, {"device id"}},
    {"serial", false, {"serial number", "serial no", "serial num", "service tag", "s/n"}},
    {"maker", false, {"manufacturer", "make", "brand"}},
    {"model", false, {"model name", "device model"}},
    {"kind", false, {"category", "type", "device type"}},
    {"school", false, {"school id", "school name", "building", "campus", "site"}},
    {"place", false, {"location", "room", "room number", "cart"}},
    {"lifecycle"},
    {"condition"},
    {"flags"},
    {""},
    {"ownership"},
    {"kit", false, {"accessories"}},
    {"funding_source", false, {"funding", "fund", "grant"}},
    {"purchase_order", false, {"purchase order number", "order number", "po", "po number"}},
    {"cost", false, {"price", "purchase cost", "purchase price"}},
    {"purchased", false, {"purchase date", "date purchased", "purchased on"}},
    {"warranty_end", false, {"warranty expires", "warranty expiration", "warranty until"}},
    {"warranty_months"},
    {"lease_end", false, {"lease ends", "lease until"}},
    {"insurance"},
    {"hold_reason"},
    {"note", false, {"notes", "comment", "comments"}},
    {"person", false, {"student number", "student id", "assigned to", "checked out to"}},
    {"email", false, {"student email", "user email", "email address", "e-mail"}},
    {"username", false, {"user name", "login", "user"}},
    {"listed"}};

const Field kSnipeIt[] = {
    {"Asset Tag", false, {"tag"}},
    {""},
    {"Serial", false, {"Serial number", "Serial No."}},
    {"Manufacturer"},
    {"Model", false, {"Model name"}},
    {"Category"},
    {"Company"},
    {"Location"},
    {""},
    {""},
    {""},
    {"Status", false, {"Status Label"}},
    {""},
    {""},
    {""},
    {"Order Number", false, {"Purchase order"}},
    {"Purchase Cost", false, {"Cost"}},
    {"Purchase Date", false, {"Purchased"}},
    {"Warranty Expires", false, {"Warranty Expiration"}},
    {"Warranty", false, {"Warranty Months"}},
    {""},
    {""},
    {""},
    {"Notes", false, {"Asset Notes"}},
    {"Employee Number", false, {"Employee No.", "Checked Out To: Employee Number", "Checked Out To: Employee No."}},
    {"Email", false, {"Checked Out To: Email"}},
    {"Username", false, {"Checked Out To: Username"}},
    {""}};

const Field kGoogleAdmin[] = {
    {"annotatedAssetId", false, {"Asset ID"}},
    {""},
    {"serialNumber"},
    {""},
    {"model"},
    {""},
    {"orgUnitPath", false, {"Organizational unit", "Org unit"}},
    {"annotatedLocation", false, {"Location"}},
    {""},
    {""},
    {""},
    {"status"},
    {""},
    {""},
    {""},
    {"orderNumber"},
    {""},
    {""},
    {""},
    {""},
    {""},
    {""},
    {""},
    {"notes"},
    {""},
    {""},
    {"annotatedUser", false, {"User"}},
    {""}};

static_assert(std::size(kRollcall) == kDeviceFields && std::size(kSnipeIt) == kDeviceFields &&
              std::size(kGoogleAdmin) == kDeviceFields);

struct Status {
  std::string_view part;  // of the words, in lower case
  StatusMeaning meaning;
};
// The first that fits counts.
const std::array<Status, 27> kStatuses{{{"stolen", {.stolen = true}},
                                        {"lost", {.lost = true}},
                                        {"lost or stolen", {.lost = true}},
                                        {"lost/stolen", {.lost = true}},
                                        {"missing", {.lost = true}},
                                        {"not ready", {.lifecycle = Lifecycle::received, .at_first_only = true}},
                                        {"deployed", {}},
                                        {"ready", {}},
                                        {"deployable", {}},
                                        {"available", {}},
                                        {"in use", {}},
                                        {"deprovisioned", {.lifecycle = Lifecycle::retired}},
                                        {"provisioned", {}},
                                        {"inactive", {}},
                                        {"active", {}},
                                        {"disabled", {}},
                                        {"archived", {.lifecycle = Lifecycle::retired}},
                                        {"retired", {.lifecycle = Lifecycle::retired}},
                                        {"surplus", {.lifecycle = Lifecycle::retired}},
                                        {"dispos", {.lifecycle = Lifecycle::retired}},
                                        {"recycled", {.lifecycle = Lifecycle::retired}},
                                        {"pending", {.lifecycle = Lifecycle::received, .at_first_only = true}},
                                        {"ordered", {.lifecycle = Lifecycle::ordered, .at_first_only = true}},
                                        {"on order", {.lifecycle = Lifecycle::ordered, .at_first_only = true}},
                                        {"repair", {.lifecycle = Lifecycle::in_repair, .at_first_only = true}},
                                        {"diagnostic", {.lifecycle = Lifecycle::in_repair, .at_first_only = true}},
                                        {"broken", {.condition = domain::Condition::broken, .at_first_only = true}}}};

std::size_t known(DevicePreset preset, const csv::Row& header) {
  const auto columns = csv::Columns::match(header, fields_of(preset));
  return columns.has(device_field::tag) || columns.has(device_field::serial) ? columns.known() : 0;
}

bool holds(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::span<const csv::Field> fields_of(DevicePreset preset) {
  return preset == DevicePreset::snipe_it ? kSnipeIt : preset == DevicePreset::google_admin ? kGoogleAdmin : kRollcall;
}

std::optional<DevicePreset> preset_of(const csv::Row& header) {
  std::optional<DevicePreset> best;
  std::size_t most = 0;
  for (const auto preset : {DevicePreset::rollcall, DevicePreset::snipe_it, DevicePreset::google_admin}) {
    const auto count = known(preset, header);
    if (count > most) best = preset, most = count;
  }
  return best;
}

std::optional<StatusMeaning> meaning_of_status(std::string_view text) {
  const auto words = to_lower(text);
  // A flag is set by the whole label alone: with "Lost charger" the laptop is here.
  const auto fits = [&](const Status& it) {
    const bool sets_flag = it.meaning.lost || it.meaning.stolen;
    return sets_flag ? trim(words) == it.part : holds(words, it.part);
  };
  const auto found = std::ranges::find_if(kStatuses, fits);
  return found == kStatuses.end() ? std::nullopt : std::optional(found->meaning);
}

domain::DeviceKind kind_of_category(std::string_view text) {
  using domain::DeviceKind;
  const auto words = to_lower(text);
  if (holds(words, "cart")) return DeviceKind::cart;
  if (holds(words, "charger") || holds(words, "power adapter")) return DeviceKind::charger;
  if (holds(words, "hotspot") || holds(words, "hot spot")) return DeviceKind::hotspot;
  if (holds(words, "tablet") || holds(words, "ipad")) return DeviceKind::tablet;
  for (const auto* laptop : {"laptop", "chromebook", "notebook", "macbook", "computer"}) {
    if (holds(words, laptop)) return DeviceKind::laptop;
  }
  return DeviceKind::other;
}

std::optional<std::int64_t> cents_of(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != '$' && c != ',' && c != ' ') digits += c;
  }
  const auto point = digits.find('.');
  std::string cents = point == std::string::npos ? "" : digits.substr(point + 1);
  if (point != std::string::npos) digits.resize(point);
  // "1,234" is a thousand, "12,50" is no amount of dollars.
  const auto comma = text.rfind(',');
  if (comma != std::string_view::npos) {
    const auto group = text.substr(comma + 1, text.find_first_not_of("0123456789", comma + 1) - comma - 1);
    if (group.size() != 3) return std::nullopt;
  }
  if (!is_digits(digits) || digits.size() > 9 || cents.size() > 4 || (!cents.empty() && !is_digits(cents))) {
    return std::nullopt;
  }
  // Snipe-IT writes four places, of which two are always nothing.
  if (cents.find_first_not_of('0', std::min<std::size_t>(2, cents.size())) != std::string::npos) return std::nullopt;
  cents.resize(2, '0');
  return *parse_number<std::int64_t>(digits) * 100 + *parse_number<std::int64_t>(cents);
}

bool is_mangled_number(std::string_view text) {
  return is_spreadsheet_number(text) || (text.ends_with(".0") && is_digits(text.substr(0, text.size() - 2)));
}

}  // namespace rollcall::service
