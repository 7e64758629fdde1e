#include "server/storage/maintenance.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "common/base/files.h"
#include "common/base/text.h"
#include "common/sql/page_checksum.h"
#include "server/storage/segment_backup.h"

namespace rollcall::storage {
namespace {

namespace fs = std::filesystem;

Result<> sync(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::unexpected(system_error(errno, path));
  const int failed = fsync(fd) == 0 ? 0 : errno;
  close(fd);
  if (failed != 0) return std::unexpected(system_error(failed, path));
  return {};
}

Result<> sync_folder_of(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return sync(folder.empty() ? "." : folder);
}

Result<> outcome(const std::error_code& error, const std::string& path) {
  if (!error) return {};
  return std::unexpected(system_error(error.value(), path));
}

Result<> rename_durably(const std::string& from, const std::string& to) {
  std::error_code error;
  fs::rename(from, to, error);
  TRY(outcome(error, to));
  return sync_folder_of(to);
}

void remove_quietly(const std::string& path) {
  std::error_code ignored;
  fs::remove(path, ignored);
}

Result<std::uint64_t> size_of(const std::string& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  TRY(outcome(error, path));
  return static_cast<std::uint64_t>(size);
}

// A pipe would keep its reader waiting for ever.
Result<> expect_file(const std::string& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) return fail(Errc::not_found, path + ": there is no such file");
  TRY(outcome(error, path));
  if (!fs::is_regular_file(status)) return fail(Errc::invalid_argument, path + ": not a file");
  return {};
}

// A database that is or was open for writing says so in its header. Without its WAL such a file may lack what
// was acknowledged, so it is no backup. Neither is one with more in it than its pages.
Result<> refuse_live_copy(const std::string& path) {
  constexpr std::size_t kVersionAt = 18, kPageSizeAt = 16, kPagesAt = 28;
  std::array<unsigned char, kPagesAt + 4> head{};
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::unexpected(system_error(errno, path));
  const ssize_t got = ::read(fd, head.data(), head.size());
  close(fd);
  const auto number = [&](std::size_t at, std::size_t bytes) {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < bytes; ++i) out = out << 8 | head[at + i];
    return out;
  };
  if (got == static_cast<ssize_t>(head.size()) && head[kVersionAt] == 1 && head[kVersionAt + 1] == 1) {
    const auto page_size = number(kPageSizeAt, 2) == 1 ? 65'536 : number(kPageSizeAt, 2);
    if (TRY(size_of(path)) == page_size * number(kPagesAt, 4)) return {};
    return fail(Errc::corrupt, path + ": there is more or less in it than its pages");
  }
  return fail(Errc::corrupt, path +
                                 ": not a backup (a copy of a database's file lacks what is in its WAL; make "
                                 "one with `rollcalld backup`)");
}

// Gives `path` and its WAL second names, then takes the WAL away: a WAL beside another file would be played
// into it. Without opening the database: SQLite deletes the WAL of a file that it finds empty.
Result<std::string> keep_aside(const std::string& path, std::int64_t now_ms) {
  if (!fs::exists(path)) return std::string();
  const std::string kept = fmt::format("{}.replaced-{}", path, now_ms);
  std::error_code error;
  fs::create_hard_link(path, kept, error);
  TRY(outcome(error, kept));
  if (fs::exists(path + "-wal")) {
    fs::create_hard_link(path + "-wal", kept + "-wal", error);
    TRY(outcome(error, kept + "-wal"));
    TRY(sync_folder_of(path));
    fs::remove(path + "-wal", error);
    TRY(outcome(error, path + "-wal"));
  }
  remove_quietly(path + "-shm");
  TRY(sync_folder_of(path));
  return kept;
}

Result<> copy_durably(const std::string& from, const std::string& to) {
  // Made empty first, so that it is never readable by others.
  const int fd = ::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return std::unexpected(system_error(errno, to));
  close(fd);
  std::error_code error;
  fs::copy_file(from, to, fs::copy_options::overwrite_existing, error);
  TRY(outcome(error, to));
  fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write, error);
  TRY(outcome(error, to));
  return sync(to);
}

constexpr std::string_view kBackupStart = "before-migration-from-", kBackupEnd = ".db";

struct MigrationBackup {
  std::int64_t made_ms;
  int from;
  std::string path;
};

// Names that are not exactly such a backup's are somebody else's files.
std::optional<MigrationBackup> migration_backup(const fs::path& path) {
  const std::string name = path.filename().string();
  if (!name.starts_with(kBackupStart) || !name.ends_with(kBackupEnd)) return std::nullopt;
  const auto parts = split(std::string_view(name).substr(kBackupStart.size(),
                                                         name.size() - kBackupStart.size() - kBackupEnd.size()), '-');
  if (parts.size() != 2) return std::nullopt;
  const auto from = parse_number<int>(parts[0]);
  const auto made_ms = parse_number<std::int64_t>(parts[1]);
  if (!from || !made_ms) return std::nullopt;
  return MigrationBackup{*made_ms, *from, path.string()};
}

