// Records of one kind, as they are kept and as a file has them: what is new, changed, gone. For the kinds of which a
// district has some ten thousand; people and enrollments have their own. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "server/domain/import.h"
#include "server/service/roster_keys.h"

namespace rollcall::service {

// `Record` has source_id, missing_ms and ==; `number` is its key.
template <class Record, std::int64_t Record::*number>
class RosterLedger {
 public:
  explicit RosterLedger(std::vector<Record> kept = {}) : records_(std::move(kept)), marks_(records_.size()) {
    for (std::size_t i = 0; i < records_.size(); ++i) {
      places_[source_key_of(records_[i].source_id)] = i;
      last_no_ = std::max(last_no_, records_[i].*number);
      if (!records_[i].missing_ms) ++kept_;
    }
  }

  // False: the file had this one before.
  bool take(Record record, domain::FileCounts& counts) {
    const auto [place, added] = places_.try_emplace(source_key_of(record.source_id), records_.size());
    if (added) {
      record.*number = ++last_no_;
      records_.push_back(std::move(record));
      marks_.push_back({.seen = true, .write = true});
      ++counts.added;
      return true;
    }
    auto& mark = marks_[place->second];
    if (std::exchange(mark.seen, true)) return false;
    auto& kept = records_[place->second];
    record.*number = kept.*number;
    if (record == kept) return true;
    kept = std::move(record);
    mark.write = true;
    ++counts.changed;
    return true;
  }

  // The file has a row of it, of whatever use.
  void present(std::string_view source_id) {
    const auto place = places_.find(source_key_of(source_id));
    if (place != places_.end()) marks_[place->second].present = true;
  }

  // The file says that it is gone.
  void remove(std::string_view source_id, std::int64_t now_ms, domain::FileCounts& counts) {
    const auto place = places_.find(source_key_of(source_id));
    if (place == places_.end() || records_[place->second].missing_ms) return;
    marks_[place->second].seen = true;
    lose(place->second, now_ms, counts);
  }

  // At the end of a file; `whole`: what it does not have is gone.
  void settle(bool whole, std::int64_t now_ms, domain::FileCounts& counts) {
    counts.kept = kept_;
    if (!whole) return;
    for (std::size_t i = 0; i < records_.size(); ++i) {
      if (!marks_[i].seen && !marks_[i].present && !records_[i].missing_ms) lose(i, now_ms, counts);
    }
  }

  std::optional<std::int64_t> number_of(std::string_view source_id) const {
    const auto place = places_.find(source_key_of(source_id));
    return place == places_.end() ? std::nullopt : std::optional(records_[place->second].*number);
  }

  std::vector<Record> to_write() const {
    std::vector<Record> out;
    for (std::size_t i = 0; i < records_.size(); ++i) {
      if (marks_[i].write) out.push_back(records_[i]);
    }
    return out;
  }

 private:
  struct Mark {
    bool seen{}, present{}, write{};
  };
  void lose(std::size_t place, std::int64_t now_ms, domain::FileCounts& counts) {
    records_[place].missing_ms = now_ms;
    marks_[place].write = true;
    ++counts.gone;
  }

  std::vector<Record> records_;
  std::vector<Mark> marks_;
  std::unordered_map<std::uint64_t, std::size_t> places_;
  std::int64_t last_no_{}, kept_{};
};

}  // namespace rollcall::service
