#include "server/storage/segment_backup.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "common/sql/sqlite_driver.h"

namespace rollcall::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPieceBytes = 1 << 20;

std::string path_of(const SegmentRow& row, const std::string& folder) {
  return folder + "/" + segment_name(row.content);
}

Result<> verify_segment(const SegmentRow& row, const std::string& folder) {
  const std::string path = path_of(row, folder);
  const auto segment = TRY(with(Segment::open(TRY(SystemFiles().open(path))), path));
  if (segment->content() != row.content) return fail(Errc::corrupt, path + ": holds something else than its name says");
  return with(segment->each([](const domain::ReportEntry&) { return Result<>(); }), path);
}

Result<> copy_file(SystemFiles& files, const std::string& from, const std::string& to) {
  const auto source = TRY(files.open(from));
  const std::string part = to + ".part";
  const auto target = TRY(files.create(part, 0600));
  for (std::uint64_t at = 0; at < source->size(); at += kPieceBytes) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, source->size() - at));
    TRY(target->append(TRY(source->read(at, size))));
  }
  TRY(target->sync());
  return files.rename(part, to);
}

// Its parent has to be there: what it stands beside is to be as well.
Result<> make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return {};
  return std::unexpected(system_error(errno, path));
}

}  // namespace

std::string segments_beside(const std::string& file) { return file + ".segments"; }

Result<std::vector<SegmentRow>> segments_in(const std::string& file) {
  return sql::read_file(file, [](sql::Snapshot& snapshot) -> Result<std::vector<SegmentRow>> {
    {
      auto rows = TRY(snapshot.query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'segments'"));
      if (!TRY(rows->next())) return std::vector<SegmentRow>();
    }
    return list_segments(snapshot);
  });
}

Result<> verify_segments(const std::vector<SegmentRow>& rows, const std::string& folder) {
  for (const SegmentRow& row : rows) TRY(verify_segment(row, folder));
  return {};
}

std::vector<std::string> names_of(const std::vector<SegmentRow>& rows) {
  std::vector<std::string> names;
  for (const SegmentRow& row : rows) names.push_back(segment_name(row.content));
  return names;
}

Result<> link_segments(const std::vector<std::string>& names, const std::string& from, const std::string& to) {
  if (names.empty()) return {};
  SystemFiles files;
  TRY(make_folder(to));
  for (const std::string& name : names) {
    std::error_code error;
    fs::create_hard_link(from + "/" + name, to + "/" + name, error);
    if (error && error != std::errc::file_exists) return std::unexpected(system_error(error.value(), from + "/" + name));
  }
  return files.sync_folder(to);
}

Result<> copy_segments(const std::vector<SegmentRow>& rows, const std::string& from, const std::string& to) {
  if (rows.empty()) return {};
  SystemFiles files;
  TRY(make_folder(to));
  for (const SegmentRow& row : rows) {
    if (verify_segment(row, to)) continue;
    TRY(copy_file(files, path_of(row, from), path_of(row, to)));
    TRY(verify_segment(row, to));
  }
  return files.sync_folder(to);
}

}  // namespace rollcall::storage