// A start that fails and is tried again and again must not fill the disk. What cannot be removed stays.
void prune_migration_backups(const std::string& folder) {
  std::vector<MigrationBackup> backups;
  std::error_code error;
  for (fs::directory_iterator file(folder, error); !error && file != fs::directory_iterator(); file.increment(error)) {
    if (auto backup = migration_backup(file->path())) backups.push_back(std::move(*backup));
  }
  std::ranges::sort(backups, std::ranges::greater(), &MigrationBackup::made_ms);
  std::set<int> kept;
  for (const MigrationBackup& backup : backups) {
    const bool keep = kept.size() < kMigrationBackups && kept.insert(backup.from).second;
    if (keep) continue;
    remove_quietly(backup.path);
    fs::remove_all(segments_beside(backup.path), error);
  }
}

}  // namespace

Result<DatabaseState> check_database(sql::SqliteDatabase& database, std::span<const Migration> known) {
  TRY(sql::check_integrity(database.path()));
  const int schema =
      TRY(database.read([&](sql::Snapshot& snapshot) { return schema_version(snapshot, known); }));
  return DatabaseState{schema, TRY(size_of(database.path()))};
}

Result<DatabaseState> verify_backup(const std::string& path, std::span<const Migration> known) {
  TRY(expect_file(path));
  TRY(sql::verify_pages(path));
  TRY(refuse_live_copy(path));
  TRY(sql::check_integrity(path));
  const int schema =
      TRY(sql::read_file(path, [&](sql::Snapshot& snapshot) { return schema_version(snapshot, known); }));
  return DatabaseState{schema, TRY(size_of(path))};
}

Result<DatabaseState> backup_database(sql::SqliteDatabase& database, const std::string& target,
                                      std::span<const Migration> known) {
  if (fs::exists(target)) return fail(Errc::already_exists, target + ": exists already");
  const std::string part = target + ".part";
  remove_quietly(part);
  const auto make = [&]() -> Result<DatabaseState> {
    TRY(database.copy_into(part));
    const auto state = TRY(verify_backup(part, known));
    TRY(sync(part));
    TRY(rename_durably(part, target));
    return state;
  };
  auto made = make();
  if (!made) remove_quietly(part);
  return made;
}

Result<DatabaseState> move_backup(const std::string& from, const std::string& target, std::span<const Migration> known) {
  if (fs::exists(target)) return fail(Errc::already_exists, target + ": exists already");
  const std::string part = target + ".part";
  remove_quietly(part);
  const auto move = [&]() -> Result<DatabaseState> {
    TRY(copy_durably(from, part));
    const auto state = TRY(verify_backup(part, known));
    TRY(rename_durably(part, target));
    return state;
  };
  auto moved = move();
  if (!moved) remove_quietly(part);
  remove_quietly(from);
  return moved;
}

// Closed again, its WAL is in it.
Result<> change_copy(const std::string& part, const std::function<Result<>(sql::SqliteDatabase&)>& change) {
  {
    const auto database = TRY(sql::SqliteDatabase::open({.path = part}));
    TRY(change(*database));
  }
  if (fs::exists(part + "-wal")) return fail(Errc::io, part + ": its WAL stayed");
  return sync(part);
}

Result<std::string> backup_before_migration(sql::SqliteDatabase& database, const std::string& folder, int from,
                                            std::span<const Migration> known, const Clock& clock) {
  std::error_code error;
  if (fs::create_directories(folder, error)) fs::permissions(folder, fs::perms::owner_all, error);
  TRY(outcome(error, folder));
  const std::string path = fmt::format("{}/{}{}-{}{}", folder, kBackupStart, from, clock.wall_ms(), kBackupEnd);
  TRY(backup_database(database, path, known));
  prune_migration_backups(folder);
  return path;
}

Result<Restored> restore_database(const std::string& backup, const std::string& path,
                                  std::span<const Migration> known, const Clock& clock,
                                  const std::function<Result<>(sql::SqliteDatabase&)>& prepare) {
  TRY(with(verify_backup(backup, known), "the backup cannot be used, nothing was changed"));
  const std::string part = path + ".restoring";
  const auto replace = [&]() -> Result<Restored> {
    TRY(copy_durably(backup, part));
    const auto state = TRY(verify_backup(part, known));
    if (prepare) TRY(change_copy(part, prepare));
    const std::string kept = TRY(keep_aside(path, clock.wall_ms()));
    TRY(rename_durably(part, path));
    return Restored{state, kept};
  };
  auto restored = replace();
  if (!restored) {
    for (const char* end : {"", "-wal", "-shm"}) remove_quietly(part + end);
  }
  return restored;
}

}  // namespace rollcall::storage
