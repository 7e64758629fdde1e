#include "server/storage/segment_block.h"

#include <algorithm>
#include <array>
#include <utility>

#include "server/storage/segment_column.h"

namespace rollcall::storage {
namespace {

using domain::kSections;
using domain::ReportEntry;
using domain::SectionPart;
using Numbers = std::vector<std::uint64_t>;

// The numbers of a varying part beyond these share one column.
constexpr std::size_t kOwnColumns = 24;
constexpr std::size_t kMaxNumbers = 1 << 17;

enum Key : std::size_t { agent, log, previous, received, lag, promise, skew, sequence, sampled, logged, kKeys };
// Of each section: how many numbers + 1, or 0 for a text; the numbers; sizes of texts.
enum Place : std::size_t { shape, numbers, more = numbers + kOwnColumns, varying_size, steady_size, kPlaces };
constexpr std::size_t kColumns = kKeys + kSections * kPlaces;

constexpr std::size_t place_of(std::size_t section, std::size_t place) { return kKeys + section * kPlaces + place; }
constexpr std::size_t place_of_number(std::size_t section, std::size_t i) {
  return place_of(section, i < kOwnColumns ? numbers + i : more);
}

constexpr unsigned kSectionBits = (1u << kSections) - 1;
constexpr unsigned kResetBit = 1u << kSections;
constexpr unsigned kNewBootBit = kResetBit << 1;

std::uint64_t bits(std::int64_t value) { return static_cast<std::uint64_t>(value); }
std::uint64_t gap(std::int64_t from, std::int64_t to) { return bits(to) - bits(from); }
std::int64_t after(std::int64_t from, std::uint64_t by) { return static_cast<std::int64_t>(bits(from) + by); }

// What foretells the next entry: the last one of the same agent, or where the agent before it began.
struct Last {
  ReportEntry keys, first;
  std::array<Numbers, kSections> numbers;
  bool known{};  // an entry of this agent was seen

  void turn_to(std::int64_t agent_no) {
    if (agent_no == keys.agent_no) return;
    keys = first;
    keys.agent_no = agent_no;
    for (Numbers& each : numbers) each.clear();
    known = false;
  }
  void went_by(const ReportEntry& entry) {
    keys.agent_no = entry.agent_no, keys.log_id = entry.log_id;
    keys.received_ms = entry.received_ms, keys.observed_ms = entry.observed_ms;
    keys.promised_ms = entry.promised_ms, keys.skew_ms = entry.skew_ms, keys.sequence = entry.sequence;
    if (!known) first.log_id = entry.log_id, first.received_ms = first.observed_ms = entry.received_ms;
    known = true;
  }
};

// The numbers of a part, if putting them together again gives the same bytes.
bool split_numbers(std::string_view bytes, Numbers& out) {
  out.clear();
  for (std::size_t at = 0; at < bytes.size();) {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      if (at == bytes.size() || shift > 56) return false;  // cut off, or longer than any that we write
      const auto byte = static_cast<unsigned char>(bytes[at++]);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte >= 0x80) continue;
      if (byte == 0 && shift != 0) return false;  // written longer than it needs to be
      break;
    }
    out.push_back(value);
  }
  return out.size() <= kMaxNumbers;
}

class Writing {
 public:
  static constexpr bool reads = false;
  void operator()(std::size_t column, std::uint64_t value, const Before& before = {}) {
    columns_[column].add(value, before);
  }
  void text(std::size_t size_column, std::string_view value) {
    columns_[size_column].add(value.size());
    texts_ += value;
  }
  std::string finish(std::size_t entries) const {
    std::string out;
    Packer pack(out);
    pack.number(entries);
    for (const ColumnWriter& column : columns_) {
      pack.number(column.bytes().size() << 2 | static_cast<std::uint64_t>(column.best()));
    }
    for (const ColumnWriter& column : columns_) out += column.bytes();
    return out += texts_;
  }

 private:
  std::array<ColumnWriter, kColumns> columns_;
  std::string texts_;
};

