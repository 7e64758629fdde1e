#include "common/base/files.h"

#include <catch2/catch.hpp>
#include <cerrno>
#include <filesystem>

#include "common/base/random.h"

using namespace rollcall;

namespace {

struct Folder {
  Folder() {
    SystemRandom random;
    path = (std::filesystem::temp_directory_path() / ("rollcall-" + std::to_string(random.next_u64()))).string();
    REQUIRE(SystemFiles().make_directories(path, 0700));
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

}  // namespace

TEST_CASE("a file is replaced whole, with the mode asked for") {
  Folder folder;
  SystemFiles files;
  const std::string path = folder.path + "/key.pem";
  REQUIRE(files.write_atomic(path, "one", 0644));
  REQUIRE(files.write_atomic(path, "two", 0600));
  CHECK(*files.read(path, 100) == "two");
  const auto info = files.info(path);
  REQUIRE(info);
  CHECK(info->mode == 0600);
  CHECK(info->size == 3);
  CHECK(info->kind == FileInfo::Kind::regular);
  CHECK(*files.list(folder.path) == std::vector<std::string>{"key.pem"});
}

TEST_CASE("what is missing, too large or in the way is told apart") {
  Folder folder;
  SystemFiles files;
  CHECK(files.read(folder.path + "/none", 10).error().code == Errc::not_found);
  CHECK(files.info(folder.path + "/none").error().code == Errc::not_found);
  CHECK(files.remove(folder.path + "/none"));
  REQUIRE(files.write_atomic(folder.path + "/file", "0123456789", 0600));
  CHECK(files.read(folder.path + "/file", 10));
  CHECK(files.read(folder.path + "/file", 9).error().code == Errc::too_large);
  CHECK(!files.make_directories(folder.path + "/file/below", 0700));
  CHECK(files.make_directories(folder.path + "/a/b/c", 0700));
  CHECK(files.make_directories(folder.path + "/a/b/c", 0700));
}

TEST_CASE("system errors keep the kinds that a caller can act on") {
  CHECK(system_error(ENOSPC, "x").code == Errc::storage_full);
  CHECK(system_error(EACCES, "x").code == Errc::permission_denied);
  CHECK(system_error(EIO, "x").code == Errc::io);
  CHECK(system_error(ENOENT, "the/path").message.starts_with("the/path: "));
}
