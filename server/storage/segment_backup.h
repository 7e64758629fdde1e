// Segments beside a backup of the database: FILE.segments/ holds every segment that FILE names, under its own name.
#pragma once

#include <string>
#include <vector>

#include "common/base/files.h"
#include "common/base/result.h"
#include "server/storage/segment_store.h"

namespace rollcall::storage {

std::string segments_beside(const std::string& file);

// What a database file names that is not open; none for one from before there were segments. Errors: those of
// sql::read_file.
Result<std::vector<SegmentRow>> segments_in(const std::string& file);

// Reads each of them in `folder` to its end and compares every checksum. Errors: not_found, corrupt, io.
Result<> verify_segments(const std::vector<SegmentRow>& rows, const std::string& folder);

std::vector<std::string> names_of(const std::vector<SegmentRow>& rows);

// Second names in another folder of the same disk, which is made when there is anything to name. Durable when it
// returns. Errors: not_found, io.
Result<> link_segments(const std::vector<std::string>& names, const std::string& from, const std::string& to);

// Verified copies, durable when it returns; what is there already and sound stays. On error nothing of what was
// copied is removed. Errors: those of verify_segments, storage_full.
Result<> copy_segments(const std::vector<SegmentRow>& rows, const std::string& from, const std::string& to);

}  // namespace rollcall::storage
