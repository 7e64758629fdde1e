#include "server/service/device_rows.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "common/base/text.h"

namespace rollcall::service {
namespace {

namespace field = device_field;
using domain::Severity;

constexpr std::array kDateFields{field::purchased, field::warranty_end, field::lease_end};
constexpr std::string_view kRounded = "was rounded by a spreadsheet; export it again without opening it";
constexpr std::int64_t kFewNumbers = 20;

// "charger, case" and "charger;case" are one.
std::vector<std::string> words_of(std::string_view text) {
  std::string plain(text);
  std::ranges::replace_if(plain, [](char c) { return c == ';' || c == '|' || c == ' '; }, ',');
  std::vector<std::string> out;
  for (const auto word : split(plain, ',')) {
    if (!word.empty()) out.push_back(to_lower(word));
  }
  return out;
}

template <class Parse, class Value>
Result<> take_word(const ImportRow& row, std::size_t at, const std::string& text, Parse parse, Value& out) {
  if (text.empty()) return {};
  out = parse(to_lower(text));
  return out ? Result<>() : row.warn(at, "is not one of the words that are known here; it was left out");
}

}  // namespace

void DeviceRows::Numbers::see(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return;
  ++lengths[text.size()];
  zero = zero || text.front() == '0';
}

// Most are as long as the longest, some are shorter, and not one begins with a zero.
bool DeviceRows::Numbers::have_lost_zeros() const {
  if (zero || lengths.size() < 2) return false;
  std::int64_t all = 0;
  for (const auto& [length, count] : lengths) all += count;
  return all >= kFewNumbers && lengths.rbegin()->second * 2 > all;
}

Result<> DeviceRows::look() {
  Numbers tags, serials;
  const auto judge = [this](const csv::Columns& columns, const csv::Row& row) { return refusal_of(columns, row); };
  TRY(table_.each(true, judge, [&](const ImportRow& row) -> Result<> {
    for (std::size_t i = 0; i < kDateFields.size(); ++i) dates_[i].see(row.text(kDateFields[i]));
    tags.see(row.text(field::tag));
    serials.see(row.text(field::serial));
    return {};
  }));
  for (std::size_t i = 0; i < kDateFields.size(); ++i) {
    if (!dates_[i].is_ambiguous()) continue;
    TRY(table_.note(0, kDateFields[i], Severity::warning,
                    "may mean month/day or day/month; " +
                        std::string(dates_[i].order() == csv::DateOrder::day_first ? "day" : "month") +
                        " first was assumed"));
  }
  for (const auto& [at, numbers] : {std::pair(std::size_t{field::tag}, &tags), std::pair(std::size_t{field::serial}, &serials)}) {
    if (!numbers->have_lost_zeros()) continue;
    TRY(table_.note(0, at, Severity::warning,
                    "holds numbers of different lengths, and none begins with 0; were zeros lost in a spreadsheet?"));
  }
  return {};
}

std::optional<RowRefusal> DeviceRows::refusal_of(const csv::Columns& columns, const csv::Row& row) const {
  const auto fields = fields_of(preset_);
  if (auto refusal = trouble_of(columns, row, fields)) return refusal;
  const auto is_name = [&](std::size_t at) {
    return columns.has(at) && equal_ignoring_case(columns.text(row, at), fields[at].name);
  };
  const bool header = (is_name(field::tag) || !columns.has(field::tag)) &&
                      (is_name(field::serial) || !columns.has(field::serial));
  if (!header) return std::nullopt;
  return RowRefusal{.severity = Severity::warning, .reason = "is a second header; it was passed over"};
}

// One line without white space around it, and without the quote that keeps a spreadsheet from calculating.
std::string DeviceRows::said(const ImportRow& row, std::size_t at, std::size_t max_bytes) const {
  auto text = row.text(at);
  if (text.size() > 1 && text[0] == '\'' && std::string_view("=+-@").find(text[1]) != std::string_view::npos) {
    text.remove_prefix(1);
  }
  std::string out(trim(clip_utf8(text, max_bytes)));
  std::ranges::replace_if(out, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return out;
}

Result<bool> DeviceRows::take_name(const ImportRow& row, DeviceLine& out) const {
  const auto refuse = [&](std::size_t at, std::string_view reason) -> Result<bool> {
    TRY(row.error(at, reason));
    return false;
  };
  out.id = said(row, field::id, domain::kMaxTag);
  const auto tag = said(row, field::tag, domain::kMaxTag + 1), serial = said(row, field::serial, domain::kMaxSerial + 1);
  for (const auto& [at, text] : {std::pair(std::size_t{field::tag}, tag), std::pair(std::size_t{field::serial}, serial)}) {
    if (is_mangled_number(text)) return refuse(at, kRounded);
  }
  if (!tag.empty()) {
    const auto fit = domain::normalise_tag(tag);
    if (!fit) return refuse(field::tag, "is longer than a tag can be, or holds a character that cannot be seen");
    out.change.tag = *fit;
  }
  if (!serial.empty()) {
    const auto fit = domain::normalise_serial(serial);
    if (fit.empty()) TRY(row.warn(field::serial, "is a filler, not a serial number; it was left out"));
    else out.change.serial = fit;
  }
  if (out.id.empty() && !out.change.tag && !out.change.serial) {
    return refuse(row.has(field::tag) ? field::tag : field::serial,
                  "is empty: a device needs a tag or a serial number to be found again");
  }
  return true;
}

Result<> DeviceRows::take_words(const ImportRow& row, DeviceLine& out) const {
  auto& change = out.change;
  constexpr std::size_t kWord = 64;
  TRY(take_word(row, field::lifecycle, said(row, field::lifecycle, kWord), domain::parse_lifecycle, change.lifecycle));
  TRY(take_word(row, field::condition, said(row, field::condition, kWord), domain::parse_condition, change.condition));
  TRY(take_word(row, field::ownership, said(row, field::ownership, kWord), domain::parse_ownership, change.ownership));
  const auto kind = said(row, field::kind, kWord);
  if (!kind.empty()) {
    change.kind = domain::parse_device_kind(to_lower(kind));
    out.kind = change.kind.value_or(kind_of_category(kind));
  }
  if (const auto status = said(row, field::status, kWord); !status.empty()) {
    out.status = meaning_of_status(status);
    if (!out.status) TRY(row.warn(field::status, "is no status that is known; it was left out"));
  }
  if (const auto words = words_of(row.text(field::kit)); !words.empty()) {
    domain::Kit kit;
    for (const auto& word : words) {
      const auto accessory = domain::parse_accessory(word);
      if (accessory) kit.add(*accessory);
      else TRY(row.warn(field::kit, "names an accessory that is not known; it was left out"));
    }
    if (!kit.empty()) change.kit = kit;
  }
  return take_flags(row, out);
}

Result<> DeviceRows::take_flags(const ImportRow& row, DeviceLine& out) const {
  auto& change = out.change;
  for (const auto& word : words_of(row.text(field::flags))) {
    const auto flag = domain::parse_flag(word);
    if (!flag) TRY(row.warn(field::flags, "is none of lost, stolen, on_hold; it was left out"));
    else (*flag == domain::Flag::lost ? change.lost : *flag == domain::Flag::stolen ? change.stolen : change.on_hold) = true;
  }
  // Without being on hold there is no reason to keep.
  const auto reason = said(row, field::hold_reason, domain::kMaxPaperText);
  if (change.on_hold && !reason.empty()) change.hold_reason = reason;
  return {};
}

Result<> DeviceRows::take_papers(const ImportRow& row, DeviceLine& out) const {
  auto& change = out.change;
  const auto take = [&](std::size_t at, std::size_t most, std::optional<std::string>& value) {
    if (auto text = said(row, at, most); !text.empty()) value = std::move(text);
  };
  take(field::funding_source, domain::kMaxPaperText, change.funding_source);
  take(field::purchase_order, domain::kMaxPaperText, change.purchase_order);
  take(field::insurance, domain::kMaxPaperText, change.insurance);
  take(field::note, domain::kMaxAssetNote, change.note);
  if (const auto cost = said(row, field::cost, 32); !cost.empty()) {
    const auto cents = cents_of(cost);
    if (cents && *cents <= domain::kMaxCostCents) change.cost_cents = cents;
    else TRY(row.warn(field::cost, "is not an amount such as 329.00; it was left out"));
  }
  return take_dates(row, out);
}

Result<> DeviceRows::take_dates(const ImportRow& row, DeviceLine& out) const {
  auto& change = out.change;
  std::array<std::optional<std::optional<LocalDate>>*, kDateFields.size()> into{&change.purchased, &change.warranty_end,
                                                                                &change.lease_end};
  for (std::size_t i = 0; i < kDateFields.size(); ++i) {
    const auto text = row.text(kDateFields[i]);
    if (text.empty()) continue;
    const auto day = csv::parse_date(text, dates_[i].order());
    if (day) *into[i] = LocalDate(std::chrono::days(*day));
    else TRY(row.warn(kDateFields[i], "is not a date; it was left out"));
  }
  const auto text = row.text(field::warranty_months);
  const auto months = parse_number<std::int64_t>(text.substr(0, text.find(' ')));
  if (months && *months > 0 && *months <= domain::kMaxModelMonths && change.purchased && !change.warranty_end) {
    change.warranty_end = domain::months_after(**change.purchased, *months);
  }
  return {};
}

// Google's list has no maker: its models are called by it first.
void DeviceRows::take_model(const ImportRow& row, DeviceLine& out) const {
  out.maker = said(row, field::maker, domain::kMaxModelText);
  out.model = said(row, field::model, domain::kMaxModelText);
  out.maker_told = !out.maker.empty();
  const auto blank = out.model.find(' ');
  if (preset_ != domain::DevicePreset::google_admin || blank == std::string::npos) return;
  out.maker = out.model.substr(0, blank);
  out.model = std::string(trim(std::string_view(out.model).substr(blank)));
  out.kind = domain::DeviceKind::laptop;
}

void DeviceRows::take_holder(const ImportRow& row, DeviceLine& out) const {
  out.school = said(row, field::school, 256);
  out.place = said(row, field::place, 256);
  for (const auto at : {field::person, field::person_email, field::person_user}) {
    if (!out.person.empty()) break;
    out.person = said(row, at, 256);
    out.person_field = at;
  }
  out.lists = !row.has(field::listed) || !row.text(field::listed).empty();
}

Result<std::optional<DeviceLine>> DeviceRows::decode(const ImportRow& row) const {
  DeviceLine out{.line = row.line()};
  if (!TRY(take_name(row, out))) return std::optional<DeviceLine>();
  TRY(take_words(row, out));
  TRY(take_papers(row, out));
  take_model(row, out);
  take_holder(row, out);
  return std::optional(std::move(out));
}

}  // namespace rollcall::service
