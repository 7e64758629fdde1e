// Runs every harness over the inputs that are kept: its corpus, and what once was a fault.
#include <catch2/catch.hpp>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "harnesses.h"
#include "tests/fuzz/archive.h"

#define ROLLCALL_DECLARE(name) extern "C" int fuzz_##name(const std::uint8_t* data, std::size_t size);
ROLLCALL_HARNESSES(ROLLCALL_DECLARE)

namespace rollcall::fuzz {
namespace {

using Harness = int (*)(const std::uint8_t*, std::size_t);

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

std::vector<Entry> inputs_of(const std::string& name) {
  const std::filesystem::path room = "tests/fuzz";
  auto inputs = read_archive(bytes_of(room / "corpus" / (name + ".tar")));
  const auto found = room / "found" / name;
  if (!std::filesystem::is_directory(found)) return inputs;
  for (const auto& file : std::filesystem::directory_iterator(found)) {
    inputs.push_back({file.path().string(), bytes_of(file.path())});
  }
  return inputs;
}

void replay(const std::string& name, Harness harness) {
  const auto inputs = inputs_of(name);
  REQUIRE_FALSE(inputs.empty());
  for (const auto& input : inputs) {
    INFO(input.name << " of " << input.bytes.size() << " bytes");
    // A copy of exactly its size, so that a sanitizer sees one byte too far.
    const std::vector<std::uint8_t> bytes(input.bytes.begin(), input.bytes.end());
    CHECK_NOTHROW(harness(bytes.data(), bytes.size()));
  }
  CHECK_NOTHROW(harness(nullptr, 0));
}

#define ROLLCALL_REPLAY(name) \
  TEST_CASE("the kept inputs of " #name " keep its promises") { replay(#name, fuzz_##name); }
ROLLCALL_HARNESSES(ROLLCALL_REPLAY)

TEST_CASE("a file that is no archive is refused") {
  CHECK_THROWS(read_archive(std::string(1'024, 'x')));
  CHECK(read_archive("").empty());
}

}  // namespace
}  // namespace rollcall::fuzz
