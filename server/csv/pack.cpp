#include "server/csv/pack.h"

#include <sys/stat.h>
#include <zip.h>

#include <algorithm>
#include <map>

#include "server/csv/archive.h"

namespace rollcall::csv {
namespace {

using Seen = std::map<std::string, FileInfo>;

Result<Seen> tables_in(Files& files, const std::string& folder) {
  Seen seen;
  for (const auto& name : TRY(files.list(folder))) {
    const auto info = TRY(files.info(folder + "/" + name));
    if (info.kind == FileInfo::Kind::regular && table_name(name).ends_with(".csv")) seen[name] = info;
  }
  return seen;
}

bool add(zip_t* zip, const std::string& path, const std::string& name) {
  zip_source_t* source = zip_source_file(zip, path.c_str(), 0, -1);
  if (!source) return false;
  const auto index = zip_file_add(zip, name.c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) zip_source_free(source);
  // Fast rather than small: a roster of a large district has 300 MB.
  return index >= 0 && zip_set_file_compression(zip, static_cast<zip_uint64_t>(index), ZIP_CM_DEFLATE, 1) == 0;
}

}  // namespace

Result<std::size_t> pack_folder(Files& files, const std::string& folder, const std::string& zip_path) {
  // The same rules as the server's, before anything is sent.
  TRY(Archive::open(files, folder));
  const auto before = TRY(tables_in(files, folder));
  int code = 0;
  zip_t* zip = zip_open(zip_path.c_str(), ZIP_CREATE | ZIP_EXCL, &code);
  if (!zip) return fail(Errc::io, zip_path + ": cannot be made");
  bool added = true;
  for (const auto& [name, info] : before) added = added && add(zip, folder + "/" + name, table_name(name));
  if (!added || zip_close(zip) != 0) {
    const int system = zip_error_code_system(zip_get_error(zip));
    const std::string why = zip_strerror(zip);
    zip_discard(zip);
    if (system != 0) return std::unexpected(system_error(system, zip_path));
    return fail(Errc::io, zip_path + ": " + why);
  }
  if (::chmod(zip_path.c_str(), 0600) != 0) return fail(Errc::io, zip_path + ": cannot be kept from others");
  const auto same = [](const auto& a, const auto& b) {
    return a.first == b.first && a.second.size == b.second.size && a.second.modified_ms == b.second.modified_ms;
  };
  if (!std::ranges::equal(before, TRY(tables_in(files, folder)), same)) {
    return fail(Errc::conflict, folder + " changed while it was read; run it again when the export is complete");
  }
  return before.size();
}

}  // namespace rollcall::csv
