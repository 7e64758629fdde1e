// A server with an administrator, and the command line that is signed in to it.
#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/e2e/server_process.h"

namespace rollcall::e2e {

inline void write_text(const std::string& path, const std::string& text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

class Desk {
 public:
  Desk() {
    server.admin_token();
    sign_in();
  }
  // The configuration's port is any free one; the profile names the one that it became.
  void sign_in() {
    REQUIRE(home.run({"admin", "profile", "root", "--out", home.path("profile.yaml")}).exit_code == 0);
    auto profile = must(home.files.read(home.path("profile.yaml"), 1 << 16));
    const std::string any = "https://localhost:0";
    if (const auto at = profile.find(any); at != profile.npos) profile.replace(at, any.size(), server.people_url());
    must(home.files.write_atomic(home.path("profile.yaml"), profile, 0600));
  }
  std::vector<std::string> words(std::vector<std::string> more) const {
    std::vector<std::string> all{ROLLCALL_BIN "/rollcall", "--profile", home.path("profile.yaml")};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  Ended rollcall(std::vector<std::string> more) {
    const auto out = home.path("cli.out"), errors = home.path("cli.err");
    Process process(words(std::move(more)), out, errors);
    const int code = process.wait();
    return {code, must(home.files.read(out, 1 << 24)), must(home.files.read(errors, 1 << 20))};
  }

  ServerHome home;
  RunningServer server{home};
};

}  // namespace rollcall::e2e
