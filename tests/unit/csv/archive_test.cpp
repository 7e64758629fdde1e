#include <zip.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "server/csv/archive.h"
#include "server/csv/pack.h"
#include "tests/must.h"
#include "tests/temporary_folder.h"

namespace rollcall::csv {
namespace {

using Contents = std::vector<std::pair<std::string, std::string>>;

void write_file(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

// `method` -1: the default.
void write_zip(const std::string& path, const Contents& contents, const char* password = nullptr) {
  int code = 0;
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  REQUIRE(zip);
  for (const auto& [name, text] : contents) {
    auto* source = zip_source_buffer(zip, text.data(), text.size(), 0);
    const auto index = zip_file_add(zip, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    REQUIRE(index >= 0);
    if (password) {
      REQUIRE(zip_file_set_encryption(zip, static_cast<zip_uint64_t>(index), ZIP_EM_AES_256, password) == 0);
    }
  }
  REQUIRE(zip_close(zip) == 0);
}

Result<std::string> whole(Archive& archive, std::string_view name) {
  auto source = TRY(archive.read(name));
  std::string out;
  for (;;) {
    const auto piece = TRY(source->next());
    if (piece.empty()) return out;
    out += piece;
  }
}

struct Desk {
  TemporaryFolder folder;
  SystemFiles files;
  std::string zip{folder / "export.zip"};

  Result<std::unique_ptr<Archive>> open(const ArchiveLimits& limits = {}) { return Archive::open(files, zip, limits); }
  Error refusal(const ArchiveLimits& limits = {}) {
    auto archive = open(limits);
    REQUIRE_FALSE(archive);
    return archive.error();
  }
};

TEST_CASE("a zip, a folder and a file are read alike, whatever folder and case the names have") {
  Desk desk;
  write_zip(desk.zip, {{"Export 2026/Users.CSV", "a\n1\n"}, {"Export 2026/notes.txt", "x"}, {"__MACOSX/._users.csv", "x"}});
  const auto zip = must(desk.open());
  REQUIRE(zip->entries().size() == 1);
  CHECK(must(whole(*zip, "users.csv")) == "a\n1\n");

  std::filesystem::create_directory(desk.folder / "export");
  write_file(desk.folder / "export/Users.csv", "a\n1\n");
  write_file(desk.folder / "export/readme.txt", "x");
  const auto folder = must(Archive::open(desk.files, desk.folder / "export"));
  REQUIRE(folder->entries().size() == 1);
  CHECK(must(whole(*folder, "users.csv")) == "a\n1\n");

  const auto file = must(Archive::open(desk.files, desk.folder / "export/Users.csv"));
  CHECK(must(whole(*file, "users.csv")) == "a\n1\n");
  CHECK(file->read("orgs.csv").error().code == Errc::not_found);
}

TEST_CASE("a name that leaves the zip refuses the whole of it") {
  for (const char* name : {"../users.csv", "/etc/users.csv", "a/../../users.csv", "..\\users.csv", "C:users.csv"}) {
    INFO(name);
    Desk desk;
    write_zip(desk.zip, {{"orgs.csv", "a"}, {name, "a"}});
    CHECK(desk.refusal().code == Errc::invalid_argument);
  }
}

TEST_CASE("two tables of one name, and a zip without any, are refused") {
  Desk desk;
  write_zip(desk.zip, {{"a/users.csv", "1"}, {"b/users.csv", "2"}});
  CHECK(desk.refusal().message.find("users.csv") != std::string::npos);
  write_zip(desk.zip, {{"readme.txt", "1"}});
  CHECK(desk.refusal().code == Errc::invalid_argument);
}

TEST_CASE("a bomb is noticed while it unpacks") {
  Desk desk;
  write_zip(desk.zip, {{"users.csv", std::string(64 << 20, '0')}});
  CHECK(std::filesystem::file_size(desk.zip) < 100'000);
  const auto archive = must(desk.open());
  const auto text = whole(*archive, "users.csv");
  REQUIRE_FALSE(text);
  CHECK(text.error().code == Errc::too_large);
}

TEST_CASE("a zip that announces too much, in one table or in all, is refused before it unpacks") {
  Desk desk;
  write_zip(desk.zip, {{"users.csv", std::string(600, 'x')}, {"orgs.csv", std::string(600, 'y')}});
  CHECK(desk.refusal({.entry_bytes = 500}).code == Errc::too_large);
  CHECK(desk.refusal({.total_bytes = 1'000}).code == Errc::too_large);
  CHECK(must(desk.open({.total_bytes = 1'200}))->entries().size() == 2);
}

TEST_CASE("a zip with many files is refused before its directory is read") {
  Desk desk;
  Contents many;
  for (int i = 0; i < 300; ++i) many.emplace_back("f" + std::to_string(i) + ".csv", "a");
  write_zip(desk.zip, many);
  CHECK(desk.refusal().code == Errc::too_large);
}

TEST_CASE("a zip that lies about a size unpacks to no more than it announces") {
  Desk desk;
  write_zip(desk.zip, {{"users.csv", std::string(200'000, 'x')}});
  std::string bytes = must(desk.files.read(desk.zip, 1 << 20));
  // The directory's entry is the last; its announced size stands 24 bytes behind its signature.
  const auto entry = bytes.rfind(std::string("PK\x01\x02"));
  REQUIRE(entry != std::string::npos);
  bytes.replace(entry + 24, 4, std::string("\x10\0\0\0", 4));
  write_file(desk.zip, bytes);
  const auto archive = desk.open();
  if (archive) CHECK_FALSE(whole(**archive, "users.csv"));
}

TEST_CASE("garbage, a cut zip and flipped bits are errors, never crashes") {
  Desk desk;
  write_zip(desk.zip, {{"users.csv", "sourcedId,givenName\n1,Ana\n2,Bo\n"}, {"orgs.csv", "sourcedId\n1\n"}});
  const std::string good = must(desk.files.read(desk.zip, 1 << 20));
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0xFF);
    write_file(desk.zip, bad);
    if (auto archive = desk.open()) {
      for (const auto& entry : (*archive)->entries()) static_cast<void>(whole(**archive, entry.name));
    }
    write_file(desk.zip, good.substr(0, i));
    if (auto cut = desk.open(); cut && i >= 2) CHECK((*cut)->entries().empty());
  }
}

TEST_CASE("an encrypted zip says so") {
  Desk desk;
  write_zip(desk.zip, {{"users.csv", "a\n"}}, "secret");
  const auto archive = must(desk.open());
  const auto text = whole(*archive, "users.csv");
  REQUIRE_FALSE(text);
  CHECK(text.error().message.find("encrypted") != std::string::npos);
}

TEST_CASE("a file that changes while it is read is a conflict") {
  Desk desk;
  const std::string path = desk.folder / "users.csv";
  for (const std::string& changed : {std::string(300'000, 'y'), std::string("short")}) {
    write_file(path, std::string(200'000, 'x'));
    const auto archive = must(Archive::open(desk.files, path));
    auto source = must(archive->read("users.csv"));
    must(source->next());
    write_file(path, changed);
    Result<std::string_view> piece{"x"};
    while (piece && !piece->empty()) piece = source->next();
    REQUIRE_FALSE(piece);
    CHECK(piece.error().code == Errc::conflict);
  }
}

TEST_CASE("a packed folder unpacks to its tables and nothing else") {
  Desk desk;
  std::filesystem::create_directory(desk.folder / "export");
  write_file(desk.folder / "export/Users.csv", "a\n1\n");
  write_file(desk.folder / "export/orgs.csv", "b\n2\n");
  write_file(desk.folder / "export/secret.txt", "x");
  CHECK(must(pack_folder(desk.files, desk.folder / "export", desk.zip)) == 2);
  CHECK((must(desk.files.info(desk.zip)).mode & 077u) == 0);
  const auto archive = must(desk.open());
  REQUIRE(archive->entries().size() == 2);
  CHECK(must(whole(*archive, "users.csv")) == "a\n1\n");
  CHECK(must(whole(*archive, "orgs.csv")) == "b\n2\n");
  CHECK_FALSE(pack_folder(desk.files, desk.folder / "export", desk.zip));
  CHECK(pack_folder(desk.files, desk.folder / "nowhere", desk.folder / "n.zip").error().code == Errc::not_found);
}

}  // namespace
}  // namespace rollcall::csv
