#include "server/api/static_files.h"

#include "tests/unit/api/fixture.h"

namespace rollcall::api {
namespace {

using net::Method;

struct Console {
  TemporaryFolder folder;
  SystemFiles files;
  StaticFiles console{load()};

  StaticFiles load() {
    must(files.make_directories(folder / "assets", 0755));
    must(files.write_atomic(folder / "index.html", "<!doctype html><title>Rollcall</title>", 0644));
    must(files.write_atomic(folder / "assets/app-1a2b.js", std::string(5'000, 'x'), 0644));
    must(files.write_atomic(folder / ".stamp", "secret", 0644));
    return must(StaticFiles::load(files, folder.path()));
  }
  std::optional<Answered> get(const std::string& path, std::vector<std::pair<std::string, std::string>> headers = {}) {
    auto found = console.find(request_of({Method::get, path, {}, {}, std::move(headers)}));
    if (!found) return std::nullopt;
    return answered(std::move(*found));
  }
};

TEST_CASE("files with a hash in their name are cached, the page is asked for again") {
  Console it;
  const auto script = it.get("/assets/app-1a2b.js");
  REQUIRE(script);
  CHECK(script->headers.get("Cache-Control") == "public, max-age=31536000, immutable");
  CHECK(script->headers.get("Content-Type") == "text/javascript; charset=utf-8");
  const auto page = it.get("/");
  REQUIRE(page);
  CHECK(page->headers.get("Cache-Control") == "no-cache");
  const auto policy = std::string(page->headers.get("Content-Security-Policy"));
  CHECK(policy.find("script-src 'self'") != std::string::npos);
  CHECK(policy.find("unsafe") == std::string::npos);
  CHECK(policy.find("frame-ancestors 'none'") != std::string::npos);
  const auto again = it.get("/", {{"If-None-Match", std::string(page->headers.get("ETag"))}});
  REQUIRE(again);
  CHECK(again->status == 304);
  CHECK(again->text.empty());
}

TEST_CASE("what shrinks is sent compressed to whoever takes it") {
  Console it;
  const auto small = it.get("/assets/app-1a2b.js", {{"Accept-Encoding", "br, gzip"}});
  REQUIRE(small);
  CHECK(small->headers.get("Content-Encoding") == "gzip");
  CHECK(small->text.size() < 500);
  CHECK(it.get("/assets/app-1a2b.js")->text.size() == 5'000);
}

TEST_CASE("a page of the console is index.html, an unknown file is not found") {
  Console it;
  const std::pair<std::string, std::string> browser{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"};
  REQUIRE(it.get("/devices/01ARZ3", {browser}));
  CHECK(it.get("/devices/01ARZ3", {browser})->text == it.get("/")->text);
  CHECK_FALSE(it.get("/healthz/", {{"Accept", "*/*"}}));
  CHECK_FALSE(it.get("/healthz/"));
  CHECK_FALSE(it.get("/assets/gone.js"));
  CHECK_FALSE(it.get("/.stamp"));
  CHECK_FALSE(it.get("/api/v1/nothing"));
  CHECK_FALSE(it.console.find(request_of({Method::post, "/"})));
}

TEST_CASE("a folder without index.html is not the console") {
  TemporaryFolder folder;
  SystemFiles files;
  CHECK(StaticFiles::load(files, folder.path()).error().code == Errc::not_found);
  CHECK(StaticFiles::load(files, folder / "gone").error().code == Errc::not_found);
}

}  // namespace
}  // namespace rollcall::api
