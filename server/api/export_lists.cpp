#include "server/api/export_lists.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "common/base/text.h"

namespace rollcall::api {
namespace {

using Kind = ExportColumn::Kind;

// What the import of devices reads under the same names stands first (server/service/device_lists.cpp).
const ExportColumn kDevices[] = {{"tag", "tag"},
                                 {"id", "id"},
                                 {"serial", "serial"},
                                 {"maker", "manufacturer"},
                                 {"model", "model"},
                                 {"kind", "kind"},
                                 {"school", "school"},
                                 {"place", "holder_name", Kind::place},
                                 {"lifecycle", "lifecycle"},
                                 {"condition", "condition"},
                                 {"flags", "flags", Kind::words},
                                 {"ownership", "asset.ownership"},
                                 {"kit", "asset.kit", Kind::words},
                                 {"funding_source", "asset.funding_source"},
                                 {"purchase_order", "asset.purchase_order"},
                                 {"cost", "asset.cost_cents", Kind::dollars},
                                 {"purchased", "asset.purchased"},
                                 {"warranty_end", "asset.warranty_end"},
                                 {"lease_end", "asset.lease_end"},
                                 {"insurance", "asset.insurance"},
                                 {"hold_reason", "asset.hold_reason"},
                                 {"note", "asset.note"},
                                 {"person", "holder_number"},
                                 {"listed", "asset.listed_ms", Kind::instant},
                                 {"held_by", "held_by"},
                                 {"holder", "holder_name", Kind::holder},
                                 {"state", "state"},
                                 {"verdict", "verdict"},
                                 {"health_percent", "health_percent"},
                                 {"percent", "percent"},
                                 {"last_report", "last_report_ms", Kind::instant}};
const ExportColumn kPeople[] = {{"student_number", "student_number"}, {"name", "name"},   {"role", "role"},
                                {"school", "school"},                 {"grade", "grade"}, {"state", "state"},
                                {"id", "id"}};
const ExportColumn kModels[] = {{"maker", "maker"},
                                {"name", "name"},
                                {"kind", "kind"},
                                {"warranty_months", "warranty_months"},
                                {"life_months", "life_months"},
                                {"cost", "cost_cents", Kind::dollars},
                                {"kit", "kit", Kind::words},
                                {"id", "id"}};
const ExportColumn kPlaces[] = {{"name", "name"},         {"kind", "kind"}, {"school", "school"},
                                {"capacity", "capacity"}, {"note", "note"}, {"id", "id"}};
const ExportColumn kLeavers[] = {{"student_number", "person.student_number"},
                                 {"name", "person.name"},
                                 {"grade", "person.grade"},
                                 {"school", "person.school"},
                                 {"reason", "reason"},
                                 {"tag", "device.tag"},
                                 {"serial", "device.serial"},
                                 {"maker", "device.manufacturer"},
                                 {"model", "device.model"},
                                 {"device_school", "device.school"},
                                 {"given", "given_ms", Kind::instant}};
const ExportColumn kTokens[] = {{"id", "id"},
                                {"note", "note"},
                                {"state", "state"},
                                {"school", "school"},
                                {"uses", "uses"},
                                {"max_uses", "max_uses"},
                                {"serials", "serials", Kind::words},
                                {"created", "created_ms", Kind::instant},
                                {"created_by", "created_by"},
                                {"expires", "expires_ms", Kind::instant},
                                {"last_used", "last_used_ms", Kind::instant},
                                {"revoked", "revoked_ms", Kind::instant}};
const ExportColumn kUsers[] = {{"name", "name"},
                               {"role", "role"},
                               {"scope", "scope.kind"},
                               {"schools", "scope.ids", Kind::words},
                               {"disabled", "disabled"},
                               {"created", "created_ms", Kind::instant},
                               {"last_sign_in", "last_sign_in_ms", Kind::instant},
                               {"id", "id"}};
const ExportColumn kAudit[] = {{"seq", "seq"},       {"at", "at_ms", Kind::instant}, {"actor", "actor"},
                               {"actor_name", "actor_name"}, {"action", "action"},           {"target", "target"},
                               {"outcome", "outcome"},       {"detail", "detail"}};
const ExportColumn kReviews[] = {{"id", "id"},
                                 {"kind", "kind"},
                                 {"state", "state"},
                                 {"opened", "opened_ms", Kind::instant},
                                 {"device_id", "device_id"},
                                 {"serial", "serial"},
                                 {"maker", "manufacturer"},
                                 {"model", "model"},
                                 {"reason", "reason"}};
const ExportColumn kAccessPoints[] = {{"bssid", "bssid"},
                                      {"ssid", "ssid"},
                                      {"school", "school"},
                                      {"reports", "reports"},
                                      {"signal_dbm", "signal_dbm"},
                                      {"worst_signal_dbm", "worst_signal_dbm"},
                                      {"first_seen", "first_seen_ms", Kind::instant},
                                      {"last_seen", "last_seen_ms", Kind::instant}};

const ExportList kLists[] = {
    {"devices", "/api/v1/exports/devices", "/api/v1/devices", "include=papers&limit=500&sort=created&order=asc", kDevices},
    {"people", "/api/v1/exports/people", "/api/v1/people", "limit=500", kPeople},
    {"models", "/api/v1/exports/models", "/api/v1/models", "limit=500", kModels},
    {"places", "/api/v1/exports/places", "/api/v1/places", "limit=500", kPlaces},
    {"leavers", "/api/v1/exports/leavers", "/api/v1/leavers", "limit=500", kLeavers},
    {"tokens", "/api/v1/exports/tokens", "/api/v1/tokens", "", kTokens},
    {"users", "/api/v1/exports/users", "/api/v1/users", "", kUsers},
    {"audit", "/api/v1/exports/audit", "/api/v1/audit", "limit=500", kAudit},
    {"reviews", "/api/v1/exports/reviews", "/api/v1/reviews", "", kReviews},
    {"access-points", "/api/v1/exports/access-points", "/api/v1/access-points", "", kAccessPoints}};

// A spreadsheet takes what begins so for something to calculate; a quote in front keeps it a text.
bool is_formula(std::string_view text) {
  return !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
}

void add_text(std::string& out, std::string_view text) {
  const bool defused = is_formula(text);
  if (!defused && text.find_first_of(",\"\r\n") == std::string_view::npos && trim(text) == text) {
    out += text;
    return;
  }
  out += defused ? "\"'" : "\"";
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  out += '"';
}

const json::value* find(const json::object& item, std::string_view path) {
  const json::object* in = &item;
  for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
    const auto* inner = in->if_contains(path.substr(0, dot));
    if (inner == nullptr || !inner->is_object()) return nullptr;
    in = &inner->get_object();
    path.remove_prefix(dot + 1);
  }
  return in->if_contains(path);
}

std::string instant(std::int64_t ms) {
  const auto at = std::chrono::sys_time(std::chrono::milliseconds(ms));
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::floor<std::chrono::seconds>(at)));
}

