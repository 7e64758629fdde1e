#include "server/cli/profile.h"

#include <filesystem>

#include "common/base/text.h"
#include "common/config/document.h"

namespace rollcall::cli {

Result<Profile> read_profile(const Files& files, const std::string& path) {
  const auto info = files.info(path);
  if (!info) {
    return fail(info.error().code,
                info.error().message + "; sign in first: rollcall login --server https://HOST:PORT --name NAME");
  }
  if ((info->mode & 077) != 0) {
    return fail(Errc::permission_denied, path + ": holds a session and can be read by others; chmod 600 it");
  }
  const auto document = TRY(config::Document::load(files, path));
  const auto root = document.root();
  Profile profile;
  profile.server = root.text("server");
  profile.authority_pem = root.text("authority_pem", "");
  profile.token = root.text("token", "");
  TRY(document.finish());
  return profile;
}

Result<> write_profile(Files& files, const std::string& path, const Profile& profile) {
  const auto folder = std::filesystem::path(path).parent_path().string();
  if (!folder.empty()) TRY(files.make_directories(folder, 0700));
  std::string text = "# Holds a session: keep it to yourself.\nserver: \"" + profile.server + "\"\n";
  if (!profile.token.empty()) text += "token: \"" + profile.token + "\"\n";
  if (!profile.authority_pem.empty()) {
    text += "authority_pem: |\n";
    for (const auto line : split(trim(profile.authority_pem), '\n')) text += "  " + std::string(line) + "\n";
  }
  return files.write_atomic(path, text, 0600);
}

}  // namespace rollcall::cli
