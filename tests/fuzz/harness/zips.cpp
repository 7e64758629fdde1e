// A zip that somebody uploads: it is read within its limits or refused, and no name leads out of it.
#include <algorithm>
#include <fstream>

#include "common/base/files.h"
#include "server/csv/archive.h"
#include "tests/fuzz/fuzz.h"
#include "tests/temporary_folder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall;
  static const TemporaryFolder folder;
  static SystemFiles files;
  static const std::string path = folder / "upload";
  std::ofstream(path, std::ios::binary | std::ios::trunc) << "PK" << fuzz::text_of(data, size);
  constexpr csv::ArchiveLimits limits{.entries = 16, .entry_bytes = 1 << 20, .total_bytes = 2 << 20, .ratio = 50,
                                      .ratio_free_bytes = 64 << 10};
  const auto archive = csv::Archive::open(files, path, limits);
  if (!archive) return 0;
  fuzz::promise((*archive)->entries().size() <= limits.entries, "a zip holds no more entries than are allowed");
  for (const auto& entry : (*archive)->entries()) {
    fuzz::promise(entry.name.find('/') == std::string::npos && entry.name.ends_with(".csv"), "a table's name is no path");
    const auto source = (*archive)->read(entry.name);
    if (!source) continue;
    std::uint64_t bytes = 0;
    for (;;) {
      const auto piece = (*source)->next();
      if (!piece || piece->empty()) break;
      bytes += piece->size();
    }
    fuzz::promise(bytes <= std::max(limits.ratio_free_bytes, limits.ratio * size), "nothing unpacks beyond its limit");
  }
  return 0;
}
