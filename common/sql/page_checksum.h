// The 8 bytes at the end of every page of our database files: a sum over the page's other bytes and its
// number, so that a flipped bit, a torn page and a page at the wrong place are all found when it is read.
//
// Two pages that differ within any aligned 8 bytes (so every flip, and every burst inside a word) never have
// the same sum; any other difference goes unseen with a chance of 2^-64. It protects against disks, not
// against people.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "common/base/result.h"

namespace rollcall::sql {

inline constexpr int kPageBytes = 4096;
inline constexpr int kChecksumBytes = 8;

using Page = std::span<const std::byte, kPageBytes>;
using MutablePage = std::span<std::byte, kPageBytes>;

// Pages count from 1, as in SQLite.
void seal_page(MutablePage page, std::uint32_t number);
bool is_intact(Page page, std::uint32_t number);

// Reads a whole database file, which nobody may be writing to, and compares every page. Returns the number of
// pages. An all-zero page passes: SQLite leaves holes for pages that were freed before they were ever
// written. Errors: corrupt (names the first bad page; also: not a database made here), and those of opening a
// file.
Result<std::uint64_t> verify_pages(const std::string& path);

}  // namespace rollcall::sql
