#include "server/csv/zip_archive.h"

#include <zip.h>

#include <algorithm>
#include <array>
#include <utility>

#include "common/base/text.h"

namespace rollcall::csv {
namespace {

constexpr std::size_t kTailBytes = 22 + 0xFFFF;  // where the directory's end can lie
constexpr std::string_view kEndOfDirectory = "PK\x05\x06";
constexpr std::string_view kZip64Locator = "PK\x06\x07";
constexpr std::string_view kOfficeDocument = "[Content_Types].xml";  // every .xlsx is a zip that has one

struct CloseZip {
  void operator()(zip_t* zip) const { zip_discard(zip); }
};
struct CloseEntry {
  void operator()(zip_file_t* entry) const { zip_fclose(entry); }
};
using ZipPtr = std::unique_ptr<zip_t, CloseZip>;

std::unexpected<Error> damaged(std::string_view what, zip_error_t* error) {
  const int code = zip_error_code_zip(error);
  if (code == ZIP_ER_MEMORY) return fail(Errc::unavailable, "there is not enough memory to unpack the zip");
  if (code == ZIP_ER_NOPASSWD) return fail(Errc::invalid_argument, "the zip is encrypted; send it without a password");
  return fail(Errc::invalid_argument, std::string(what) + " cannot be unpacked: " + zip_error_strerror(error));
}

// libzip reads the whole directory when it opens a zip, so how long it is has to be known before. Every place that
// libzip could take for its end is looked at.
Result<> check_directory(Files& files, const std::string& path, const ArchiveLimits& limits) {
  const auto file = TRY(files.open(path));
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(file->size(), kTailBytes));
  const auto tail = TRY(file->read(file->size() - size, size));
  if (tail.find(kZip64Locator) != std::string::npos) {
    return fail(Errc::too_large, "the zip is of the 64-bit kind, which no roster needs; pack it with fewer files");
  }
  const std::string_view view = tail;
  for (auto at = view.find(kEndOfDirectory); at != std::string_view::npos; at = view.find(kEndOfDirectory, at + 1)) {
    if (view.size() - at < 12) continue;
    const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(view[at + i])); };
    if (std::max(byte(8) | byte(9) << 8, byte(10) | byte(11) << 8) > limits.entries) {
      return fail(Errc::too_large, "the zip holds more than " + std::to_string(limits.entries) + " files");
    }
  }
  return {};
}

bool leaves_its_folder(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.find('\\') != std::string_view::npos) return true;
  if (name.size() > 1 && name[1] == ':') return true;  // C:
  return std::ranges::any_of(split(name, '/'), [](std::string_view part) { return part == ".."; });
}

// What a Mac adds beside each file.
bool is_litter(std::string_view name) {
  return name.starts_with("__MACOSX/") || name.substr(name.rfind('/') + 1).starts_with("._");
}

class EntrySource final : public ByteSource {
 public:
  EntrySource(std::string name, zip_file_t* entry, std::uint64_t announced, std::uint64_t allowed)
      : name_(std::move(name)), entry_(entry), announced_(announced), allowed_(allowed) {}

  Result<std::string_view> next() override {
    const auto got = zip_fread(entry_.get(), chunk_.data(), chunk_.size());
    if (got < 0) return damaged(name_, zip_file_get_error(entry_.get()));
    read_ += static_cast<std::uint64_t>(got);
    if (read_ > announced_) return fail(Errc::too_large, name_ + " unpacks to more than the zip announces");
    if (read_ > allowed_) return fail(Errc::too_large, name_ + " unpacks to far more than it is packed in");
    return std::string_view(chunk_.data(), static_cast<std::size_t>(got));
  }

 private:
  std::string name_;
  std::unique_ptr<zip_file_t, CloseEntry> entry_;
  std::uint64_t announced_, allowed_, read_{};
  std::array<char, 64 * 1024> chunk_;
};

class ZipArchive final : public Archive {
 public:
  ZipArchive(ZipPtr zip, ArchiveLimits limits) : zip_(std::move(zip)), limits_(limits) {}

  Result<> look() {
    const auto count = zip_get_num_entries(zip_.get(), 0);
    std::vector<Entry> entries;
    std::uint64_t total = 0;
    bool is_office_document = false;
    for (zip_int64_t i = 0; i < count; ++i) {
      zip_stat_t stat;
      zip_stat_init(&stat);
      if (zip_stat_index(zip_.get(), static_cast<zip_uint64_t>(i), 0, &stat) != 0) {
        return damaged("the zip", zip_get_error(zip_.get()));
      }
      const std::string_view name = stat.name ? stat.name : "";
      if (leaves_its_folder(name)) return fail(Errc::invalid_argument, "the zip names a file outside of itself");
      is_office_document = is_office_document || name == kOfficeDocument;
      if (is_litter(name) || !table_name(name).ends_with(".csv")) continue;
      total += std::min(stat.size, limits_.total_bytes);
      if (stat.size > limits_.entry_bytes || total > limits_.total_bytes) {
        return fail(Errc::too_large, "the zip announces more bytes than are unpacked here");
      }
      entries.push_back({table_name(name), stat.size});
      packed_.push_back({table_name(name), static_cast<zip_uint64_t>(i), stat.comp_size});
    }
    if (entries.empty() && is_office_document) {
      return fail(Errc::invalid_argument, "this is a spreadsheet; save it as CSV (UTF-8) and hand that over");
    }
    return take_entries(std::move(entries), "the zip");
  }

  Result<std::unique_ptr<ByteSource>> read(std::string_view name) override {
    const auto* entry = find(name);
    const auto packed = std::ranges::find(packed_, name, &Packed::name);
    if (!entry || packed == packed_.end()) return fail(Errc::not_found, "there is no " + std::string(name));
    auto* opened = zip_fopen_index(zip_.get(), packed->index, 0);
    if (!opened) return damaged(entry->name, zip_get_error(zip_.get()));
    const auto allowed = std::max(limits_.ratio_free_bytes, packed->bytes * limits_.ratio);
    return std::make_unique<EntrySource>(entry->name, opened, entry->size, allowed);
  }

 private:
  struct Packed {
    std::string name;
    zip_uint64_t index;
    std::uint64_t bytes;
  };
  ZipPtr zip_;
  ArchiveLimits limits_;
  std::vector<Packed> packed_;
};

}  // namespace

Result<std::unique_ptr<Archive>> open_zip(Files& files, const std::string& path, const ArchiveLimits& limits) {
  TRY(check_directory(files, path, limits));
  int code = 0;
  ZipPtr zip(zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code));
  if (!zip) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    auto failure = damaged("the zip", &error);
    zip_error_fini(&error);
    return failure;
  }
  auto archive = std::make_unique<ZipArchive>(std::move(zip), limits);
  TRY(archive->look());
  return archive;
}

}  // namespace rollcall::csv
