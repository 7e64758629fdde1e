#include "agent/app/enrol_file.h"

#include <fmt/core.h>
#include <unistd.h>

#include "agent/sync/captive_portal.h"
#include "common/base/text.h"
#include "common/config/document.h"

namespace rollcall::app {
namespace {

constexpr std::size_t kMaxBytes = 16 * 1024;

Result<> expect_private(const Files& files, const std::string& path) {
  const FileInfo info = TRY(files.info(path));
  if (info.kind != FileInfo::Kind::regular) return fail(Errc::invalid_argument, path + " is not a file");
  if ((info.mode & 0077) != 0) {
    return fail(Errc::permission_denied,
                fmt::format("{} is open to others (mode {:04o}), so its token is no secret; run: chmod 600 {}", path,
                            info.mode, path));
  }
  if (info.owner_uid != 0 && info.owner_uid != geteuid()) {
    return fail(Errc::permission_denied, fmt::format("{} belongs to another account; run: chown root {}", path, path));
  }
  return {};
}

}  // namespace

Result<std::string> normalise_server_url(std::string_view text) {
  text = trim(text);
  while (text.ends_with('/')) text.remove_suffix(1);
  // An address that cannot be one is refused here, with its reason.
  TRY(sync::probe_url_of(std::string(text)));
  return std::string(text);
}

Result<EnrolFile> read_enrol_file(const Files& files, const std::string& path) {
  TRY(expect_private(files, path));
  const auto text = TRY(files.read(path, kMaxBytes));
  const auto document = TRY(config::Document::parse(path, text));
  const auto root = document.root();
  EnrolFile out{.server_url = {}, .token = {}, .digest = sha256(text)};
  const auto server = root.text("server"), token = root.text("token");
  if (auto url = normalise_server_url(server)) out.server_url = std::move(*url);
  else if (!server.empty()) root.problem("server", "must be an address like https://host:8444");
  if (auto parsed = wire::EnrolmentToken::parse(token)) out.token = std::move(*parsed);
  else if (!token.empty()) root.problem("token", parsed.error().message);
  TRY(document.finish());
  return out;
}

}  // namespace rollcall::app