class Reading {
 public:
  static constexpr bool reads = true;
  // Nothing: the widths do not fit.
  static std::optional<Reading> open(Unpacker& unpack, std::string_view bytes) {
    Reading it;
    std::array<std::uint64_t, kColumns> widths;
    std::uint64_t sum = 0;
    for (std::uint64_t& width : widths) {
      width = unpack.number();
      sum += std::min<std::uint64_t>(width >> 2, kMaxBlockBytes + 1);
    }
    if (unpack.fell_short() || sum > unpack.rest().size()) return std::nullopt;
    std::size_t at = bytes.size() - unpack.rest().size();
    for (const std::uint64_t width : widths) {
      it.columns_.emplace_back(bytes.substr(at, width >> 2), static_cast<Foretold>(width & 3));
      at += width >> 2;
    }
    it.texts_ = bytes.substr(at);
    return it;
  }
  void operator()(std::size_t column, std::uint64_t& value, const Before& before = {}) {
    value = columns_[column].next(before);
  }
  std::string_view text(std::size_t size_column) {
    const std::uint64_t size = columns_[size_column].next();
    if (size > texts_.size()) {
      broken_ = true;
      return {};
    }
    const std::string_view value = texts_.substr(0, size);
    texts_.remove_prefix(size);
    return value;
  }
  bool fell_short(std::size_t column) const { return columns_[column].fell_short(); }
  void refuse() { broken_ = true; }
  bool is_broken() const { return broken_; }
  bool is_sound() const {
    return !broken_ && texts_.empty() && std::ranges::all_of(columns_, &ColumnReader::is_sound);
  }

 private:
  std::vector<ColumnReader> columns_;
  std::string_view texts_;
  bool broken_{};
};

// One list of columns for both directions, so that the two cannot drift apart.
template <class Archive, class Entry>
void pass_keys(Archive& a, Entry& entry, Last& last) {
  const auto pass = [&](Key key, auto& value, std::uint64_t stored, auto unstore, std::uint64_t before) {
    a(key, stored, {before, 0});
    if constexpr (Archive::reads) value = unstore(stored);
  };
  const auto as_it_is = [](std::uint64_t stored) { return static_cast<std::int64_t>(stored); };
  pass(agent, entry.agent_no, bits(entry.agent_no), as_it_is, bits(last.keys.agent_no));
  last.turn_to(entry.agent_no);
  const ReportEntry& before = last.keys;
  pass(log, entry.log_id, bits(entry.log_id), as_it_is, bits(before.log_id));
  const std::int64_t anchor = last.known ? before.log_id : entry.log_id;
  pass(previous, entry.previous_log_id, gap(entry.previous_log_id, anchor),
       [&](std::uint64_t by) { return after(anchor, 0 - by); }, 0);
  pass(received, entry.received_ms, bits(entry.received_ms), as_it_is, bits(before.received_ms));
  pass(lag, entry.observed_ms, gap(entry.observed_ms, entry.received_ms),
       [&](std::uint64_t by) { return after(entry.received_ms, 0 - by); }, gap(before.observed_ms, before.received_ms));
  pass(promise, entry.promised_ms, gap(entry.received_ms, entry.promised_ms),
       [&](std::uint64_t by) { return after(entry.received_ms, by); }, gap(before.received_ms, before.promised_ms));
  pass(skew, entry.skew_ms, bits(entry.skew_ms), as_it_is, bits(before.skew_ms));
  pass(sequence, entry.sequence, entry.sequence, [](std::uint64_t stored) { return stored; }, before.sequence);
}

void write_flags(Writing& a, const ReportEntry& entry) {
  unsigned with = (entry.sequence_reset ? kResetBit : 0) | (entry.new_boot ? kNewBootBit : 0), changed = 0;
  for (std::size_t i = 0; i < kSections; ++i) {
    with |= static_cast<unsigned>(entry.parts[i].sampled) << i;
    changed |= static_cast<unsigned>(entry.parts[i].logged) << i;
  }
  a(sampled, with);
  a(logged, changed | static_cast<unsigned>(entry.occasion) << kSections);
}

void read_flags(Reading& a, ReportEntry& entry) {
  std::uint64_t with = 0, changed = 0;
  a(sampled, with);
  a(logged, changed);
  const std::uint64_t occasion = changed >> kSections;
  if (with > (kSectionBits | kResetBit | kNewBootBit)) a.refuse();
  if (occasion > static_cast<std::uint64_t>(domain::Occasion::battery_critical)) return a.refuse();
  entry.occasion = static_cast<domain::Occasion>(occasion);
  entry.sequence_reset = with & kResetBit;
  entry.new_boot = with & kNewBootBit;
  for (std::size_t i = 0; i < kSections; ++i) {
    entry.parts[i].sampled = with >> i & 1;
    entry.parts[i].logged = changed >> i & 1;
  }
}

