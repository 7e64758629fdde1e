// A corpus in the tree: one tar archive a harness (POSIX ustar), because thousands of small files would weigh
// more than what is in them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rollcall::fuzz {

struct Entry {
  std::string name, bytes;
};

// The regular files of an archive. Throws std::runtime_error for what is none.
std::vector<Entry> read_archive(std::string_view tar);

}  // namespace rollcall::fuzz
