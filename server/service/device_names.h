// What lists of devices call by a name: schools, places, models, people; and the tags and serials that lose a zero in a
// spreadsheet. Read once an import; people are kept as hashes. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/place.h"
#include "server/domain/school.h"
#include "server/service/roster_keys.h"
#include "server/service/roster_schools.h"

namespace rollcall::service {

class DeviceNames {
 public:
  // `keys` outlives this.
  DeviceNames(std::vector<domain::School> schools, const RosterKeys& keys) : schools_(std::move(schools)), keys_(keys) {}

  Result<> load(sql::Snapshot& snapshot);

  // The id of the school of this id, number or name; of a path ("/Students/North High/9") of its last part that is one.
  std::optional<std::string> school(const std::string& text);
  const std::vector<domain::Place>& places(const std::string& text) const;  // called so
  // The catalog's id. Without a maker the name must be that of one model only.
  std::optional<std::string> model(std::string_view maker, std::string_view name) const;
  void learn(std::string_view maker, std::string_view name, const std::string& model_id);

  // An address is somebody's e-mail and nothing else: what stands before its '@' may be another person's user name. Other
  // text is a user name, or a student number first where the column may hold one. 0: nobody.
  struct Who {
    std::int64_t person_no{};
    bool several{};
  };
  Who person(std::string_view text, bool may_be_number) const;

  // It is the tag or serial of a device that is here, but for zeros in front of it.
  bool lacks_zeros(std::string_view tag_or_serial) const;

 private:
  static std::string key_of(std::string_view maker, std::string_view name);
  void add_person(std::uint64_t key, std::int64_t person_no);

  RosterSchools schools_;
  const RosterKeys& keys_;
  std::unordered_map<std::string, std::optional<std::string>> known_schools_;
  std::unordered_map<std::string, std::vector<domain::Place>> places_;  // by folded name
  std::unordered_map<std::string, std::string> models_;                 // by key_of; "" of a name that several have
  std::unordered_map<std::uint64_t, std::int64_t> people_;              // 0: several
  std::unordered_set<std::uint64_t> without_zeros_;
};

}  // namespace rollcall::service
