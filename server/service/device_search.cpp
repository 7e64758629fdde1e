// Filtering, searching and paging over the rows: one pass that keeps the best `offset + limit` after the cursor,
// so that nothing but the page is sorted and no lock is held for more than one chunk.
#include <algorithm>
#include <array>
#include <mutex>
#include <utility>

#include "common/base/digest.h"
#include "common/base/text.h"
#include "server/service/device_table.h"
#include "server/storage/packing.h"

namespace rollcall::service {
namespace {

constexpr std::array<std::string_view, 9> kSortNames{"tag",     "serial",  "model",       "school", "state",
                                                     "verdict", "percent", "last_report", "created"};
constexpr std::array<std::string_view, kAgeBuckets> kAgeNames{"minutes_15", "hour",  "day",  "week",
                                                              "month",      "older", "never"};

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// `part` is in lower case already.
bool contains(std::string_view text, std::string_view part) {
  if (part.size() > text.size()) return false;
  for (std::size_t i = 0; i + part.size() <= text.size(); ++i) {
    std::size_t j = 0;
    while (j < part.size() && lower(text[i + j]) == part[j]) ++j;
    if (j == part.size()) return true;
  }
  return false;
}

int compare_text(std::string_view a, std::string_view b) {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i) {
    const auto x = static_cast<unsigned char>(lower(a[i])), y = static_cast<unsigned char>(lower(b[i]));
    if (x != y) return x < y ? -1 : 1;
  }
  return a.size() == b.size() ? 0 : a.size() < b.size() ? -1 : 1;
}

// What rows are ordered by: a number, then a text, then the id, which makes the order total.
struct Key {
  std::int64_t number{};
  std::string_view text;
  std::string_view id;
};

// Tags, serials and ids fit without a heap allocation each.
struct OwnKey {
  std::int64_t number{};
  std::string text;
  std::array<char, 26> id{};
  Key view() const { return {number, text, {id.data(), id.size()}}; }
};

int compare(const Key& a, const Key& b) {
  if (a.number != b.number) return a.number < b.number ? -1 : 1;
  if (const int by_text = compare_text(a.text, b.text)) return by_text;
  return a.id.compare(b.id);
}

std::string encode_cursor(const DeviceQuery& query, const OwnKey& key) {
  std::string bytes;
  storage::Packer pack(bytes);
  pack.number(static_cast<std::uint64_t>(query.sort) * 2 + (query.descending ? 1 : 0));
  pack.signed_number(key.number);
  pack.text(key.text);
  pack.text(key.view().id);
  return to_base64url(bytes);
}

Result<OwnKey> decode_cursor(const DeviceQuery& query) {
  const auto wrong = [] {
    return fail(Errc::invalid_argument, "this cursor belongs to another sort or order: start without one", "cursor");
  };
  const auto bytes = from_base64url(query.cursor);
  if (!bytes) return wrong();
  storage::Unpacker unpack(*bytes);
  if (unpack.number() != static_cast<std::uint64_t>(query.sort) * 2 + (query.descending ? 1 : 0)) return wrong();
  OwnKey key;
  key.number = unpack.signed_number();
  key.text = unpack.text();
  const std::string_view id = unpack.text();
  if (unpack.fell_short() || !unpack.at_end() || id.size() != key.id.size()) return wrong();
  std::ranges::copy(id, key.id.begin());
  return key;
}

template <class Names>
auto find_name(const Names& names, std::string_view text) {
  const auto found = std::ranges::find(names, text);
  return found == names.end() ? std::nullopt : std::optional<std::size_t>(found - names.begin());
}

}  // namespace

std::string_view name_of(AgeBucket bucket) { return kAgeNames[static_cast<std::size_t>(bucket)]; }
std::string_view name_of(DeviceSort sort) { return kSortNames[static_cast<std::size_t>(sort)]; }
std::optional<AgeBucket> parse_age_bucket(std::string_view text) {
  const auto found = find_name(kAgeNames, text);
  return found ? std::optional(static_cast<AgeBucket>(*found)) : std::nullopt;
}
std::optional<DeviceSort> parse_device_sort(std::string_view text) {
  const auto found = find_name(kSortNames, text);
  return found ? std::optional(static_cast<DeviceSort>(*found)) : std::nullopt;
}

class DeviceSearch {
 public:
  DeviceSearch(const DeviceTable& table, const DeviceQuery& query, std::optional<OwnKey> after, std::int64_t now_ms)
      : table_(table), query_(query), after_(std::move(after)), now_ms_(now_ms), part_(to_lower(query.search)) {}

  void run() {
    for (std::size_t from = 0, size = DeviceTable::kChunk; size == DeviceTable::kChunk; from += size) {
      const std::shared_lock lock(table_.mutex_);
      size = from < table_.rows_.size() ? std::min(DeviceTable::kChunk, table_.rows_.size() - from) : 0;
      match_texts();
      for (std::size_t i = from; i < from + size; ++i) look_at(table_.rows_[i]);
    }
    keep_best();
    cut_page();
  }

  std::size_t total() const { return total_; }
  bool more() const { return after_cursor_ > keep_; }
  const std::vector<OwnKey>& best() const { return best_; }

