// A folder of tables as one zip, for sending it.
#pragma once

#include <cstddef>
#include <string>

#include "common/base/files.h"
#include "common/base/result.h"

namespace rollcall::csv {

// Writes the .csv files of a folder into a new zip (0600); returns how many. What else lies in the folder is left out.
// Errors: not_found, invalid_argument (no .csv file; two of one name), conflict (a file changed meanwhile), io,
// storage_full.
Result<std::size_t> pack_folder(Files& files, const std::string& folder, const std::string& zip_path);

}  // namespace rollcall::csv
