// The people of a roster: decoded, compared with those who are kept, written. Read twice, because the names of a whole
// district are too much to hold: once to know what changes, once to write it. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/service/bulk_writer.h"
#include "server/service/roster_keys.h"
#include "server/service/roster_reader.h"
#include "server/service/roster_schools.h"
#include "server/storage/person_store.h"

namespace rollcall::service {

class RosterPeople {
 public:
  // `file` is users or students. Everything outlives this.
  RosterPeople(sql::Database& db, const Clock& clock, Random& random, const RosterKeys& keys,
               const RosterSchools& schools, RosterReader& reader, RosterFile file)
      : db_(db), clock_(clock), random_(random), keys_(keys), schools_(schools), reader_(reader), file_(file) {}

  // The first reading: everything is compared, nothing is written.
  Result<> plan();
  std::size_t to_write() const;
  // The second one.
  Result<> write(BulkWriter& writer);

  // Whom an enrollment may name.
  enum class Standing { unknown, kept_out, here };
  struct Found {
    Standing standing{};
    std::int64_t person_no{};
  };
  Found find(std::string_view source_id) const;

 private:
  struct Entry {
    std::int64_t content{};
    std::uint32_t person_no{};
    domain::PersonRole role{};
    bool kept{}, missing{}, seen{}, write{}, kept_out{};
  };
  struct Role {  // a row of roles.csv
    std::uint64_t user{};
    std::uint16_t school{};  // place in role_schools_
    bool primary{}, kept_out{};
    domain::PersonRole role{};
  };
  struct Decoded {
    domain::Person person{};
    std::uint64_t key{};
    std::string username{};
    bool kept_out{}, gone{};
  };

  Result<> load();
  Result<> read_roles();
  Result<> take_role(const RosterRow& row);
  void present(std::string_view source_id);
  Result<> compare(const RosterRow& row, domain::FileCounts& counts);
  // Nothing: the row was refused, and it is noted why.
  Result<std::optional<Decoded>> decode(const RosterRow& row) const;
  Result<std::optional<Decoded>> decode_user(const RosterRow& row) const;
  Result<std::optional<Decoded>> decode_student(const RosterRow& row) const;
  Result<bool> give_role(const RosterRow& row, Decoded& out) const;
  Result<> give_schools(const RosterRow& row, Decoded& out) const;
  void give_names(const RosterRow& row, std::size_t given, Decoded& out) const;
  std::int64_t content_of(const Decoded& it) const;
  storage::PersonRow row_of(Decoded decoded, const Entry& entry) const;

  sql::Database& db_;
  const Clock& clock_;
  Random& random_;
  const RosterKeys& keys_;
  const RosterSchools& schools_;
  RosterReader& reader_;
  const RosterFile file_;
  std::unordered_map<std::uint64_t, Entry> entries_;
  std::vector<Role> roles_;  // by user, then as they stand in the file
  std::vector<std::string> role_schools_{""};
  std::vector<std::int64_t> gone_;  // person_no
  std::uint32_t last_no_{};
};

}  // namespace rollcall::service
