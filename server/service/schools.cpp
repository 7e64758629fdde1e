#include "server/service/schools.h"

#include <algorithm>
#include <mutex>
#include <string>

#include "common/base/text.h"
#include "server/storage/school_store.h"

namespace rollcall::service {

Result<> Schools::load(std::span<const ConfiguredSchool> configured) {
  TRY(reload());
  const std::int64_t now_ms = clock_.wall_ms();
  TRY(db_.write([&](sql::Transaction& transaction) -> Result<> {
    for (const auto& wanted : configured) {
      auto school = find(wanted.id).value_or(domain::School{.school_id = wanted.id, .created_ms = now_ms});
      if (school.name == wanted.name) continue;
      school.name = wanted.name;
      TRY(storage::put_school(transaction, school));
    }
    return {};
  }));
  return reload();
}

Result<> Schools::reload() {
  auto schools = TRY(db_.read([](sql::Snapshot& snapshot) { return storage::list_schools(snapshot); }));
  const std::unique_lock lock(mutex_);
  schools_ = std::move(schools);
  return {};
}

std::vector<domain::School> Schools::all() const {
  const std::shared_lock lock(mutex_);
  return schools_;
}

std::optional<domain::School> Schools::find(std::string_view school_id) const {
  const std::shared_lock lock(mutex_);
  const auto found = std::ranges::find(schools_, school_id, &domain::School::school_id);
  return found == schools_.end() ? std::nullopt : std::optional(*found);
}

Result<> Schools::expect(std::string_view school_id, std::string_view field) const {
  if (find(school_id)) return {};
  return fail(Errc::invalid_argument,
              "there is no school " + printable(clip_utf8(school_id, 64)) +
                  "; schools come from server.yaml and from the roster",
              std::string(field));
}

}  // namespace rollcall::service
