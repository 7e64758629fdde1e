// A set of tables: the .csv files of a folder, of a zip, or one .csv file. Names are base names in lower case, because
// exports put their files into folders of any name and spell them in any case. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/files.h"
#include "common/base/result.h"
#include "server/csv/byte_source.h"

namespace rollcall::csv {

struct ArchiveLimits {
  std::size_t entries{256};               // of any kind; a roster has ten
  std::uint64_t entry_bytes{4ull << 30};  // unpacked
  std::uint64_t total_bytes{8ull << 30};  // unpacked, as the zip announces it
  std::uint64_t ratio{200};               // unpacked to packed; real tables stay under 40
  std::uint64_t ratio_free_bytes{16u << 20};  // so much may unpack from anything
};

class Archive {
 public:
  struct Entry {
    std::string name;
    std::uint64_t size{};  // unpacked
  };

  // A zip is known by its first bytes, whatever it is called. `files` outlives the result.
  // Errors: not_found, permission_denied, too_large (a limit), invalid_argument (a damaged or encrypted zip; a name that
  // leaves the zip; two tables of one name; no table at all), io.
  static Result<std::unique_ptr<Archive>> open(Files& files, const std::string& path, const ArchiveLimits& limits = {});
  virtual ~Archive() = default;

  const std::vector<Entry>& entries() const { return entries_; }  // by name
  const Entry* find(std::string_view name) const;
  // Errors: not_found; when it is opened and at every piece too_large (a limit), invalid_argument (damaged), conflict
  // (the file changed while it was read), io.
  virtual Result<std::unique_ptr<ByteSource>> read(std::string_view name) = 0;

 protected:
  // `where` they lie, for whoever reads an error. Errors: invalid_argument.
  Result<> take_entries(std::vector<Entry> entries, const std::string& where);
  std::vector<Entry> entries_;
};

// The base name of a path in lower case.
std::string table_name(std::string_view path);

}  // namespace rollcall::csv