void add_value(std::string& out, const json::value& value) {
  if (value.is_string()) add_text(out, std::string_view(value.get_string()));
  else if (!value.is_null()) out += json::serialize(value);
}

void add_words(std::string& out, const json::value& value) {
  std::string words;
  for (const auto& word : value.as_array()) {
    words.append(words.empty() ? "" : ",").append(std::string_view(word.as_string()));
  }
  add_text(out, words);
}

bool is_person(const json::object& item) {
  const auto* held_by = item.if_contains("held_by");
  return held_by != nullptr && held_by->is_string() && held_by->get_string() == "person";
}

void add_cell(std::string& out, const ExportColumn& column, const json::object& item) {
  const auto* value = find(item, column.path);
  if (value == nullptr) return;
  switch (column.kind) {
    case Kind::plain:
      return add_value(out, *value);
    case Kind::words:
      return add_words(out, *value);
    case Kind::instant:
      out += instant(value->to_number<std::int64_t>());
      return;
    case Kind::dollars: {
      const auto cents = value->to_number<std::int64_t>();
      out += fmt::format("{}.{:02}", cents / 100, cents % 100);
      return;
    }
    case Kind::place:
    case Kind::holder:
      if (is_person(item) == (column.kind == Kind::holder)) add_value(out, *value);
      return;
  }
}

}  // namespace

std::span<const ExportList> export_lists() { return kLists; }

void add_csv_row(std::string& out, std::span<const ExportColumn> columns, const json::object& item) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) out += ',';
    add_cell(out, columns[i], item);
  }
  out += "\r\n";
}

void add_csv_header(std::string& out, std::span<const ExportColumn> columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) out.append(i > 0 ? "," : "").append(columns[i].name);
  out += "\r\n";
}

}  // namespace rollcall::api
