// The zip of archive.h; for archive.cpp only.
#pragma once

#include <memory>
#include <string>

#include "server/csv/archive.h"

namespace rollcall::csv {

Result<std::unique_ptr<Archive>> open_zip(Files& files, const std::string& path, const ArchiveLimits& limits);

}  // namespace rollcall::csv
