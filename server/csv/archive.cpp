#include "server/csv/archive.h"

#include <algorithm>
#include <utility>

#include "common/base/text.h"
#include "server/csv/zip_archive.h"

namespace rollcall::csv {
namespace {

constexpr std::size_t kChunk = 64 * 1024;
constexpr std::string_view kZipMagic = "PK";

class FileSource final : public ByteSource {
 public:
  FileSource(Files& files, std::string path, FileInfo seen, std::unique_ptr<FileReader> file)
      : files_(files), path_(std::move(path)), seen_(seen), file_(std::move(file)) {}

  Result<std::string_view> next() override {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(kChunk, file_->size() - offset_));
    if (size == 0) {
      TRY(expect_unchanged());
      return std::string_view();
    }
    auto read = file_->read(offset_, size);
    if (!read && read.error().code == Errc::corrupt) return changed();
    if (!read) return std::unexpected(std::move(read).error());
    chunk_ = std::move(*read);
    offset_ += size;
    return std::string_view(chunk_);
  }

 private:
  std::unexpected<Error> changed() const {
    return fail(Errc::conflict, table_name(path_) + " changed while it was read; run it again when it is complete");
  }
  Result<> expect_unchanged() const {
    const auto now = TRY(files_.info(path_));
    if (now.size != seen_.size || now.modified_ms != seen_.modified_ms) return changed();
    return {};
  }

  Files& files_;
  std::string path_;
  FileInfo seen_;
  std::unique_ptr<FileReader> file_;
  std::uint64_t offset_{};
  std::string chunk_;
};

// A folder, or the folder of one file with that file alone.
class FolderArchive final : public Archive {
 public:
  FolderArchive(Files& files, ArchiveLimits limits) : files_(files), limits_(limits) {}

  Result<> look(const std::string& path, const FileInfo& info) {
    std::vector<std::string> paths;
    if (info.kind == FileInfo::Kind::directory) {
      for (const auto& name : TRY(files_.list(path))) paths.push_back(path + "/" + name);
    } else {
      paths.push_back(path);
    }
    if (paths.size() > limits_.entries) return fail(Errc::too_large, path + " holds too many files");
    std::vector<Entry> entries;
    for (auto& file : paths) {
      const auto found = TRY(files_.info(file));
      const bool alone = info.kind != FileInfo::Kind::directory;
      if (found.kind != FileInfo::Kind::regular || (!alone && !table_name(file).ends_with(".csv"))) continue;
      if (found.size > limits_.entry_bytes) return fail(Errc::too_large, table_name(file) + " is too large");
      entries.push_back({table_name(file), found.size});
      paths_.emplace_back(table_name(file), std::move(file));
    }
    return take_entries(std::move(entries), table_name(path));
  }

  Result<std::unique_ptr<ByteSource>> read(std::string_view name) override {
    const auto found = std::ranges::find(paths_, name, &std::pair<std::string, std::string>::first);
    if (found == paths_.end()) return fail(Errc::not_found, "there is no " + std::string(name));
    const auto info = TRY(files_.info(found->second));
    return std::make_unique<FileSource>(files_, found->second, info, TRY(files_.open(found->second)));
  }

 private:
  Files& files_;
  ArchiveLimits limits_;
  std::vector<std::pair<std::string, std::string>> paths_;  // by name
};

}  // namespace

std::string table_name(std::string_view path) { return to_lower(path.substr(path.rfind('/') + 1)); }

const Archive::Entry* Archive::find(std::string_view name) const {
  const auto found = std::ranges::find(entries_, name, &Entry::name);
  return found == entries_.end() ? nullptr : &*found;
}

Result<> Archive::take_entries(std::vector<Entry> entries, const std::string& where) {
  std::ranges::sort(entries, {}, &Entry::name);
  const auto twice = std::ranges::adjacent_find(entries, {}, &Entry::name);
  if (twice != entries.end()) return fail(Errc::invalid_argument, "two files are called " + printable(twice->name));
  if (entries.empty()) return fail(Errc::invalid_argument, where + " holds no .csv file");
  entries_ = std::move(entries);
  return {};
}

Result<std::unique_ptr<Archive>> Archive::open(Files& files, const std::string& path, const ArchiveLimits& limits) {
  const auto info = TRY(files.info(path));
  if (info.kind == FileInfo::Kind::other) return fail(Errc::invalid_argument, path + " is neither a file nor a folder");
  if (info.kind == FileInfo::Kind::regular && info.size >= kZipMagic.size()) {
    const auto file = TRY(files.open(path));
    if (TRY(file->read(0, kZipMagic.size())) == kZipMagic) return open_zip(files, path, limits);
  }
  auto folder = std::make_unique<FolderArchive>(files, limits);
  TRY(folder->look(path, info));
  return folder;
}

}  // namespace rollcall::csv