 private:
  // Each shared text is searched once, not once a device.
  void match_texts() {
    if (std::exchange(renumbered_, table_.renumbered_) != table_.renumbered_) matches_.clear();
    for (std::size_t i = matches_.size(); i < table_.texts_.size(); ++i) {
      matches_.push_back(contains(table_.texts_.at(static_cast<std::uint32_t>(i)), part_));
    }
  }

  bool passes(const DeviceTable::Row& row) const {
    if (!row.live) return false;
    if (query_.presence && DeviceTable::presence_of(row) != *query_.presence) return false;
    if (!stands(row.standing)) return false;
    if (query_.held_by && row.held_by != *query_.held_by) return false;
    if ((query_.verdict || query_.age) && row.agents.empty()) return false;
    if (query_.verdict && row.verdict != *query_.verdict) return false;
    if (query_.school_ids && std::ranges::find(*query_.school_ids, table_.schools_.at(row.school)) == query_.school_ids->end()) {
      return false;
    }
    if (query_.age && age_bucket(row.last_report_ms, now_ms_) != *query_.age) return false;
    if (part_.empty()) return true;
    return matches_[row.maker] || matches_[row.model] || contains(row.tag, part_) || contains(row.serial, part_) ||
           contains(row.device_id(), part_);
  }

  bool stands(const domain::Standing& standing) const {
    return (!query_.kind || standing.kind == *query_.kind) &&
           (!query_.lifecycle || standing.lifecycle == *query_.lifecycle) &&
           (!query_.condition || standing.condition == *query_.condition) &&
           (!query_.flag || standing.flags.has(*query_.flag));
  }

  Key key_of(const DeviceTable::Row& row) const {
    const std::string_view id = row.device_id();
    switch (query_.sort) {
      case DeviceSort::tag: return {0, row.tag, id};
      case DeviceSort::serial: return {0, row.serial, id};
      case DeviceSort::model: return {0, table_.texts_.at(row.model), id};
      case DeviceSort::school: return {0, table_.schools_.at(row.school), id};
      case DeviceSort::presence: return {static_cast<std::int64_t>(DeviceTable::presence_of(row)), {}, id};
      case DeviceSort::verdict: return {static_cast<std::int64_t>(row.verdict), {}, id};
      case DeviceSort::percent: return {static_cast<std::int64_t>(row.percent * 100), {}, id};
      case DeviceSort::last_report: return {row.last_report_ms, {}, id};
      case DeviceSort::created: break;
    }
    return {row.created_ms, {}, id};
  }

  bool before(const Key& a, const Key& b) const { return query_.descending ? compare(a, b) > 0 : compare(a, b) < 0; }

  void look_at(const DeviceTable::Row& row) {
    if (!passes(row)) return;
    ++total_;
    const Key key = key_of(row);
    if (after_ && !before(after_->view(), key)) return;
    ++after_cursor_;
    if (full_ && !before(key, worst_.view())) return;
    OwnKey& kept = best_.emplace_back();
    kept.number = key.number;
    kept.text = key.text;
    std::ranges::copy(key.id, kept.id.begin());
    if (best_.size() == 2 * keep_) keep_best();
  }

  // Linear, and called once in `keep_` additions: cheaper than a heap when rows come in their own order.
  void keep_best() {
    if (best_.size() < keep_) return;
    const auto last = best_.begin() + static_cast<std::ptrdiff_t>(keep_ - 1);
    std::ranges::nth_element(best_, last, is_before_);
    best_.resize(keep_);
    worst_ = best_.back();
    full_ = true;
  }

  void cut_page() {
    const auto page = best_.begin() + static_cast<std::ptrdiff_t>(std::min(query_.offset, best_.size()));
    std::ranges::nth_element(best_, page, is_before_);
    best_.erase(best_.begin(), page);
    std::ranges::sort(best_, is_before_);
  }

  const DeviceTable& table_;
  const DeviceQuery& query_;
  const std::optional<OwnKey> after_;
  const std::int64_t now_ms_;
  const std::string part_;
  std::vector<bool> matches_;   // by text in the pool,
  std::uint64_t renumbered_{};  // as it was numbered then
  const std::size_t keep_ = query_.offset + std::clamp<std::size_t>(query_.limit, 1, kMaxPage);
  const std::function<bool(const OwnKey&, const OwnKey&)> is_before_ = [this](const OwnKey& a, const OwnKey& b) {
    return before(a.view(), b.view());
  };
  std::vector<OwnKey> best_;  // in no order; the `keep_` best of what was seen are among them
  OwnKey worst_;              // of the `keep_` best, once there were as many
  bool full_{};
  std::size_t total_{}, after_cursor_{};
};

Result<DevicePage> DeviceTable::list(const DeviceQuery& query, std::int64_t now_ms) const {
  std::optional<OwnKey> after;
  if (query.offset > 0 && !query.cursor.empty()) {
    return fail(Errc::invalid_argument, "cannot be told beside a cursor", "offset");
  }
  if (!query.cursor.empty()) after = TRY(decode_cursor(query));
  DeviceSearch search(*this, query, std::move(after), now_ms);
  search.run();
  DevicePage page;
  page.total = search.total();
  if (search.more()) page.next_cursor = encode_cursor(query, search.best().back());
  const std::shared_lock lock(mutex_);
  for (const OwnKey& key : search.best()) {
    // Deleted since it was found: left out.
    if (const std::uint32_t place = place_of(key.view().id); place != kNone) page.rows.push_back(show(rows_[place]));
  }
  return page;
}

}  // namespace rollcall::service
