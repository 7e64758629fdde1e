#include "server/service/watched_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/base/log.h"
#include "common/base/text.h"
#include "server/csv/archive.h"
#include "server/csv/pack.h"

namespace rollcall::service {
namespace {

constexpr std::uint64_t kCopyBytes = 256 * 1024;

}  // namespace

void WatchedFolder::run_due(std::int64_t now_ms) {
  due_ms_ = now_ms + kLookEveryMs;
  const auto found = look();
  auto done = found ? Result<>() : std::unexpected(found.error());
  if (found && *found) {
    const auto& content = **found;
    if (std::exchange(seen_, content.signature) != content.signature) seen_since_ms_ = now_ms;
    if (seen_since_ms_ + kQuietMs <= now_ms && content.signature != taken_) done = hand_over(content);
  }
  const std::string why = done ? "" : done.error().message;
  if (!why.empty() && why != complained_) log::warn("the watched folder: {}", why);  // once, not every minute
  complained_ = why;
}

Result<std::optional<WatchedFolder::Content>> WatchedFolder::look() const {
  Content tables, zip;
  for (const auto& name : TRY(files_.list(folder_))) {
    const auto path = folder_ + "/" + name;
    const auto info = files_.info(path);
    if (!info || info->kind != FileInfo::Kind::regular) continue;  // one that went away meanwhile is none
    const auto signature = fmt::format("{} {} {}\n", name, info->size, info->modified_ms);
    if (csv::table_name(name).ends_with(".csv")) {
      tables.signature += signature;
    } else if (csv::table_name(name).ends_with(".zip") && info->modified_ms >= zip.newest_ms) {
      zip = {path, signature, info->modified_ms};
    }
  }
  if (!zip.signature.empty()) return std::optional(zip);
  return tables.signature.empty() ? std::nullopt : std::optional(tables);
}

Result<> WatchedFolder::hand_over(const Content& content) {
  const std::string incoming = imports_.spool() + "/incoming";
  TRY(files_.remove(incoming));
  if (content.zip.empty()) {
    TRY(csv::pack_folder(files_, folder_, incoming));
  } else {
    TRY(copy(content.zip, incoming));
  }
  const auto submitted = imports_.submit({domain::Actor::Kind::system, ""},
                                         {kind_of(incoming), false, "folder", incoming});
  if (!submitted) {
    TRY(files_.remove(incoming));
    return std::unexpected(submitted.error());
  }
  taken_ = content.signature;
  return {};
}

// What cannot be read is a OneRoster export that fails and says why.
domain::ImportKind WatchedFolder::kind_of(const std::string& path) const {
  const auto archive = csv::Archive::open(files_, path);
  const bool is_list = archive && (*archive)->entries().size() == 1 && !(*archive)->find("users.csv");
  return is_list ? domain::ImportKind::students : domain::ImportKind::oneroster;
}

Result<> WatchedFolder::copy(const std::string& from, const std::string& to) const {
  const auto before = TRY(files_.info(from));
  const auto source = TRY(files_.open(from));
  const auto target = TRY(files_.create(to, 0600));
  for (std::uint64_t at = 0; at < source->size(); at += kCopyBytes) {
    TRY(target->append(TRY(source->read(at, static_cast<std::size_t>(std::min(kCopyBytes, source->size() - at))))));
  }
  const auto after = TRY(files_.info(from));
  if (after.size == before.size && after.modified_ms == before.modified_ms) return {};
  return fail(Errc::conflict, csv::table_name(from) + " changed while it was copied; it is tried again");
}

}  // namespace rollcall::service