Before before_number(const Numbers& last, std::size_t i, std::int64_t passed_ms) {
  return {i < last.size() ? last[i] : 0, i < last.size() ? passed_ms : 0};
}

void write_varying(Writing& a, std::size_t section, std::string_view varying, Numbers& last, std::int64_t passed_ms) {
  Numbers now;
  if (!split_numbers(varying, now)) {
    a(place_of(section, shape), 0);
    return a.text(place_of(section, varying_size), varying);
  }
  a(place_of(section, shape), now.size() + 1);
  for (std::size_t i = 0; i < now.size(); ++i) {
    a(place_of_number(section, i), now[i], before_number(last, i, passed_ms));
  }
  last = std::move(now);
}

void read_varying(Reading& a, std::size_t section, std::string* varying, Numbers& last, std::int64_t passed_ms) {
  std::uint64_t count = 0;
  a(place_of(section, shape), count);
  if (count == 0) {
    const std::string_view text = a.text(place_of(section, varying_size));
    if (varying) *varying = text;
    return;
  }
  if (--count > kMaxNumbers) return a.refuse();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t column = place_of_number(section, i);
    std::uint64_t value = 0;
    a(column, value, before_number(last, i, passed_ms));
    if (a.fell_short(column)) return a.refuse();
    if (i < last.size()) {
      last[i] = value;
    } else {
      last.push_back(value);
    }
    if (varying) Packer(*varying).number(value);
  }
  last.resize(count);
}

void write_parts(Writing& a, const ReportEntry& entry, Last& last) {
  const std::int64_t passed_ms = after(0, gap(last.keys.observed_ms, entry.observed_ms));
  for (std::size_t i = 0; i < kSections; ++i) {
    const SectionPart& part = entry.parts[i];
    if (part.sampled) write_varying(a, i, part.varying, last.numbers[i], passed_ms);
    if (part.logged) a.text(place_of(i, steady_size), part.steady);
  }
}

void read_parts(Reading& a, ReportEntry& entry, Last& last, bool is_wanted) {
  const std::int64_t passed_ms = after(0, gap(last.keys.observed_ms, entry.observed_ms));
  for (std::size_t i = 0; i < kSections && !a.is_broken(); ++i) {
    SectionPart& part = entry.parts[i];
    if (part.sampled) read_varying(a, i, is_wanted ? &part.varying : nullptr, last.numbers[i], passed_ms);
    if (!part.logged) continue;
    const std::string_view steady = a.text(place_of(i, steady_size));
    if (!is_wanted) continue;
    part.steady = steady;
    part.hash = domain::stable_hash(steady);
  }
}

}  // namespace

std::string encode_block(std::span<const ReportEntry> entries) {
  Writing a;
  Last last;
  for (const ReportEntry& entry : entries) {
    pass_keys(a, entry, last);
    write_flags(a, entry);
    write_parts(a, entry, last);
    last.went_by(entry);
  }
  return a.finish(entries.size());
}

Result<std::vector<ReportEntry>> decode_block(std::string_view bytes, std::optional<std::int64_t> agent_no) {
  const auto broken = [] { return fail(Errc::corrupt, "a block of reports cannot be read"); };
  Unpacker unpack(bytes);
  const std::uint64_t count = unpack.number();
  auto a = Reading::open(unpack, bytes);
  if (!a || count > kMaxBlockEntries) return broken();
  std::vector<ReportEntry> entries;
  Last last;
  for (std::uint64_t i = 0; i < count; ++i) {
    ReportEntry entry;
    pass_keys(*a, entry, last);
    read_flags(*a, entry);
    const bool is_wanted = !agent_no || entry.agent_no == *agent_no;
    read_parts(*a, entry, last, is_wanted);
    if (a->is_broken() || a->fell_short(agent)) return broken();
    last.went_by(entry);
    if (is_wanted) entries.push_back(std::move(entry));
  }
  if (!a->is_sound()) return broken();
  return entries;
}

}  // namespace rollcall::storage
